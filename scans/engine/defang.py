"""Addresses written so that no program makes them clickable and no character plays tricks."""

from __future__ import annotations

import re
import unicodedata

from scans.engine.confusables import to_unicode

_DOT = "[.]"
_COLON = "[:]"
_MAX_SHOWN = 200
# Cf: bidi, zero width, tags; Cc: controls; Cs, Co, Cn: surrogates, private use, unassigned; Z*: any space; M*: marks.
_UNSAFE_CATEGORIES = frozenset({"Cf", "Cc", "Cs", "Co", "Cn", "Zl", "Zp"})
_DOTS = re.compile("[.。．｡․]")
_SCHEME = re.compile(r"\bh(tt)(ps?)(?=:)", re.IGNORECASE)


def escape(text: str) -> str:
    """The text with every character that is invisible or reorders others written as \\uXXXX."""
    return "".join(_escaped(char) for char in text)


def _escaped(char: str) -> str:
    if char.isascii() and char.isprintable():
        return char
    if unicodedata.category(char) in _UNSAFE_CATEGORIES or (char.isspace() and char != " ") or _is_invisible(char):
        return f"\\u{ord(char):04x}"
    return char


def _is_invisible(char: str) -> bool:
    """Variation selectors, the Hangul and Khmer fillers and the combining joiner, which draw nothing."""
    return (
        char in "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"
        or "\ufe00" <= char <= "\ufe0f"
        or "\U000e0100" <= char <= "\U000e01ef"
    )


def shorten(text: str, limit: int = _MAX_SHOWN) -> str:
    """At most `limit` characters, an ellipsis for the rest."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _broken(text: str) -> str:
    return _DOTS.sub(_DOT, text)


def defang_host(host: str) -> str:
    """`example[.]com`; an international name in both forms, `xn--pypal-4ve[.]com (pаypal[.]com)`; IPv6 as `2001[:]db8[:][:]1`."""
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
    scheme, separator, rest = url.partition("://")
    if not separator:
        return defang_text(url)
    host, slash, tail = rest.partition("/")
    wanted = scheme.lower().replace("http", "hxxp")
    return shorten(f"{wanted}://{defang_text(host)}{slash}{defang_text(tail)}")
