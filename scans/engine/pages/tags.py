"""A page cut down to the few tags that matter, in linear time, before a parser builds anything of it.

A tree of a hostile page takes quadratic time in every parser (200,000 nested tags: over 20 s in lexbor, measured
2026-11-23) and the call cannot be interrupted. So the tokens are found here, by the rules of the HTML standard, 13.2.5,
and the parser is given flat markup of bounded size. Two rarities are not followed: markup inside a template counts as
the page's, and a script that opens a comment and another script ends at the first end tag.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# Tags that are kept of one page, the first ones; honest pages have some hundreds.
MAX_TAGS = 10_000
# Attributes that are kept of one tag, and characters of each: longer ones are pictures written into the page.
MAX_ATTRIBUTES = 40
MAX_ATTRIBUTE = 2_048
# Characters of one script that are kept: one that only sends the visitor on is short.
MAX_SCRIPT = 16_384
MAX_SCRIPTS = 8
MAX_TITLE = 500

_SPACE = r"\t\n\f\r "
# Every quantifier is possessive and every end may be the end of the text: nothing is ever tried twice.
_VALUE = rf"""[{_SPACE}]*+=[{_SPACE}]*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^{_SPACE}>]*+)"""
_ATTRIBUTE = rf"[{_SPACE}/]*+[^{_SPACE}/>][^{_SPACE}/>=]*+(?:{_VALUE})?+"
_TAG_REST = rf"[^{_SPACE}/>]*+(?:{_ATTRIBUTE})*+[{_SPACE}/]*+(?:>|\Z)"

_KEPT = ("a", "base", "body", "img", "input", "meta")
# Their content is text, whatever it looks like; of noscript as in a browser that runs scripts.
_TEXT_ONLY = ("iframe", "noembed", "noframes", "noscript", "script", "style", "textarea", "title", "xmp")
_STOPS = rf"(?i:{'|'.join((*_KEPT, *_TEXT_ONLY, 'plaintext'))})(?=[{_SPACE}/>])"
_SKIPPED = re.compile(
    rf"""(?:[^<]++
      |(?:<(?=[^a-zA-Z/!?]))++
      |<!--(?:-?>|(?s:.*?)(?:--!?>|\Z))
      |<[!?][^>]*+(?:>|\Z)
      |</(?![a-zA-Z])[^>]*+(?:>|\Z)
      |</{_TAG_REST}
      |<(?!{_STOPS})[a-zA-Z]{_TAG_REST}
      |<\Z
    )*+""".replace("\n      ", "").replace("\n    ", "")
)
_TAG = re.compile(rf"<([a-zA-Z][^{_SPACE}/>]*+)((?:{_ATTRIBUTE})*+)[{_SPACE}/]*+>")
_ATTRIBUTES = re.compile(_ATTRIBUTE)
_ENDS = {name: re.compile(rf"</{name}(?=[{_SPACE}/>])", re.IGNORECASE) for name in _TEXT_ONLY}
_SOURCE = re.compile(rf"[{_SPACE}/]src[{_SPACE}]*=", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Thinned:
    """What is left of a page: flat markup of bounded size, and its own short scripts that speak of a location."""

    markup: str
    scripts: tuple[str, ...]
    rest: int
    """Characters of the page outside scripts and styles."""
    is_cut: bool = False
    """Whether the page has more tags than are kept."""


def thin(text: str) -> Thinned:
    """Keep the tags that say what a page asks for and where it leads, in their order."""
    kept: list[str] = []
    scripts: list[str] = []
    at, rest, is_cut = 0, 0, False
    for _ in range(MAX_TAGS):
        after = _end_of_skipped(text, at)
        rest += after - at
        tag = _TAG.match(text, after)
        if tag is None:
            break
        name, at = tag[1].lower(), tag.end()
        if name == "plaintext":
            break
        if name not in _TEXT_ONLY:
            kept.append(_rewritten(name, tag[2]))
            continue
        start, at = at, _end_of_text(name, text, at)
        if name == "script" and _may_send_on(text, start, at) and not _SOURCE.search(tag[2][:MAX_ATTRIBUTE]):
            scripts.append(text[start:at])
        elif name == "title":
            kept.append(f"<title>{text[start : min(at, start + MAX_TITLE)]}</title>")
    else:
        is_cut = _TAG.match(text, _end_of_skipped(text, at)) is not None
    return Thinned("".join(kept), tuple(scripts[:MAX_SCRIPTS]), rest, is_cut)


def _may_send_on(text: str, start: int, end: int) -> bool:
    return end - start <= MAX_SCRIPT and text.find("location", start, end) >= 0


def _end_of_skipped(text: str, at: int) -> int:
    skipped = _SKIPPED.match(text, at)
    return skipped.end() if skipped else at


def _end_of_text(name: str, text: str, at: int) -> int:
    end = _ENDS[name].search(text, at)
    return end.start() if end else len(text)


def _rewritten(name: str, attributes: str) -> str:
    """The tag with its first attributes, closed at once where it would hold others."""
    kept = []
    for number, attribute in enumerate(_ATTRIBUTES.finditer(attributes)):
        if number == MAX_ATTRIBUTES:
            break
        kept.append(_shortened(attribute[0]))
    name = "x-body" if name == "body" else name
    end = f"</{name}>" if name in ("a", "x-body") else ""
    return f"<{name} {' '.join(kept)}>{end}"


def _shortened(attribute: str) -> str:
    if len(attribute) <= MAX_ATTRIBUTE:
        return attribute
    name, _, value = attribute[:MAX_ATTRIBUTE].partition("=")
    quote = value.lstrip()[:1]
    return f"{name}={value}{quote}" if quote in ('"', "'") and quote else name
