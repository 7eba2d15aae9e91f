"""A WhatsApp that is only played: groups, members and messages as rows, and a client that is connected to them."""
