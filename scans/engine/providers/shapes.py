"""Reading values out of strangers' JSON: the expected kind, or nothing."""

from __future__ import annotations

from datetime import UTC, datetime

# Characters of a text that are kept.
MOST_TEXT = 200


def a_text(value: object, most: int = MOST_TEXT) -> str:
    """A text cut to `most` characters; empty for anything else."""
    return value[:most] if isinstance(value, str) else ""


def a_number(value: object, *, least: int = 0, most: int = 10**9) -> int | None:
    """A whole number within bounds, None for anything else (true and false among it)."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and isinstance(value, int) and least <= value <= most else None


def a_dict(value: object) -> dict[str, object]:
    """An object; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def a_list(value: object, most: int = 1000) -> list[object]:
    """The first `most` of a list; an empty one for anything else."""
    return value[:most] if isinstance(value, list) else []


def a_moment(value: object) -> datetime | None:
    """An aware time from an ISO 8601 text (UTC where it names no zone), None for anything else."""
    try:
        moment = datetime.fromisoformat(a_text(value).strip().removesuffix(" UTC").replace("Z", "+00:00"))
    except ValueError:
        return None
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        return None
