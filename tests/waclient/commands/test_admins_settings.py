"""What a group's admins set in a chat: language, policy, status, and an objection."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from groups.models import Group
from groups.policy import Preset, Response, State
from scans.engine.scoring import Verdict
from tests.waclient.commands.asking import answers, ask, only, order, roster, said
from tests.waclient.inbound import ADMIN, says
from tests.waclient.planning import plan_all, seen
from tests.waclient.waiting import address, waiting
from waclient.ingest import CONSENT, receive
from waclient.models import (
    Action,
    ActionKind,
    ActionState,
    PendingWork,
    Sighting,
    WorkKind,
)
from wbscanner.models import AuditEntry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_gaps")]

URL, HOST = "https://shop.example.com/offer?id=7", "shop[.]example[.]com"
HOUR = timedelta(hours=1)


def actions_noted() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


# --- language, policy, status, help


@pytest.mark.parametrize(("text", "code"), [("language es", "es"), ("idioma español", "es"), ("sprache Deutsch", "de")])
def test_the_language_is_chosen_and_can_be_changed_back(group: Group, text: str, code: str) -> None:
    order(group, f"!scanner {text}")

    assert group.language == code
    assert actions_noted() == ["group.language"]


def test_a_language_that_is_not_there_is_not_chosen(group: Group) -> None:
    order(group, "!scanner language klingon")

    assert group.language == ""
    assert "es" in only()


def test_a_policy_is_chosen_by_name_and_the_one_before_is_named(group: Group) -> None:
    order(group, "!scanner policy family")

    assert (group.preset, group.on_installers) == (Preset.FAMILY, Response.REPLY)
    assert "Family and school" in only()
    assert "Quiet" in only()


def test_the_names_of_policies_are_said_in_the_groups_language(group: Group) -> None:
    Group.objects.update(language="es")

    order(group, "!scanner politica familia")

    assert "Familia y escuela" in only()
    assert "Discreto" in only()


def test_the_policy_watch_stops_the_answers(group: Group) -> None:
    order(group, "!scanner policy watch")

    assert group.state == State.WATCH


def test_a_policy_put_together_in_the_desk_is_not_lost(group: Group) -> None:
    Group.objects.update(preset=Preset.OWN, on_malicious=Response.DELETE)

    order(group, "!scanner policy quiet")

    assert (group.preset, group.on_malicious) == (Preset.OWN, Response.DELETE)
    assert "in the desk" in only()


def test_the_status_says_what_is_done_and_what_was_found(group: Group) -> None:
    seen(group, Verdict.MALICIOUS)
    seen(group, Verdict.BENIGN, host="fine.example.org")
    plan_all()
    Group.objects.update(muted_until=timezone.now() + HOUR)

    order(group, "!scanner status")

    assert "2 links, 1 dangerous" in only()
    assert "Quiet until" in only()


@pytest.mark.parametrize(
    ("text", "words"),
    [("help", "mute 2h"), ("", "mute 2h"), ("make coffee", "mute 2h"), ("pair", "in the desk"),
     ("pair-reset", "in the desk"), ("approve", "cannot be done"), ("governance 5", "cannot be done"),
     ("consentstatus", "I check links here")],
)  # fmt: skip
def test_the_predecessors_commands_are_answered(group: Group, text: str, words: str) -> None:
    order(group, f"!scanner {text}")

    assert words in only()


def test_what_is_not_understood_twice_is_answered_by_a_sign(group: Group) -> None:
    order(group, "!scanner make coffee")
    order(group, "!scanner make tea")

    assert [answer.text for answer in answers()][1:] == ["❓"]


# --- a group that objects


def test_a_group_that_objects_is_left_alone_and_told_once(group: Group) -> None:
    pending = waiting(group)
    seen(group, Verdict.MALICIOUS, sender_address=address())
    PendingWork.objects.create(kind=WorkKind.MEDIA, ref=f"{group.jid} X 0")

    order(group, "!scanner stop")

    pending.refresh_from_db()
    assert (group.state, pending.state, pending.reason) == (State.PAUSED, ActionState.SKIPPED, "paused")
    assert not PendingWork.objects.filter(kind=WorkKind.MEDIA).exists()
    assert "consent" in only()
    known = Sighting.objects.count()

    for text in (
        "!scanner status",
        "!scanner unmute",
        "!help",
        f"look {URL}",
        "!scanner pause",
        "!scanner consent now",
    ):
        ask(group, text, by=ADMIN)
    plan_all()

    assert len(said()) == 1
    assert not Action.objects.filter(state=ActionState.PENDING).exclude(kind=ActionKind.ANSWER).exists()
    assert Sighting.objects.count() == known

    receive(says(group, CONSENT, by=ADMIN), roster(group))

    group.refresh_from_db()
    assert group.state == State.WATCH


@pytest.mark.parametrize("more", [{"is_history": True}, {"age": timedelta(hours=3)}])
def test_an_objection_made_while_the_bot_was_away_counts_and_is_not_answered(
    group: Group, more: dict[str, object]
) -> None:
    order(group, "!scanner pause", **more)

    assert (group.state, said()) == (State.PAUSED, [])


def test_an_objection_of_days_ago_or_of_a_member_changes_nothing(group: Group) -> None:
    order(group, "!scanner pause", age=timedelta(days=3))
    ask(group, "!scanner pause", is_history=True)

    assert group.state == State.LIVE


def test_consent_of_a_group_that_is_read_is_a_sign(group: Group) -> None:
    order(group, CONSENT)

    assert (group.state, only()) == (State.LIVE, "👍")
