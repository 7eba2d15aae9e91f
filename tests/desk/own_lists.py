"""Lists of one's own and the form that adds them, for tests."""

from __future__ import annotations

from typing import Any

from scans.engine.feeds.source import Format, Match
from scans.lists import choices as list_choices
from scans.lists.choices import OwnList
from scans.models import Feed

ADD = "/admin/scans/feed/add/"
OWN = {"title": "Ours", "pasted": "http://bad.example/x", "format": "lines", "match": "auto", "use": "bad"}


def own_list(pasted: str = "http://bad.example/x", **columns: Any) -> Feed:
    own = OwnList("Ours", Format.LINES, Match.AS_WRITTEN, pasted=pasted, **columns)
    return list_choices.add(own, by="owner")
