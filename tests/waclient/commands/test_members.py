"""What anybody in a group, or in a chat of their own with the bot, may ask."""

from __future__ import annotations

import pytest
from pytest_django.fixtures import Settings

from groups.models import Group
from groups.policy import State
from scans.engine.ceiling import Ceiling
from scans.engine.scoring import Verdict
from scans.models import Priority, Scan
from tests.factories import make_group
from tests.waclient.commands.asking import answers, ask, ask_alone, judged, only, posted, roster, said, work_off
from tests.waclient.inbound import ANNA, BEN, placed, says
from waclient import replies
from waclient.ingest import receive
from waclient.models import (
    Action,
    ActionKind,
    Place,
    Report,
    ReportKind,
    ReportState,
    Sighting,
)
from waclient.recording import person_key
from waclient.tapping import is_clickable
from wbscanner.languages import CODES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_gaps")]

URL, HOST = "https://shop.example.com/offer?id=7", "shop[.]example[.]com"
BAD, BAD_HOST = "https://evil.example/", "evil[.]example"
MALICIOUS, SUSPICIOUS, BENIGN, UNKNOWN = Verdict.MALICIOUS, Verdict.SUSPICIOUS, Verdict.BENIGN, Verdict.UNKNOWN


# --- !check


@pytest.mark.parametrize(
    ("verdict", "words", "state"),
    [
        (BENIGN, "Nothing suspicious found", ReportState.ANSWERED),
        (UNKNOWN, "Not checked", ReportState.OPEN),
    ],
)
def test_a_check_of_a_link_tells_what_was_found_once_it_is_judged(
    group: Group, verdict: Verdict, words: str, state: ReportState
) -> None:
    message = ask(group, f"!check {URL}")
    assert said() == []

    judged(verdict)

    assert words in only()
    assert HOST in only()
    [answer] = answers()
    assert (answer.group, answer.quotes, answer.kind) == (group, message.message_id, ActionKind.ANSWER)
    report = Report.objects.get()
    assert (report.kind, report.state, report.by) == (ReportKind.CHECK, state, person_key(ANNA))
    assert report.sighting is not None


def test_a_dangerous_link_in_a_live_group_is_answered_by_its_warning_alone(group: Group) -> None:
    ask(group, f"!check {URL}")

    judged(MALICIOUS)

    assert said() == []
    assert Action.objects.filter(kind=ActionKind.REPLY).count() == 1
    assert Report.objects.get().state == ReportState.ANSWERED


@pytest.mark.parametrize("verdict", [MALICIOUS, SUSPICIOUS])
def test_who_checks_in_a_watched_group_is_answered_although_nothing_else_is_said(verdict: Verdict) -> None:
    group = make_group(state=State.WATCH)
    ask(group, f"!check {URL}")

    judged(verdict)

    assert HOST in only()
    assert not Action.objects.filter(kind=ActionKind.REPLY).exists()


def test_a_check_in_reply_is_about_the_link_of_that_message(group: Group) -> None:
    sighting = posted(group)

    ask(group, "!check", quoted_id=sighting.message_id)

    assert BAD_HOST in only()
    assert Report.objects.get().sighting == sighting


def test_a_check_in_reply_to_what_was_posted_before_the_bot_came_reads_the_quote(group: Group) -> None:
    message = placed(group, URL, Place.QUOTED, quoted_id="BEFORE")
    both = says(group, "!check", passages=(*says(group, "!check").passages, *message.passages), quoted_id="BEFORE")
    receive(both, roster(group))
    work_off(roster(group))

    judged(SUSPICIOUS)

    assert HOST in only()


@pytest.mark.parametrize(
    ("more", "words"), [({}, "Which link?"), ({"quoted_id": "3EB0NOLINK"}, "I know of no link in that message")]
)
def test_a_check_of_nothing_says_so(group: Group, more: dict[str, object], words: str) -> None:
    ask(group, "!check", **more)  # type: ignore[arg-type]

    assert words in only()


def test_a_link_asked_about_in_private_is_judged_for_who_asked_alone() -> None:
    message = ask_alone(f"!check {URL}", by=BEN)

    scan = Scan.objects.get()
    assert (scan.priority, scan.ceiling, Sighting.objects.count()) == (Priority.ASKED, Ceiling.HOST, 0)
    judged(BENIGN)

    [answer] = answers()
    assert (answer.group, answer.quotes, HOST in answer.text) == (None, message.message_id, True)
    assert answer.address is not None
    assert BEN.address not in answer.address


