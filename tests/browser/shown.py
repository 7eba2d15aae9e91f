"""Prints the pages of a filled database as JSON, each kind once. Run as a process, after `manage.py demo`."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, replace

import django

django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.db.models import Model  # noqa: E402

from groups.models import Group  # noqa: E402
from groups.policy import State  # noqa: E402
from tests.desk.every_page import Tour, tour  # noqa: E402
from tests.desk.pages import registered, rows_of_installation  # noqa: E402
from waclient.models import QueueItem, Sighting  # noqa: E402
from wbscanner.models import AuditEntry  # noqa: E402

HAS_MOST: dict[type[Model], dict[str, str]] = {Group: {"state": State.LIVE}, Sighting: {"verdict": "malicious"}}
# One template serves every row's history and deletion, and one every list's question: one of each is enough.
ONE_OF_MANY = {
    "history": "groups-group-history",
    "delete": "wbscanner-apitoken-delete",
    "question": "groups-group-mute",
}


def rows() -> list[Model]:
    """The row of every kind that has most to show; what the demo has none of is made."""
    rows_of_installation(Group.objects.filter(state=State.LIVE)[0], "A few words", 1)
    kinds: list[type[Model]] = [*registered(), QueueItem, AuditEntry, User]
    found = [
        kind._default_manager.filter(**HAS_MOST.get(kind, {})).order_by("-pk").first() for kind in dict.fromkeys(kinds)
    ]
    found.append(QueueItem.objects.order_by("-rank", "-pk").first())
    return [row for row in dict.fromkeys(found) if row is not None]


def each_kind_once(whole: Tour) -> Tour:
    addresses = [one for one in whole.addresses if ONE_OF_MANY.get(one.name.rpartition("-")[2], one.name) == one.name]
    posts = [
        one for one in whole.posts if not one.fields or one.fields[0][0] != "action" or one.name in ONE_OF_MANY.values()
    ]
    return replace(whole, addresses=addresses, posts=posts)


if __name__ == "__main__":
    owner, _made = User.objects.get_or_create(username="owner", is_staff=True, is_superuser=True)
    logging.disable()  # of what answers with an error, and is no page
    print(json.dumps(asdict(each_kind_once(tour(owner, rows())))))
