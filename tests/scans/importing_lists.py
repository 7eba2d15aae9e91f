"""Lists of one's own, imported at once, for tests."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from scans.engine.feeds.source import Format, Match, Use
from scans.engine.findings import Finding
from scans.engine.links import parse
from scans.lists import choices as list_choices
from scans.lists import importing, listed
from scans.lists import rows as list_rows
from scans.lists.choices import OwnList
from scans.models import Feed, FeedState

MOST_STEPS = 40
BAD = "http://bad.example/x"
ADDRESS = "https://lists.example/bad.txt"


def own_list(
    pasted: str = "",
    *,
    title: str = "Ours",
    state: FeedState = FeedState.ON,
    match: Match = Match.AS_WRITTEN,
    use: Use = Use.BAD,
    **columns: Any,
) -> Feed:
    """A list that is due."""
    own = OwnList(title, Format.LINES, match, use, state, pasted=pasted, **columns)
    return list_choices.add(own, by="owner")


def run_steps() -> list[str]:
    """Every step there is to do now, in words."""
    said: list[str] = []
    for _turn in range(MOST_STEPS):
        done = importing.advance(timezone.now())
        if done is None:
            return said
        said.append(done.words)
    raise AssertionError(f"there is no end to it: {said[-3:]}")


def imported(pasted: str, **columns: Any) -> Feed:
    """A list that is in use."""
    feed = own_list(pasted, **columns)
    run_steps()
    feed.refresh_from_db()
    assert feed.error == ""
    return feed


def found(url: str) -> dict[str, Finding]:
    """What the lists in use say of a link, by code."""
    return {finding.code: finding for finding in listed.lists().lookup(parse(url))}


def due(feed: Feed) -> None:
    Feed.objects.filter(pk=feed.pk).update(due_at=timezone.now())


def numbers_on_disk(feed: Feed) -> list[str]:
    return sorted(place.name for place in (list_rows.folder() / feed.name).iterdir())
