"""Scripts that do nothing but send the visitor on: `location = "…"` and its spellings, with an address written out.

Nothing is executed. A script's braces are counted to tell what runs at once from what waits for a click or a condition.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

# Tokens looked at in one script, and characters in front of a brace or a statement that say what it belongs to.
MAX_TOKENS = 5_000
LOOK_BACK = 80

_DOUBLE, _SINGLE, _BACKTICK = r'"(?:[^"\\\n]|\\.)*+', r"'(?:[^'\\\n]|\\.)*+", r"`(?:[^`\\]|\\.)*+"
_STRING = rf"""(?:{_DOUBLE}"|{_SINGLE}'|`(?:[^`\\$]|\\.)*+`)"""
# One that nobody closed ends with its line or the script, so that nothing is read twice.
_ANY_STRING = rf"""{_DOUBLE}"?|{_SINGLE}'?|{_BACKTICK}`?"""
_WINDOW = r"(?:(?:window|self|top|parent|document|this|globalThis)\s{0,9}\.\s{0,9}){0,3}"
_SENDING = (
    rf"(?<![\w$.])(?:{_WINDOW}location|window\[[\"']location[\"']\])\s{{0,9}}"
    rf"(?:(?:(?:\.\s{{0,9}}href|\[[\"']href[\"']\])\s{{0,9}})?=\s{{0,9}}(?P<set>{_STRING})|"
    rf"\.\s{{0,9}}(?:replace|assign)\s{{0,9}}\(\s{{0,9}}(?P<called>{_STRING}))"
    r"(?!\s{0,9}[+.?\[])"
)
_TIMER = rf"set(?:Timeout|Interval)\s{{0,9}}\(\s{{0,9}}(?P<timed>{_STRING})"
_TOKEN = re.compile(
    rf"(?P<comment>//[^\n]*+|/\*(?s:.*?)(?:\*/|\Z))|{_SENDING}|{_TIMER}|{_ANY_STRING}|(?P<open>\{{)|(?P<close>\}})"
)
# In front of a brace: a function that is called where it stands, by a timer, or when the page has loaded.
_RUNS_AT_ONCE = re.compile(
    r"(?:(?:\A|[;{}\s])[(!+~]\s*|set(?:Timeout|Interval)\s*\(\s*|onload\s*=\s*|ready\s*\(\s*|\$\(\s*"
    r"|[\"'](?:load|DOMContentLoaded|pageshow)[\"']\s*,\s*)"
    r"(?:function\s*[\w$]*\s*\([\w$\s,]*\)|\([\w$\s,]*\)\s*=>|[\w$]+\s*=>)\Z"
)
_DEPENDS = re.compile(r"(?:[)?:&|]|\belse|=>)\Z")
_DECLARES = re.compile(r"\b(?:var|let|const)\Z")
_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|u\{([0-9A-Fa-f]{1,6})\}|(.))", re.DOTALL)
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "", "\n": ""}
_LAST_CHARACTER = 0x10FFFF


@dataclass(frozen=True, slots=True)
class Sending:
    """The address a script sends to; `depends` when it waits for a condition, a click or a call."""

    target: str
    depends: bool


def find_sending(script: str) -> Sending | None:
    """Where a script sends the visitor: the first sending that runs at once, else the first of all."""
    if "location" not in script:
        return None
    first: Sending | None = None
    waits: list[bool] = []
    for token in islice(_TOKEN.finditer(script), MAX_TOKENS):
        if token["open"]:
            waits.append(any(waits[-1:]) or not _runs_at_once(_before(token)))
        elif token["close"]:
            del waits[-1:]
        sending = _sending(token, inside=any(waits[-1:]))
        if sending is not None and not sending.depends:
            return sending
        first = first or sending
    return first


def _before(token: re.Match[str]) -> str:
    """The last characters in front of a token, without white space at their end."""
    start = token.start()
    return token.string[max(0, start - LOOK_BACK) : start].rstrip()


def _runs_at_once(before: str) -> bool:
    return before.endswith((")", "=>")) and _RUNS_AT_ONCE.search(before) is not None


def _sending(token: re.Match[str], *, inside: bool) -> Sending | None:
    if token["timed"]:
        later = find_sending(_unquoted(token["timed"]))
        return Sending(later.target, later.depends or inside) if later else None
    written = token["set"] or token["called"]
    if written is None:
        return None
    before = _before(token)
    if _DECLARES.search(before):
        return None
    return Sending(_unquoted(written), inside or _DEPENDS.search(before) is not None)


def _unquoted(literal: str) -> str:
    return _ESCAPE.sub(_character, literal[1:-1]) if "\\" in literal else literal[1:-1]


def _character(escape: re.Match[str]) -> str:
    code = escape[1] or escape[2] or escape[3]
    if code is None:
        return _CONTROLS.get(escape[4], escape[4])
    number = int(code, 16)
    return chr(number) if number <= _LAST_CHARACTER else ""
