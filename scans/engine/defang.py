"""Addresses written so that no program makes them clickable and no character plays tricks."""

from __future__ import annotations

import re
import unicodedata

from scans.engine.names.confusables import to_unicode

_DOT = "[.]"
_COLON = "[:]"
_MAX_SHOWN = 200
# Cf: bidi, zero width, tags; Cc: controls; Cs, Co, Cn: surrogates, private use, unassigned; Zl, Zp: line ends.
_UNSAFE_CATEGORIES = frozenset({"Cf", "Cc", "Cs", "Co", "Cn", "Zl", "Zp"})
# Variation selectors, Hangul and Khmer fillers, the grapheme joiner.
_DRAWS_NOTHING = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_DOTS = re.compile("[.。．｡․]")
_MISSPELLED = {"http": "hxxp", "https": "hxxps"}
_SCHEME = re.compile(r"\bh(tt)(ps?)(?=:)", re.IGNORECASE)


def escape(text: str) -> str:
    """The text with every character that is invisible or reorders others written as \\uXXXX."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_escaped(char) for char in text)


def _escaped(char: str) -> str:
    if char.isascii() and char.isprintable():
        return char
    if (
        unicodedata.category(char) in _UNSAFE_CATEGORIES
        or (char.isspace() and char != " ")
        or _DRAWS_NOTHING.fullmatch(char)
    ):
        return f"\\u{ord(char):04x}"
    return char


def shorten(text: str, limit: int = _MAX_SHOWN) -> str:
    """At most `limit` characters, an ellipsis for the rest."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _broken(text: str) -> str:
    return _DOTS.sub(_DOT, text)


def defang_host(host: str) -> str:
    """`example[.]com`, `xn--pypal-4ve[.]com (pаypal[.]com)` for an international name, `2001[:]db8[:][:]1` for IPv6."""
    if ":" in host:
        return shorten(escape(_broken(host).replace(":", _COLON)))
    shown = shorten(escape(_broken(host)))
    seen = to_unicode(host)
    return shown if seen == host else f"{shown} ({shorten(escape(_broken(seen)))})"


def defang_text(text: str) -> str:
    """Any text with its dots, schemes and @ broken, so that nothing in it can be tapped."""
    broken = _SCHEME.sub(r"hxx\2", _broken(text)).replace("://", f"{_COLON}//").replace("@", "[at]")
    return shorten(escape(broken))


def defang_url(url: str) -> str:
    """`hxxps://example[.]com/path[.]html`: the scheme misspelled, every dot bracketed."""
    scheme, _, rest = url.partition("://")
    if scheme.lower() not in _MISSPELLED:
        return defang_text(url)
    host, slash, tail = rest.partition("/")
    return shorten(f"{_MISSPELLED[scheme.lower()]}://{defang_text(host)}{slash}{defang_text(tail)}")
