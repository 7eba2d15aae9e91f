"""The lists that are in use, for everything in this process that looks links up."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from scans.engine.feeds.feed import Feed, FeedError
from scans.engine.feeds.lists import Lists
from scans.lists import rows as list_rows


def installed() -> tuple[Feed, ...]:
    """What is searched for a link: the lists, or nothing while none is loaded.

    Lists that cannot be read are searched too: that fails, and a link is not called innocent for it.
    """
    found = lists()
    try:
        return (found,) if found.is_loaded else ()
    except FeedError:
        return (found,)


def lists() -> Lists:
    """The lists of this installation; they notice by themselves what the importer puts into use."""
    return _lists(list_rows.folder())


@lru_cache(maxsize=4)
def _lists(folder: Path) -> Lists:
    return Lists(folder)
