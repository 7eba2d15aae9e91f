"""What is said when the guard refuses."""

from __future__ import annotations


class Blocked(Exception):
    """Refused by a rule of the guard; its message may be shown and stored."""


class Unresolved(Blocked):
    """A name without any address: nothing was refused, there is nothing to dial."""