def test_a_message_of_a_group_can_be_asked_about_in_private(group: Group) -> None:
    sighting = posted(group)

    ask_alone("!check", quoted_id=sighting.message_id)

    [answer] = answers()
    assert (answer.group, BAD_HOST in answer.text) == (None, True)
    assert Report.objects.get().group == group


# --- !why


@pytest.mark.parametrize("quoted", ["message", "warning"])
def test_why_gives_the_reason_in_reply_to_the_message_or_the_warning(group: Group, quoted: str) -> None:
    sighting = posted(group)

    ask(group, "!why", quoted_id=sighting.message_id if quoted == "message" else "OURS")

    assert BAD_HOST in only()
    assert len(only().splitlines()) >= 2
    assert not is_clickable(only())
    assert not Report.objects.exists()


def test_why_of_what_is_being_checked_says_so(group: Group) -> None:
    sighting = posted(group, None)

    ask(group, "!why", quoted_id=sighting.message_id)

    assert "still being checked" in only()


def test_why_about_a_message_of_another_group_knows_nothing(group: Group) -> None:
    sighting = posted(make_group())

    ask(group, "!why", quoted_id=sighting.message_id)

    assert "no link" in only()


def test_why_about_a_link_that_was_not_posted_here_checks_it(group: Group) -> None:
    posted(make_group())

    ask(group, f"!why {URL}")
    judged(BENIGN)

    assert "Nothing suspicious" in only()


def test_in_private_nobody_learns_what_others_posted(group: Group) -> None:
    posted(group, sender=person_key(ANNA))

    ask_alone(f"!appeal {BAD}", by=BEN)
    assert "Which link?" in only()
    ask_alone(f"!appeal {BAD}", by=ANNA)

    assert [report.by for report in Report.objects.all()] == [person_key(ANNA)]


# --- !appeal


@pytest.mark.parametrize("quoted", ["message", "warning", "nothing"])
def test_an_appeal_waits_for_a_moderator_and_is_acknowledged_by_a_sign(group: Group, quoted: str) -> None:
    sighting = posted(group, sender=person_key(ANNA))
    about = {"message": sighting.message_id, "warning": "OURS", "nothing": ""}[quoted]

    message = ask(group, "!appeal this is our own shop, I promise", quoted_id=about)

    [sign] = answers()
    assert (sign.kind, sign.text, sign.quotes) == (ActionKind.SIGN, "👍", message.message_id)
    report = Report.objects.get()
    assert (report.kind, report.state, report.sighting) == (ReportKind.APPEAL, ReportState.OPEN, sighting)
    assert "promise" not in repr(list(Report.objects.values())) + repr(list(Action.objects.values()))


def test_an_appeal_against_nothing_asks_which_link(group: Group) -> None:
    posted(group, BENIGN, sender=person_key(ANNA))

    ask(group, "!appeal")

    assert "Which link?" in only()


def test_the_same_appeal_twice_waits_once(group: Group) -> None:
    sighting = posted(group)

    for _ in range(2):
        ask(group, "!appeal", quoted_id=sighting.message_id)
    ask(group, "!appeal", by=BEN, quoted_id=sighting.message_id)

    assert Report.objects.count() == 2


# --- !privacy and !help


def test_privacy_and_help_are_answered_in_few_words(group: Group) -> None:
    ask(group, "!privacy")
    ask(group, "!help")
    ask_alone("!privacy")

    privacy, help_, alone = said()
    assert "72 hours" in privacy
    assert "180 days" in privacy
    assert "!appeal" in help_
    assert "scanner pause" not in alone


@pytest.mark.parametrize("language", sorted(CODES))
@pytest.mark.parametrize("days", [180, 0])
def test_what_is_said_of_privacy_names_the_period_and_is_short(
    group: Group, settings: Settings, language: str, days: int
) -> None:
    settings.RETENTION_DAYS = days
    group.language = language
    group.save(update_fields=["language"])

    ask(group, "!privacy")

    text = only()
    assert replies.kept(language) in text
    assert ("180" in text) is bool(days)
    assert len(text.splitlines()) <= 3
    assert len(text) <= 220, (len(text), text)


def test_a_group_is_answered_in_its_language(group: Group) -> None:
    group.language = "es"
    group.save(update_fields=["language"])

    ask(group, "!ayuda")

    assert "!check" in only()
