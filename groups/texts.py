"""Texts that a group may word for itself. Pure."""

from __future__ import annotations

from enum import StrEnum


class TextKind(StrEnum):
    """What is said on which occasion."""

    WARNING = "warning"
    CAREFUL = "careful"
    REMOVED = "removed"
    UPDATE = "update"
    CORRECTION = "correction"
    NOTICE = "notice"


# What may stand in braces in each of them.
_ABOUT_LINK = ("host", "leads_to", "reason")
PLACEHOLDERS: dict[TextKind, tuple[str, ...]] = {
    TextKind.WARNING: _ABOUT_LINK,
    TextKind.CAREFUL: _ABOUT_LINK,
    TextKind.REMOVED: _ABOUT_LINK,
    TextKind.UPDATE: _ABOUT_LINK,
    TextKind.CORRECTION: ("host",),
    TextKind.NOTICE: (),
}
