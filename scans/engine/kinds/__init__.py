"""Kinds of links that are looked at and never opened, the keys in them, and what may be shown."""
