"""Where an answer sends the visitor on: Location, Refresh, a refresh in the page, a script that does just that."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scans.engine.journeys import How
from scans.engine.pages.location_scripts import find_sending
from scans.engine.pages.markup import Markup

# The Fetch standard's redirect statuses.
REDIRECTS = frozenset({301, 302, 303, 307, 308})
# Seconds that a visitor waits for a refresh; later ones reload news, they lead nowhere.
LONGEST_WAIT = 60
# A page with no more than this beside its scripts only sends on, so a sending that depends on something counts, too.
STUB_CHARACTERS = 4_000

# HTML standard, 4.2.5.3, "shared declarative refresh steps".
_REFRESH = re.compile(
    r"\s*+([0-9]{1,9})?+[0-9.]*+(?:\s*+[;,]\s*+|\s++)(?:url\s*+=\s*+)?+(.+)", re.IGNORECASE | re.DOTALL
)
_QUOTED = re.compile(r"""(["'])(.*?)(?:\1|\Z)""", re.DOTALL)
# What a browser does not do when a page asks for it in a refresh.
_NEVER_REFRESHED_TO = re.compile(r"\s*javascript:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Onward:
    """The next address as it is written, which may be relative, and how the visitor gets there."""

    how: How
    target: str


def from_head(status: int, location: str | None, refresh: str | None) -> Onward | None:
    """Where the head of an answer sends the visitor before the body is looked at."""
    if status in REDIRECTS and location is not None:
        return Onward(How.REDIRECT, location)
    return _from_refresh(How.REFRESH, refresh or "")


def from_page(page: Markup) -> Onward | None:
    """Where a page sends the visitor: a script at once, else its refresh, else what a stub's script may do."""
    sendings = [sending for sending in map(find_sending, page.scripts) if sending is not None]
    at_once = next((sending for sending in sendings if not sending.depends), None)
    if at_once is not None:
        return Onward(How.SCRIPT, at_once.target)
    refresh = _from_refresh(How.META, page.refresh)
    if refresh is not None or not sendings or not _is_stub(page):
        return refresh
    return Onward(How.SCRIPT, sendings[0].target)


def _is_stub(page: Markup) -> bool:
    return not page.fields and page.rest <= STUB_CHARACTERS


def _from_refresh(how: How, content: str) -> Onward | None:
    found = _REFRESH.fullmatch(content)
    if found is None or int(found[1] or 0) > LONGEST_WAIT:
        return None
    quoted = _QUOTED.match(found[2])
    target = (quoted[2] if quoted else found[2]).strip()
    if not target or _NEVER_REFRESHED_TO.match(target):
        return None
    return Onward(how, target)
