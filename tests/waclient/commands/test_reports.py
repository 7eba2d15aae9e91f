"""Checks and appeals in the moderators' hands: decided, answered, forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from groups.models import Group
from groups.policy import State
from scans.engine.scoring import Verdict
from tests.factories import make_group, make_sighting
from tests.waclient.commands.asking import answers, ask, ask_alone, order, roster, said, work_off
from tests.waclient.inbound import ANNA, says
from tests.waclient.planning import plan_all, seen
from waclient import decisions, reports
from waclient.chat_commands import carrying_out
from waclient.decisions import UNDO_WINDOW
from waclient.ingest import receive
from waclient.models import Action, ActionKind, Answer, Decision, PendingWork, Report, ReportKind, ReportState, Sighting
from waclient.rosters import Rosters
from waclient.tapping import is_clickable
from waclient.tasks import forget_addresses, forget_reports
from wbscanner.models import AuditEntry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_gaps")]

HOST = "evil[.]example"


def appealed(group: Group, *, alone: bool = False) -> Sighting:
    sighting = seen(group, Verdict.MALICIOUS)
    plan_all()
    if alone:
        ask_alone("!appeal", quoted_id=sighting.message_id)
    else:
        ask(group, "!appeal", quoted_id=sighting.message_id)
    Action.objects.all().delete()
    return sighting


def decide(sighting: Sighting, answer: Answer, group: Group | None, *, ago: timedelta = UNDO_WINDOW) -> Decision:
    """A moderator decides; the undo window is over unless told."""
    decision = decisions.decide(sighting.url_hash, answer, by="mia", group=group)
    Report.objects.update(asked_at=decision.at - timedelta(minutes=1) - ago)
    Decision.objects.filter(pk=decision.pk).update(at=decision.at - ago)
    return decision


@pytest.mark.parametrize(
    ("answer", "words"),
    [(Answer.FINE, "is fine. Sorry"), (Answer.CONFIRM, "takes it for a scam"), (Answer.UNSURE, "could not tell")],
)
def test_a_decision_answers_who_appealed_in_one_line(group: Group, answer: Answer, words: str) -> None:
    sighting = appealed(group)

    decide(sighting, answer, group)
    work_off(Rosters())

    [told] = answers()
    assert words in told.text
    assert HOST in told.text
    assert (len(told.text.splitlines()), told.group, told.kind) == (1, group, ActionKind.ANSWER)
    report = Report.objects.get()
    assert (report.state, report.answered_by) == (ReportState.ANSWERED, "mia")
    assert told.quotes == report.quotes


def test_who_appealed_in_private_is_answered_in_private(group: Group) -> None:
    sighting = appealed(group, alone=True)

    decide(sighting, Answer.FINE, group)
    work_off(Rosters())

    [told] = answers()
    assert (told.group, told.address is not None) == (None, True)


def test_a_decision_for_all_groups_answers_everybody(group: Group) -> None:
    sighting = appealed(group)
    other = make_sighting(make_group(), sighting.scan, url="https://evil.example/", verdict="malicious")
    ask(other.group, "!appeal", quoted_id=other.message_id)

    decide(sighting, Answer.FINE, None)
    work_off(Rosters())

    assert [told.group for told in answers() if told.kind == ActionKind.ANSWER] == [group, other.group]


def test_a_decision_about_another_group_or_from_before_answers_nobody(group: Group) -> None:
    sighting = appealed(group)
    decide(sighting, Answer.FINE, make_group())
    Decision.objects.create(
        url_hash=sighting.url_hash, group=group, answer=Answer.FINE, by="x", at=timezone.now() - timedelta(days=1)
    )

    work_off(Rosters())

    assert said() == []
    assert Report.objects.get().state == ReportState.OPEN


def test_an_answer_waits_until_the_decision_cannot_be_undone_at_once(group: Group) -> None:
    sighting = appealed(group)

    decision = decide(sighting, Answer.FINE, group, ago=timedelta(0))
    work_off(Rosters())
    assert said() == []

    decisions.undo(decision, by="mia")
    work_off(Rosters())
    assert Report.objects.get().state == ReportState.OPEN


def test_a_check_that_was_not_certain_is_answered_once_more_by_a_person(group: Group) -> None:
    sighting = seen(group, Verdict.UNKNOWN)
    plan_all()
    ask(group, "!check", quoted_id=sighting.message_id)
    assert "Not checked" in said()[0]

    decide(sighting, Answer.FINE, group)
    work_off(Rosters())

    assert "found nothing wrong" in said()[1]


def test_an_admins_allow_in_the_chat_answers_an_appeal(group: Group) -> None:
    sighting = appealed(group)

    order(group, "!scanner allow", quoted_id=sighting.message_id)
    Report.objects.update(asked_at=timezone.now() - timedelta(hours=1))
    Decision.objects.update(at=timezone.now() - UNDO_WINDOW)
    work_off(Rosters())

    assert any("is fine" in text for text in said())


@pytest.mark.parametrize("columns", [{"state": State.PAUSED}, {"muted_until": timezone.now() + timedelta(days=9)}])
def test_a_group_that_wants_to_hear_nothing_is_not_answered(group: Group, columns: dict[str, object]) -> None:
    sighting = appealed(group)
    Group.objects.update(**columns)

    decide(sighting, Answer.FINE, group)
    work_off(Rosters())

    assert said() == []
    assert Report.objects.get().state == ReportState.ANSWERED


def test_closing_answers_nobody_and_is_written_down(group: Group) -> None:
    appealed(group)
    report = Report.objects.get()

    assert (reports.close(report, by="mia"), reports.close(report, by="mia")) == (True, False)

    assert said() == []
    assert AuditEntry.objects.filter(action="report.close").count() == 1


def test_addresses_are_forgotten_after_three_days_and_questions_after_ninety(group: Group) -> None:
    sighting = appealed(group)
    Report.objects.update(asked_at=timezone.now() - timedelta(hours=73))

    forget_addresses()

    assert Report.objects.get().address is None
    decide(sighting, Answer.FINE, group)
    work_off(Rosters())
    assert said() == []
    Report.objects.update(asked_at=timezone.now() - timedelta(days=91))
    assert forget_reports() == 1


def test_a_question_whose_link_is_gone_is_told_that_it_was_not_checked(group: Group) -> None:
    ask(group, "!check https://shop.example.com/")
    Sighting.objects.all().delete()

    work_off(Rosters())

    assert "Not checked" in said()[0]


def test_a_report_names_its_kind_and_host_without_a_link(group: Group) -> None:
    appealed(group)

    report = Report.objects.get()
    assert str(report) == f"appeal · {HOST}"
    assert report.kind == ReportKind.APPEAL
    assert not is_clickable(str(report))
    assert ANNA.address not in repr(Report.objects.values().get())
    assert not PendingWork.objects.filter(kind="command").exists()


def test_a_question_that_cannot_be_answered_is_set_aside(group: Group) -> None:
    receive(says(group, "!check https://shop.example.com/"), roster(group))
    carrying_out.plan_next(timezone.now(), roster(group))
    Sighting.objects.all().delete()

    assert reports.set_aside(timezone.now())

    assert (said(), Report.objects.get().state) == ([], ReportState.CLOSED)
    assert not reports.set_aside(timezone.now())
