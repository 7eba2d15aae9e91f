"""How long what is stored may stay, and what removes it."""
