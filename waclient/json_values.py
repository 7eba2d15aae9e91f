"""The strings inside a text that is JSON, however often JSON stands inside JSON."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

log = logging.getLogger(__name__)

# Strings taken out of one text; a message's buttons and cards have some dozens.
MAX_STRINGS = 2_000
BRACKETS = frozenset({"{}", "[]"})


def strings(text: str) -> Iterator[str]:
    """Every string of a JSON object or array, in order; any other text as it is, and so is broken JSON."""
    waiting: list[Any] = [text]
    taken = 0
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += reversed(value)
        elif isinstance(value, str):
            taken += 1
            if taken > MAX_STRINGS:
                log.warning("a JSON value holds over %d strings, the rest is read as it stands", MAX_STRINGS)
                yield _as_it_stands(text)
                return
            parsed = _parsed(value)
            if parsed is None:
                yield _as_it_stands(value)
            else:
                waiting.append(parsed)


def _parsed(text: str) -> list[Any] | None:
    """The values of a JSON object or array; None for any other text."""
    bare = text.strip()
    if bare[:1] + bare[-1:] not in BRACKETS:
        return None
    try:
        value = json.loads(bare, object_pairs_hook=_values, parse_int=_nothing, parse_float=_nothing)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, list) else None


def _values(pairs: list[tuple[str, Any]]) -> list[Any]:
    """All of them: of a name that stands twice some readers take the first, others the last."""
    return [value for _name, value in pairs]


def _nothing(_digits: str) -> None:
    """Digits are no text, and numbers of thousands of them are refused."""


def _as_it_stands(text: str) -> str:
    """JSON that cannot be decoded is read all the same; most writers of it escape slashes."""
    return text.replace("\\/", "/") if text.lstrip()[:1] in {"{", "["} else text
