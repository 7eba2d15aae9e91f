"""Hosts spelled with spaces or with the word dot: `evil dot com`, `https://evil . com/login`, `www.evil. com`.

Ordinary sentences are full of dots and spaces, so a second sign is needed: a scheme, www., a path, a bracket, the word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from scans.engine.finding import bare_hosts
from scans.engine.finding.characters import SEPARATORS
from scans.engine.finding.looks import Looks
from scans.engine.finding.readings import DEFANGED_DOT, DOT_WORDS, ENGLISH_DOT, SCHEME, SPACED_DOT, WORD_DOT
from scans.engine.names import suffixes

_SPACE = "[ \\t\\xa0]"
_SPACE_INSIDE = re.compile(_SPACE)
_SEPARATOR = re.compile(
    f"{_SPACE}{{0,3}}(?:{DEFANGED_DOT.pattern}){_SPACE}{{0,3}}|{WORD_DOT.pattern}|{SPACED_DOT.pattern}", re.IGNORECASE
)
# Endings that make `name dot ending` or `name. ending/path` a host with no other sign.
PLAIN_ENDINGS = frozenset({
    "app", "biz", "click", "club", "com", "dev", "info", "io", "link", "live", "net", "online", "org", "ru", "shop",
    "site", "store", "top", "vip", "xyz",
})  # fmt: skip

# What the word begins with in either case; most characters are told apart by this one class.
_FIRST_OF_WORDS = "dDpPtTnNтТ"
# Without one of these no text holds such a host: a dot in brackets or as a word, a space in a host behind a scheme or
# www., a space at the dot of an ending with a path.
SPELLED_DOT = re.compile(
    f"(?-i:(?=[{_FIRST_OF_WORDS} \\t\\xa0.]))(?:(?:{DOT_WORDS}) ?[\\])}}]|{WORD_DOT.pattern}|\\. [\\])}}])",
    re.IGNORECASE,
)
_BRACKETED = f"[\\[({{] ?(?:\\.|{DOT_WORDS}) ?[\\])}}]"
_SPACED_BRACKET = re.compile(f"{_SPACE}{_BRACKETED}|{_BRACKETED}{_SPACE}|{WORD_DOT.pattern}", re.IGNORECASE)
_BEHIND_SCHEME = re.compile(f"//[^\\s/?#]{{0,80}}+(?:(?<=\\.){_SPACE}|{_SPACE}{{1,3}}\\.)")
_BEHIND_WWW = re.compile(f"www(?=[.]|{_SPACE})[^\\s/?#]{{0,80}}(?:\\.{_SPACE}|{_SPACE}{{1,3}}\\.)", re.IGNORECASE)
_BEFORE_PATH = re.compile(
    f"\\.(?:(?<={_SPACE}\\.){_SPACE}{{0,3}}|{_SPACE}{{1,3}})(?:{'|'.join(sorted(PLAIN_ENDINGS))})/", re.IGNORECASE
)
# Asked for .com alone, whose dot is spelled out in these languages; a bracket, path, scheme or www. is needed as well.
_FOREIGN_DOT = re.compile(f"(?:{DOT_WORDS})[ \\])}}]{{1,2}}com", re.IGNORECASE)
_LABELS_BEFORE = re.compile(r"[^\W_][\w.-]{0,252}\Z")
_LABELS_AFTER = re.compile(r"[^\W_][\w-]{0,62}(?:\.[^\W_][\w-]{0,62}){0,9}")
_TAIL = re.compile(r"[/?#]")
_LONGEST_TOKEN = 300
_MAX_PARTS = 4
# Dots with a space of one text; most end a sentence, which is soon told.
MAX_SPACED = 1_000

# Words before "dot com" that speak of the business, not of a host.
_ORDINARY_WORDS = frozenset({
    "another", "early", "entire", "every", "first", "former", "from", "into", "last", "late", "little", "many", "most",
    "next", "original", "other", "same", "some", "that", "their", "these", "this", "those", "whole", "with", "your",
})  # fmt: skip
_MIN_NAME = 4
_ENGLISH_DOT = re.compile(ENGLISH_DOT, re.IGNORECASE)
# "bolo de chocolate. com/sem leite" is Portuguese.
_WITH_OR_WITHOUT = re.compile(r"com/sem\b", re.IGNORECASE)


def may_hold_spaced(text: str, *, spells_dots: bool) -> bool:
    """Whether it is worth looking; spells_dots: what may_spell_dots says of the text."""
    if ". " in text or " ." in text or ".\xa0" in text:
        if "//" in text and _BEHIND_SCHEME.search(text) is not None:
            return True
        if "/" in text and _BEFORE_PATH.search(text) is not None:
            return True
        if ("www" in text or "WWW" in text) and _BEHIND_WWW.search(text) is not None:
            return True
    return spells_dots and _SPACED_BRACKET.search(text) is not None


def may_spell_dots(text: str) -> bool:
    """Whether the word dot or a dot in brackets may stand in a text; three capitalisations are enough."""
    if "dot" in text or ("D" in text and ("DOT" in text or "Dot" in text)):
        return True
    has_bracket = ")" in text or "]" in text or "}" in text
    if has_bracket and (".]" in text or ".)" in text or ".}" in text):
        return True
    if " com" in text or (has_bracket and (")com" in text or "]com" in text)):
        has_sign = "/" in text or ")" in text or "]" in text or "www" in text
        return has_sign and _FOREIGN_DOT.search(text) is not None
    return False


def spaced_hosts(text: str, looks: Looks) -> Iterator[tuple[int, int]]:
    """Where such links stand: text[start:end] from one space to the next, in order, never overlapping."""
    position = 0
    for separator in islice(filter(_has_space, _SEPARATOR.finditer(text)), MAX_SPACED):
        end = _end_of_host(text, separator, position, looks) if separator.start() >= position else None
        if end is not None:
            start = _start_of_token(text, separator.start(), position)
            position = _end_of_token(text, end)
            yield start, position


def _has_space(separator: re.Match[str]) -> bool:
    return _SPACE_INSIDE.search(separator.group()) is not None


def _end_of_host(text: str, separator: re.Match[str], floor: int, looks: Looks) -> int | None:
    """Where the host ends that this separator joins, None when it joins none."""
    parts: list[str] = []
    joint: re.Match[str] | None = separator
    while joint is not None and len(parts) < _MAX_PARTS:
        after = _LABELS_AFTER.match(text, joint.end())
        if after is None:
            return None
        parts.append(after.group().lower())
        if suffixes.is_top_level_domain(parts[-1].rpartition(".")[2]):
            if looks.take() and _joins(text, separator, parts, after.end(), floor):
                return after.end()
            if _is_bare_dot(joint.group()):
                return None
        joint = _SEPARATOR.match(text, after.end())
    return None


def _joins(text: str, separator: re.Match[str], parts: list[str], end: int, floor: int) -> bool:
    """Whether the host in front of the separator and the parts behind it are one link."""
    start = _start_of_token(text, separator.start(), floor)
    scheme = SCHEME.search(text, start, separator.start())
    written = text[scheme.end() if scheme else start : separator.start()]
    before = None if _TAIL.search(written) else _LABELS_BEFORE.search(written)
    if before is None or (_is_bare_dot(separator.group()) and _is_complete(before.group().lower(), parts[0])):
        return False
    host = ".".join((before.group().lower(), *parts))
    return _is_link(host, text, separator.group(), end, has_scheme=scheme is not None)


def _is_bare_dot(joint: str) -> bool:
    """Whether the dot is neither a word nor in brackets, so that it may as well end a sentence."""
    return SPACED_DOT.fullmatch(joint) is not None


def _is_complete(host: str, following: str) -> bool:
    """Whether the host before needs no more parts, or the next link begins: `tomorrow. www.example.com`."""
    name, dot, ending = host.rpartition(".")
    if dot and name != "www" and suffixes.is_top_level_domain(ending):
        return True
    return "." in following and bare_hosts.is_host(following, has_more=True)


def _is_link(host: str, text: str, joint: str, end: int, *, has_scheme: bool) -> bool:
    """Whether the joined host exists and a second sign says that it was meant as one."""
    ending = host.rpartition(".")[2]
    if not bare_hosts.is_host(host, has_more=True):
        return False
    has_path = text.startswith(("/", ":", "?"), end) and not text.startswith(": ", end)
    if DEFANGED_DOT.search(joint) is not None:
        return True
    is_plain = ending in PLAIN_ENDINGS
    if has_scheme or host.startswith("www."):
        return has_path or is_plain or (ending.islower() and ending not in bare_hosts.EVERYDAY_WORDS)
    is_word = _ENGLISH_DOT.fullmatch(joint.strip()) is not None
    if text.startswith("/", end):
        if _WITH_OR_WITHOUT.match(text, end - len(ending)) is not None:
            return False
        return is_plain or (is_word and ending not in bare_hosts.EVERYDAY_WORDS)
    return is_plain and is_word and _is_name(host.rpartition(".")[0])


def _is_name(name: str) -> bool:
    return len(name) >= _MIN_NAME and name not in _ORDINARY_WORDS


def _start_of_token(text: str, position: int, floor: int) -> int:
    floor = max(floor, position - _LONGEST_TOKEN)
    return max(floor, *(text.rfind(mark, floor, position) + 1 for mark in ' \n\t\r\xa0<>"`'))


def _end_of_token(text: str, position: int) -> int:
    found = SEPARATORS.search(text, position)
    return found.start() if found else len(text)
