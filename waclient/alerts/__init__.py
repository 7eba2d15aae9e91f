"""The moderators' chat: what it is told, and what its people decide there."""
