"""What a group's admins may ask, and that nobody else may."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from groups.models import Group
from overrides.models import Override
from overrides.rules import Kind, Ruling
from scans.engine.scoring import Verdict
from scans.models import Priority, Scan, Status
from tests.factories import make_group, make_override, make_scan
from tests.waclient.commands.asking import answers, ask, ask_alone, only, order, roster, said, work_off
from tests.waclient.inbound import ADMIN, ANNA, says
from tests.waclient.planning import plan_all, seen
from waclient.chat_commands.admins import DEFAULT_MUTE, LONGEST_MUTE
from waclient.client import Person
from waclient.ingest import receive
from waclient.models import (
    ActionKind,
    Answer,
    Decision,
    PendingWork,
    Report,
    Sighting,
    WorkKind,
)
from waclient.rosters import Rosters
from wbscanner.models import AuditEntry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_gaps")]

URL, HOST = "https://shop.example.com/offer?id=7", "shop[.]example[.]com"
HOUR = timedelta(hours=1)


def actions_noted() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


def is_about(moment: datetime | None, length: timedelta) -> bool:
    return moment is not None and abs(moment - timezone.now() - length) < timedelta(minutes=1)


# --- who may


@pytest.mark.parametrize("known", [ADMIN.address, ADMIN.other])
@pytest.mark.parametrize("by", [ADMIN, Person(ADMIN.address), Person(ADMIN.other, ADMIN.address)])
def test_an_admin_is_known_by_lid_or_by_phone(group: Group, known: str, by: Person) -> None:
    rosters = roster(group, known)
    is_known = known in {by.address, by.other}

    ask(group, "!scanner mute", by=by, rosters=rosters)

    assert group.is_muted(timezone.now()) is is_known


@pytest.mark.parametrize("text", ["!scanner mute", "!scanner pause", "!scanner nonsense", f"!scanner block {URL}"])
def test_who_is_no_admin_is_not_obeyed_and_not_answered(group: Group, text: str) -> None:
    rosters = roster(group)
    before = Group.objects.values().get()

    ask(group, text, by=ANNA, rosters=rosters)

    assert Group.objects.values().get() == before
    assert (said(), Override.objects.count(), AuditEntry.objects.count()) == ([], 0, 0)


def test_an_admin_of_another_group_is_none_here(group: Group) -> None:
    ask(group, "!scanner mute", by=ADMIN, rosters=_joined(roster(group, "other@lid"), make_group()))

    assert not group.is_muted(timezone.now())


def test_an_admin_has_no_power_in_private() -> None:
    ask_alone("!scanner mute", by=ADMIN)
    ask_alone("!scanner pause", by=ADMIN)

    assert (said(), PendingWork.objects.count()) == ([], 0)


def test_a_command_waits_until_the_groups_admins_are_known(group: Group) -> None:
    unknown = Rosters()
    receive(says(group, "!scanner mute", by=ADMIN), unknown)
    work_off(unknown)

    assert PendingWork.objects.filter(kind=WorkKind.GROUP_INFO, ref=group.jid).exists()
    assert not Group.objects.get().is_muted(timezone.now())

    PendingWork.objects.filter(kind=WorkKind.COMMAND).update(due_at=timezone.now())
    work_off(roster(group))

    assert Group.objects.get().is_muted(timezone.now())


def test_an_admin_is_obeyed_even_when_no_more_is_answered(group: Group, settings: Settings) -> None:
    settings.ANSWERS_PERSON_HOURLY = 0

    order(group, "!scanner mute")

    assert group.is_muted(timezone.now())
    assert said() == []


# --- mute and unmute


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("mute", DEFAULT_MUTE), ("mute 2h", 2 * HOUR), ("pause for an hour", HOUR), ("silencio 2h", 2 * HOUR),
        ("stumm 30 Minuten", HOUR / 2), ("mute 99 weeks", LONGEST_MUTE), ("mute 0 min", timedelta(minutes=1)),
    ],
)  # fmt: skip
def test_mute_is_quiet_for_a_while_and_says_until_when(group: Group, text: str, length: timedelta) -> None:
    order(group, f"!scanner {text}")

    assert is_about(group.muted_until, length)
    assert "unmute" in only()
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor.startswith("group admin ")) == ("group.mute", True)
    assert ADMIN.address not in repr(entry.__dict__)


def test_unmute_ends_it_and_is_answered_by_a_sign(group: Group) -> None:
    order(group, "!scanner mute 2h")
    order(group, "!scanner unmute")

    assert not group.is_muted(timezone.now())
    assert answers()[-1].kind == ActionKind.SIGN


# --- allow, block, forget


@pytest.mark.parametrize(
    ("text", "ruling", "kind", "target"),
    [
        ("allow shop.example.com", Ruling.ALLOW, Kind.HOST, "shop.example.com"),
        ("block https://shop.example.com/", Ruling.DENY, Kind.HOST, "shop.example.com"),
        ("bloquear shop.example.com", Ruling.DENY, Kind.HOST, "shop.example.com"),
        ("block not-registered.invalid please", Ruling.DENY, Kind.HOST, "not-registered.invalid"),
    ],
)
def test_a_host_is_ruled_on_in_this_group_alone(
    group: Group, text: str, ruling: Ruling, kind: Kind, target: str
) -> None:
    order(group, f"!scanner {text}")

    override = Override.objects.get()
    assert (override.ruling, override.kind, override.target, override.group) == (ruling, kind, target, group)
    assert override.created_by.startswith("group admin ")
    assert "forget" in only()
    assert actions_noted() == ["override.create"]
    assert not Sighting.objects.exists(), "an admin's order is no posted link"


def test_an_exact_link_is_ruled_on_exactly(group: Group) -> None:
    order(group, f"!scanner block {URL}")

    assert Override.objects.get().kind == Kind.URL
    assert HOST in only()


def test_the_other_ruling_takes_the_place_of_the_first_and_forget_takes_it_back(group: Group) -> None:
    order(group, "!scanner allow shop.example.com")
    order(group, "!scanner block shop.example.com")

    assert Override.objects.get().ruling == Ruling.DENY

    order(group, "!scanner forget shop.example.com")

    assert not Override.objects.exists()
    assert answers()[-1].kind == ActionKind.SIGN


@pytest.mark.parametrize("verb", ["allow", "block", "forget"])
def test_what_was_ruled_in_the_desk_stays(group: Group, verb: str) -> None:
    make_override("shop.example.com", Ruling.DENY, group=group, created_by="owner")

    order(group, f"!scanner {verb} shop.example.com")

    assert Override.objects.get().ruling == Ruling.DENY
    assert "in the desk" in only()


def test_forgetting_what_is_not_there_says_so(group: Group) -> None:
    order(group, "!scanner forget shop.example.com")

    assert "nothing to forget" in only()


@pytest.mark.parametrize(("verb", "answer"), [("allow", Answer.FINE), ("block", Answer.CONFIRM)])
def test_in_reply_to_a_message_its_link_is_decided_and_can_be_forgotten(
    group: Group, verb: str, answer: Answer
) -> None:
    sighting = seen(group, Verdict.SUSPICIOUS)
    plan_all()

    order(group, f"!scanner {verb}", quoted_id=sighting.message_id)

    decision = Decision.objects.get()
    assert (decision.answer, decision.group, decision.url_hash) == (answer, group, sighting.url_hash)
    assert decision.override is not None

    order(group, "!scanner forget", quoted_id=sighting.message_id)

    decision.refresh_from_db()
    assert decision.undone_at is not None
    assert not Override.objects.exists()


@pytest.mark.parametrize("verb", ["allow", "block", "rescan", "forget"])
def test_without_a_link_it_is_asked_which(group: Group, verb: str) -> None:
    order(group, f"!scanner {verb}")

    assert "Which link?" in only()


# --- rescan


def test_a_rescan_passes_every_cache_and_tells_what_it_finds(group: Group) -> None:
    sighting = seen(group, Verdict.BENIGN, host="shop.example.com")
    plan_all()

    order(group, "!scanner rescan https://shop.example.com/")

    again = Scan.objects.latest("pk")
    assert (again.status, again.priority, again.passes_caches) == (Status.QUEUED, Priority.ASKED, True)
    done = make_scan("https://shop.example.com/", Verdict.SUSPICIOUS)
    Report.objects.update(scan=done)
    work_off(roster(group))

    assert HOST in only()
    assert Report.objects.get().sighting == sighting


def test_a_link_that_nobody_posted_can_be_scanned(group: Group) -> None:
    order(group, f"!scanner rescan {URL}")

    assert Scan.objects.get().priority == Priority.ASKED
    assert not Sighting.objects.exists()


def _joined(rosters: Rosters, *others: Group) -> Rosters:
    for other in others:
        rosters.change(other.jid, [ADMIN.address], [])
    return rosters
