"""Members' checks and appeals in the desk: a list of their own, a mark in the queue, an answer by deciding."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from groups.models import Group
from scans.engine.scoring import Verdict
from tests.desk.pages import act, list_url, row_url
from tests.factories import make_group, make_scan, make_sighting
from tests.waclient.waiting import address
from waclient import decisions, queue, reports
from waclient.models import Action, ActionKind, Answer, Decision, QueueItem, Report, ReportKind, ReportState, Sighting

pytestmark = pytest.mark.django_db

QUEUE = "/desk/queue/"
URL = "https://parcel-fee.example/pay"


def asked(group: Group | None, kind: ReportKind = ReportKind.APPEAL, url: str = URL, **columns: object) -> Report:
    """A question about a link that was warned of."""
    scan = make_scan(url, Verdict.MALICIOUS)
    sighting: Sighting | None = None
    if group is not None:
        sighting = make_sighting(group, scan, url=url, verdict=Verdict.MALICIOUS, planned_at=timezone.now())
        queue.refresh(sighting.url_hash)
    values: dict[str, object] = {
        "kind": kind, "group": group, "sighting": sighting, "scan": None if sighting else scan, "by": "a" * 32,
        "url_hash": scan.url_hash, "url": url, "host": scan.host, "quotes": "3EB0ASKED", "address": address(),
        "asked_at": timezone.now() - timedelta(minutes=5),
    }  # fmt: skip
    return Report.objects.create(**{**values, **columns})


def listed(client: Client, **query: str) -> set[int]:
    return {row.pk for row in client.get(list_url(Report), query).context["cl"].result_list}


def test_the_list_shows_what_waits_and_the_rest_on_request(as_owner: Client, group: Group) -> None:
    waits, done = asked(group), asked(group, url="https://done.example/", state=ReportState.ANSWERED)
    check = asked(None, ReportKind.CHECK, url="https://alone.example/", is_direct=True)

    assert listed(as_owner) == {waits.pk, check.pk}
    assert listed(as_owner, answered="yes") == {done.pk}
    assert listed(as_owner, answered="all") == {waits.pk, done.pk, check.pk}
    assert listed(as_owner, kind__exact="check") == {check.pk}


def test_a_moderator_sees_the_questions_of_their_groups(as_moderator: Client, group: Group) -> None:
    own = asked(group)
    foreign = asked(make_group(), url="https://other.example/")
    alone = asked(None, url="https://alone.example/")

    assert listed(as_moderator) == {own.pk}
    assert [as_moderator.get(row_url(row)).status_code for row in (own, foreign, alone)] == [200, 404, 404]


def test_a_question_leads_to_the_card_of_its_link(as_owner: Client, group: Group) -> None:
    report = asked(group)

    card = as_owner.get(row_url(report)).text
    assert "What is known about the link" in card
    assert "is told to who asked" in card


@pytest.mark.parametrize(
    ("name", "answer"), [("scam", Answer.CONFIRM), ("fine", Answer.FINE), ("unsure", Answer.UNSURE)]
)
def test_deciding_in_the_list_answers_who_asked(as_moderator: Client, group: Group, name: str, answer: Answer) -> None:
    report = asked(group)

    act(as_moderator, name, report, scope="here", kind="url")

    decision = Decision.objects.get()
    assert (decision.answer, decision.group) == (answer, group)
    later = timezone.now() + decisions.UNDO_WINDOW
    assert reports.plan_next(later)
    report.refresh_from_db()
    assert report.state == ReportState.ANSWERED
    assert Action.objects.get(kind=ActionKind.ANSWER).quotes == "3EB0ASKED"


def test_closing_answers_nobody(as_moderator: Client, group: Group) -> None:
    report = asked(group)

    act(as_moderator, "close", report)
    act(as_moderator, "close", report)

    report.refresh_from_db()
    assert report.state == ReportState.CLOSED
    assert not Action.objects.exists()


def test_who_is_forgotten_cannot_be_answered_and_the_page_says_so(as_owner: Client, group: Group) -> None:
    assert "not known any more" in as_owner.get(row_url(asked(group, address=None))).text


def rows_of(client: Client, **query: str) -> dict[str, str]:
    return {row.url_hash: row.asked for row in client.get(QUEUE, query).context["rows"]}


def test_the_queue_marks_what_members_ask(as_owner: Client, group: Group) -> None:
    appeal, check = asked(group), asked(group, ReportKind.CHECK, url="https://check.example/")
    asked(group, ReportKind.CHECK, url=URL)

    assert rows_of(as_owner) == {appeal.url_hash: "appeal", check.url_hash: "check"}
    assert "appealed against" in as_owner.get(QUEUE).text


def test_a_decided_link_waits_again_when_somebody_appeals(as_owner: Client, as_moderator: Client, group: Group) -> None:
    report = asked(group)
    decisions.decide(report.url_hash, Answer.CONFIRM, by="mia", group=group)
    Report.objects.update(asked_at=timezone.now() + timedelta(seconds=1))

    assert report.url_hash in rows_of(as_owner)
    assert report.url_hash in rows_of(as_moderator)
    Report.objects.update(state=ReportState.ANSWERED)
    assert rows_of(as_owner) == {}


def appeals_on_the_dashboard(client: Client) -> list[tuple[int, str]]:
    return [(one.count, one.url) for one in client.get("/admin/").context["waits"] if "appeal" in one.what]


def test_the_dashboards_appeals_are_the_queues(as_owner: Client, as_moderator: Client, group: Group) -> None:
    first, _again = asked(group), asked(group, by="b" * 32)
    asked(make_group(), url="https://foreign.example/")

    assert appeals_on_the_dashboard(as_owner) == [(2, f"{QUEUE}?show=appeals")]
    assert appeals_on_the_dashboard(as_moderator) == [(1, f"{QUEUE}?show=appeals")]
    assert rows_of(as_moderator, show="appeals") == {first.url_hash: "appeal"}


def test_an_appeal_whose_link_left_the_queue_is_found_in_the_list(as_owner: Client, group: Group) -> None:
    asked(group)
    QueueItem.objects.all().delete()

    assert appeals_on_the_dashboard(as_owner) == [(1, f"{list_url(Report)}?kind__exact=appeal")]


def test_another_groups_appeal_marks_nothing_for_a_moderator(as_moderator: Client, group: Group) -> None:
    report = asked(group, state=ReportState.ANSWERED)
    asked(make_group(), url=URL)

    assert rows_of(as_moderator) == {report.url_hash: ""}


def test_the_card_says_who_waits(as_owner: Client, group: Group) -> None:
    report = asked(group)

    page = as_owner.get(row_url(report)).text
    href = next(part.split('"')[0] for part in page.split('href="') if report.url_hash in part.split('"')[0])

    assert "1 member waits for your answer" in as_owner.get(href).text
