"""Days in a group, made up by chance and decided on by the real planner, for tests of the replay."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from groups.models import Group
from groups.policy import LinkRule, Response
from groups.presets import PRESETS
from overrides.rules import Ruling
from scans.engine.findings import Finding
from scans.engine.scoring import Verdict
from scans.models import Scan
from tests.factories import make_override, make_scan, make_sighting
from waclient.client import GroupFacts
from waclient.models import Action, ActionKind, ActionState, Place
from waclient.outbox import plan_next
from waclient.recording import keys
from waclient.rosters import Rosters

START = datetime(2026, 7, 1, 6, 0, tzinfo=UTC)
MEMBERS = [f"49151{number:08d}@s.whatsapp.net" for number in range(6)]
ADMIN, TRUSTED = MEMBERS[0], MEMBERS[1]
KINDS: dict[str, tuple[Verdict, bool]] = {
    "https://clean.example/": (Verdict.BENIGN, False),
    "https://bit.ly/abcd": (Verdict.BENIGN, False),
    "https://chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStUv": (Verdict.UNKNOWN, False),
    "https://unclear.example/": (Verdict.UNKNOWN, False),
    "https://odd.example/": (Verdict.SUSPICIOUS, False),
    "https://paypal.me/someone/20": (Verdict.SUSPICIOUS, False),
    "https://bad.example/": (Verdict.MALICIOUS, False),
    "https://worse.example/": (Verdict.MALICIOUS, True),
    "https://denied.example/": (Verdict.BENIGN, False),
    "https://allowed.example/": (Verdict.MALICIOUS, True),
}
FATES = [ActionState.SENT, ActionState.SENT, ActionState.UNCERTAIN, ActionState.FAILED, ActionState.SKIPPED]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens `after` the one before: a message with these links, or a change of the group."""

    after: timedelta
    message: str = ""
    urls: tuple[str, ...] = ()
    by: str = MEMBERS[2]
    age: timedelta = timedelta(seconds=2)
    is_history: bool = False
    is_withdrawn: bool = False
    place: Place = Place.TEXT
    mute: timedelta | None = None
    bot_is_admin: bool | None = None


def events(chance: random.Random, count: int = 60) -> list[Event]:
    made: list[Event] = []
    for number in range(count):
        after = timedelta(seconds=chance.choice([0, 1, 20, 90, 400, 900, 2400, 30000]))
        if chance.random() < 0.08:
            made.append(Event(after, mute=timedelta(minutes=chance.choice([0, 10, 600]))))
        elif chance.random() < 0.08:
            made.append(Event(after, bot_is_admin=chance.random() < 0.6))
        else:
            made.append(_message(chance, after, number, [one.message for one in made if one.urls]))
    return made


def _message(chance: random.Random, after: timedelta, number: int, earlier: list[str]) -> Event:
    is_edit = bool(earlier) and chance.random() < 0.15
    return Event(
        after,
        message=chance.choice(earlier[-3:]) if is_edit else f"M{number}",
        urls=tuple(chance.sample(list(KINDS), chance.choice([1, 1, 1, 2, 3]))),
        by=chance.choice(MEMBERS),
        age=timedelta(seconds=chance.choice([2, 2, 2, 30, 700])),
        is_history=chance.random() < 0.05,
        is_withdrawn=chance.random() < 0.05,
        place=chance.choice([*[Place.TEXT] * 8, Place.QUOTED, Place.GROUP, Place.CODE]),
    )


def scans() -> dict[str, Scan]:
    """What every group's links were found to be."""
    make_override("denied.example", Ruling.DENY)
    make_override("allowed.example", Ruling.ALLOW)
    made = {}
    for url, (verdict, is_conclusive) in KINDS.items():
        weighs = verdict in {Verdict.SUSPICIOUS, Verdict.MALICIOUS}
        findings = [Finding.of("risky_tld", 12, conclusive=is_conclusive, tld="example")] if weighs else []
        made[url] = make_scan(url, verdict, findings=findings, at=START)
    return made


def happen(group: Group, what: list[Event], found: dict[str, Scan], fates: random.Random | None = None) -> datetime:
    """Let it all happen, each message decided on as it comes; returns the last moment."""
    now, rosters = START, Rosters()
    rosters.learn(GroupFacts(group.jid, group.name, 6, bot_is_admin=True, admins=frozenset({ADMIN})), now)
    Group.objects.filter(pk=group.pk).update(trusted=list(keys([TRUSTED])))
    for event in what:
        now += event.after
        if event.mute is not None:
            Group.objects.filter(pk=group.pk).update(muted_until=now + event.mute if event.mute else None)
        if event.bot_is_admin is not None:
            Group.objects.filter(pk=group.pk).update(bot_is_admin=event.bot_is_admin)
        for url in event.urls:
            _post(group, event, found[url], now)
        while plan_next(now, rosters):
            pass
        if fates is not None:
            _carry_out(group, now, fates)
    return now


def _post(group: Group, event: Event, scan: Scan, now: datetime) -> None:
    if group.sightings.filter(message_id=event.message, url_hash=scan.url_hash).exists():
        return
    make_sighting(
        group,
        scan,
        message_id=event.message,
        sender=next(iter(keys([event.by]))),
        posted_at=now - event.age,
        received_at=now,
        is_history=event.is_history,
        withdrawn_at=now if event.is_withdrawn else None,
        place=event.place,
    )


def _carry_out(group: Group, now: datetime, fates: random.Random) -> None:
    """Some of what waits goes out, some does not."""
    for action in Action.objects.filter(group=group, state=ActionState.PENDING).exclude(kind=ActionKind.NOTICE):
        if fates.random() < 0.8:
            action.move(ActionState.PENDING, fates.choice(FATES), claimed_at=now)


def columns(chance: random.Random) -> dict[str, object]:
    """A policy by chance: a ready-made one, or each of its columns on its own."""
    if chance.random() < 0.3:
        return dict(PRESETS[chance.choice(list(PRESETS))])
    mild = [Response.NOTHING, Response.ALERT, Response.REACT, Response.REPLY]
    own = {
        "on_suspicious": chance.choice(mild),
        "on_malicious": chance.choice([*mild, Response.DELETE, Response.DELETE]),
        "exempts_admins": chance.random() < 0.5,
        **{f"on_{rule.value}": chance.choice([Response.NOTHING, Response.NOTHING, *mild]) for rule in LinkRule},
    }
    if chance.random() < 0.5:
        own |= {"quiet_from": f"{chance.randrange(24):02d}:30", "quiet_to": f"{chance.randrange(24):02d}:00"}
        own |= {"time_zone": chance.choice(["UTC", "Asia/Kolkata", "America/Lima"])}
    return own
