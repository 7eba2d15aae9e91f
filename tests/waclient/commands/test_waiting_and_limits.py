"""How a member's command waits, and how much of it is answered."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from groups.models import Group
from groups.policy import State
from scans.engine.scoring import Verdict
from tests.factories import make_group, make_sighting
from tests.waclient.commands.asking import answers, ask, judged, only, posted, roster, said, work_off
from tests.waclient.inbound import ANNA, BEN, placed, says
from waclient.chat_commands import carrying_out
from waclient.client import Person
from waclient.ingest import receive
from waclient.models import (
    Action,
    ActionKind,
    ActionState,
    PendingWork,
    Place,
    Report,
    ReportKind,
    Sighting,
    WorkKind,
)
from waclient.rosters import Rosters
from wbscanner import secrets

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_gaps")]

URL, HOST = "https://shop.example.com/offer?id=7", "shop[.]example[.]com"
BAD, BAD_HOST = "https://evil.example/", "evil[.]example"
MALICIOUS, SUSPICIOUS, BENIGN, UNKNOWN = Verdict.MALICIOUS, Verdict.SUSPICIOUS, Verdict.BENIGN, Verdict.UNKNOWN


# --- how a command is put off


def test_a_command_waits_encrypted_and_is_gone_when_it_was_carried_out(group: Group) -> None:
    receive(says(group, f"!check {URL}"), roster(group))

    row = PendingWork.objects.get(kind=WorkKind.COMMAND)
    assert "shop" not in row.payload
    assert ANNA.address not in row.payload + row.ref

    work_off(roster(group))

    assert not PendingWork.objects.filter(kind=WorkKind.COMMAND).exists()


def test_a_command_in_private_names_nobody_in_its_row() -> None:
    receive(says(BEN.address, "!help", by=BEN, is_direct=True), Rosters())

    assert BEN.address.partition("@")[0] not in PendingWork.objects.get().ref


@pytest.mark.parametrize(
    "more", [{"is_history": True}, {"age": timedelta(minutes=6)}, {"is_from_me": True}, {"by": Person("")}]
)
def test_history_and_our_own_words_are_no_commands(group: Group, more: dict[str, object]) -> None:
    receive(says(group, "!help", **more), roster(group))  # type: ignore[arg-type]

    assert not PendingWork.objects.filter(kind=WorkKind.COMMAND).exists()


def test_what_is_quoted_or_stands_in_a_document_is_no_command(group: Group) -> None:
    for place in (Place.QUOTED, Place.CODE, Place.DOCUMENT):
        receive(placed(group, "!help", place), roster(group))

    assert not PendingWork.objects.exists()


@pytest.mark.parametrize("state", [State.OFF, State.PAUSED])
def test_a_group_that_is_not_read_is_not_answered(state: State) -> None:
    group = make_group(state=state)

    ask(group, "!help")
    ask(group, f"!check {URL}")

    assert (said(), Sighting.objects.count(), PendingWork.objects.count()) == ([], 0, 0)


def test_the_same_message_twice_is_answered_once(group: Group) -> None:
    message = ask(group, "!help")
    receive(message, roster(group))
    work_off(roster(group))

    assert len(said()) == 1


def test_a_command_of_another_installation_key_or_version_is_dropped(group: Group, settings: Settings) -> None:
    PendingWork.objects.create(kind=WorkKind.COMMAND, ref="x", payload="nonsense")
    receive(says(group, "!help"), roster(group))
    PendingWork.objects.create(
        kind=WorkKind.COMMAND, ref="y", payload=secrets.encrypt(settings.INSTALLATION_KEY, '{"sender": ["a", "b"]}')
    )

    work_off(roster(group))

    assert len(said()) == 1
    assert not PendingWork.objects.filter(kind=WorkKind.COMMAND).exists()


# --- not too much


def test_one_person_is_answered_a_few_times_an_hour_and_then_not_heard(group: Group, settings: Settings) -> None:
    settings.ANSWERS_PERSON_HOURLY = 2
    for number in range(4):
        ask(group, f"!check https://a{number}.example.org/")
        judged(BENIGN)

    assert len(said()) == 2
    ask(group, "!help", by=BEN)
    assert len(said()) == 3


def test_a_group_is_answered_a_few_times_an_hour(group: Group, settings: Settings) -> None:
    settings.ANSWERS_GROUP_HOURLY = 2
    for number in range(4):
        ask(group, "!help", by=Person(f"{number}@lid"))

    assert len(said()) == 2
    ask(make_group(), "!help")
    assert len(said()) == 3


def test_the_same_words_are_not_said_twice_to_one_person_within_the_hour(group: Group) -> None:
    ask(group, "!help")
    ask(group, "!help")

    ask(group, "!check", by=BEN)
    ask(group, "!check", by=BEN)

    assert [answer.kind for answer in answers()] == [ActionKind.ANSWER, ActionKind.SIGN] * 2
    assert [answer.text for answer in answers()][1::2] == ["👍", "❓"]


def test_a_muted_group_hears_nothing_of_members_questions(group: Group) -> None:
    group.muted_until = timezone.now() + timedelta(hours=1)
    group.save(update_fields=["muted_until"])

    ask(group, "!help")

    assert said() == []


def test_two_bots_end_after_one_message(group: Group) -> None:
    ask(group, "!help")
    Action.objects.update(wa_message_id="ANSWER", state=ActionState.SENT)

    ask(group, "!help", by=BEN, quoted_id="ANSWER")
    ask(group, f"!check {URL}", by=BEN, quoted_id="ANSWER")
    judged(BENIGN)

    assert len(said()) == 1


def test_why_and_appeal_may_answer_an_answer(group: Group) -> None:
    sighting = posted(group)
    ask(group, "!check", quoted_id=sighting.message_id)
    answers()[0].move(ActionState.PENDING, ActionState.SENT, wa_message_id="ANSWER")

    ask(group, "!appeal", quoted_id="ANSWER")

    assert Report.objects.get(kind=ReportKind.APPEAL).sighting == sighting


def test_a_link_in_a_check_by_somebody_who_is_no_admin_is_judged_like_any_other(group: Group) -> None:
    ask(group, f"!scanner allow {URL}")
    ask(group, f"!check {BAD}")

    assert Sighting.objects.count() == 2


def test_a_command_that_breaks_something_is_set_aside(group: Group) -> None:
    make_sighting(group, message_id="BROKEN", verdict="nonsense")
    receive(says(group, "!why", quoted_id="BROKEN"), roster(group))
    receive(says(group, "!help", by=BEN), roster(group))

    with pytest.raises(ValueError, match="nonsense"):
        carrying_out.plan_next(timezone.now(), roster(group))
    carrying_out.set_aside(timezone.now())
    work_off(roster(group))

    assert "!check" in only()
