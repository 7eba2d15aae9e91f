"""What may stand between a scheme and its host: a user name with or without a password, a wildcard."""

from __future__ import annotations

import re

from scans.engine.finding import characters

# A bracket that does not close ends it, so that Markdown's `](mailto:a@b` behind a link is not taken for a user name;
# so does a quote before a mark of the sentence, or any where the link stands in quotes. What follows a name and a colon
# may hold round brackets and quotes, if no dot comes before.
_IN_NAME = r"[^/?#\\\[\](){}']"
_NAME = rf"(?:{_IN_NAME}|\({_IN_NAME}*\))"
_WITH_COLON = r"[^/?#\\\[\](){}'.:]*:[^/?#\\\[\]{}]*@"
_USERINFO = re.compile(rf"(?:{_NAME}|'(?![,;:.)]))*@|{_WITH_COLON}")
_USERINFO_IN_QUOTES = re.compile(rf"{_NAME}*@|{_WITH_COLON}")
# What a host may begin with; an @ before anything else belongs to the sentence.
_HOST_BEGINS = re.compile(rf"\[|\*\.|(?![{characters.WIDE_DOTS}.]){characters.SCHEMED_HOST.pattern}")
# Any name below a domain, as certificates write it; a browser takes it for a host.
_WILDCARD = "*."


def begin_of_host(text: str, start: int, body: int, end: int) -> int:
    """Where the host of a link at text[start:end] begins; body: where its scheme ends."""
    pattern = _USERINFO_IN_QUOTES if text[start - 1 : start] == "'" else _USERINFO
    userinfo = pattern.match(text, body, end)
    if userinfo is not None and _HOST_BEGINS.match(text, userinfo.end(), end) is not None:
        body = userinfo.end()
    return body + len(_WILDCARD) if text.startswith(_WILDCARD, body, end) else body
