"""Four numbers that a text calls a version or a section, and that are therefore no address."""

from __future__ import annotations

import re

# Words before a number that make it a version, a section or a requirement, in the languages of most messages.
_WORDS = (
    "v|ver|versions?|release|rel|rev|revision|build|firmware|fw|update|updated to|upgrade|upgraded to|patch|driver|"
    "sdk|kernel|bios|versión|versão|versao|versione|versie|versi|wersja|verze|sürüm|версия|версии|версию|версией|версія|"
    "版本|版|バージョン|버전|نسخة|النسخة|إصدار|الإصدار|نسخه|संस्करण|גרסה|"
    "section|sections|sec|chapter|clause|article|art|paragraph|para|step|item|figure|fig|table|appendix|rule"
)
_BEFORE = re.compile(f"(?:(?<!\\w)(?:{_WORDS})|[=<>~^]=|§)[\\s.:#(*_\"'-]{{0,3}}\\Z", re.IGNORECASE)
_BEHIND = re.compile(r"[)*_\"']{0,2}\s{0,2}(?:version|release|build|update|patch|版|バージョン|버전)", re.IGNORECASE)
# Characters looked at in front of a number: the longest word and what may stand between.
_LOOKED_AT = 20
# Places of one number that are looked at.
_MOST_PLACES = 50


def is_version(text: str, number: str) -> bool:
    """Whether a text speaks of a version, a section or a step wherever this number stands in it."""
    position = text.find(number)
    for _ in range(_MOST_PLACES):
        if position < 0:
            break
        if not _is_version_at(text, position, position + len(number)):
            return False
        position = text.find(number, position + len(number))
    return True


def _is_version_at(text: str, start: int, end: int) -> bool:
    is_called_so = _BEFORE.search(text[max(start - _LOOKED_AT, 0) : start]) is not None
    return is_called_so or _BEHIND.match(text, end) is not None
