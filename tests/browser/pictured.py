"""Fills a database for the pictures, at a fixed time: the demo's month and a chat of this evening. Prints its pages."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from io import StringIO
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch

import django
import time_machine

django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402
from django_q.models import Schedule  # noqa: E402

from groups.models import Group  # noqa: E402
from groups.policy import Response, State  # noqa: E402
from scans.engine.heuristics import HEURISTICS  # noqa: E402
from scans.engine.links import parse  # noqa: E402
from scans.engine.local import analyze_locally  # noqa: E402
from scans.models import Feed, FeedState, Scan, Status  # noqa: E402
from tests.browser.at_noon import NOON  # noqa: E402
from tests.browser.shown import each_kind_once, rows  # noqa: E402
from tests.desk.every_page import tour  # noqa: E402
from waclient import ingest, outbox, sending  # noqa: E402
from waclient.client import InboundMessage  # noqa: E402
from waclient.models import Connection, Phase  # noqa: E402
from waclient.rosters import Rosters  # noqa: E402
from waclient.simulator import chats  # noqa: E402
from waclient.simulator.cast import BOT, BOT_LID, GROUPS  # noqa: E402
from waclient.simulator.client import SimulatedClient, prepare  # noqa: E402
from wbscanner.models import Alarm  # noqa: E402

CHAT = GROUPS[0]
WROTE = [
    ("Ana", "The photos of the school trip: https://photos.example.org/class-4b"),
    ("Ben", "Is this real?? Your parcel waits, pay the fee: http://xn--pypal-4ve.example/secure/login"),
    ("Chidi", "That would have got me. Thank you!"),
]


class Ears:
    """Hears for the bot, as the process of the socket does."""

    def __init__(self) -> None:
        self.rosters = Rosters()

    def on_connected(self, event: Any) -> None:
        """Nothing to say of that."""

    def hear(self, message: InboundMessage) -> None:
        ingest.receive(message, self.rosters)


def judge() -> None:
    """What the worker does with the links that wait, by their addresses alone."""
    for scan in Scan.objects.filter(status=Status.QUEUED):
        Scan.objects.filter(pk=scan.pk).update(status=Status.RUNNING)
        scan.finish(analyze_locally(parse(scan.url), heuristics=HEURISTICS), timezone.now())


def talk(clock: Any) -> None:
    """One chat, a few minutes long, through the program's own doors."""
    prepare()
    chosen = {"state": State.LIVE, "on_malicious": Response.REPLY, "bot_is_admin": True, "size": len(CHAT.members)}
    Group.objects.create(jid=CHAT.jid, name=CHAT.name, **chosen)
    client, later = SimulatedClient(Path("unused"), Ears(), own=()), timedelta(seconds=4)
    client._is_connected = True  # connect() would stay and listen
    for author, text in WROTE:
        chats.say(CHAT.jid, author, text)
        client.listen()
        judge()
        for _turn in range(20):
            clock.shift(later)
            outbox.plan_next(timezone.now())
            sending.send_next(client, timezone.now())


def counted() -> Callable[..., str]:
    """Ids of messages in a row: which of its equal wordings the bot takes depends on them."""
    numbers = count(1)
    return lambda length=16: f"{next(numbers):0{2 * length}x}"


def everything_runs(now: datetime) -> None:
    Alarm.objects.update(ended_at=now)  # of the rows that are made to have one of each kind
    Connection.write(jid=BOT, lid=BOT_LID, detail="", phase=Phase.CONNECTED, beat_at=now, heard_at=now, event_at=now)
    Schedule.objects.update(next_run=now + timedelta(seconds=30))
    Feed.objects.filter(state=FeedState.ON).update(checked_at=now, changed_at=now - timedelta(hours=2), entries=57_000)


def main() -> None:
    with time_machine.travel(NOON - timedelta(minutes=5), tick=False) as clock:
        call_command("demo", stdout=StringIO())
        everything_runs(timezone.now())
        with patch("secrets.token_hex", counted()):
            talk(clock)
        clock.move_to(NOON)
        owner, _made = User.objects.get_or_create(username="owner", is_staff=True, is_superuser=True)
        shown = rows()
        everything_runs(timezone.now())
        found = tour(owner, shown)
    print(json.dumps(asdict(each_kind_once(found))))


if __name__ == "__main__":
    logging.disable()  # of what answers with an error, and is no page
    main()
