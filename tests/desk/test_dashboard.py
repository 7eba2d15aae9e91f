"""The dashboard: numbers that are links to their rows, charts, few questions."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from groups.models import Group
from scans.asking import consulting
from scans.engine import providers
from scans.engine.findings import Finding
from scans.engine.scoring import Verdict
from tests.desk.pages import rows_behind
from tests.factories import make_group, make_scan, make_sighting
from waclient.models import Action, ActionKind, ActionState, Connection, Phase, Report, ReportKind
from wbscanner.desk.happened import midnights

MOST_QUESTIONS = 15
AS_PART = {"HX-Request": "true"}
HAPPENED, HOUSE = "/desk/happened/", "/desk/house/"


def numbers(page: str) -> list[tuple[str, int]]:
    """Every number of a page that is a link: those of the lists, and those at the end of a bar."""
    found = re.findall(r'<a href="([^"]+)">(?:<span><bdi>[^<]*</bdi></span>)?<b>(\d+)</b>', page)
    columns = re.findall(r'<a href="([^"]+)" aria-label="[^"]*: (\d+)">', page)
    return [(url, int(number)) for url, number in [*found, *columns]]


def judged(group: Group, name: str, verdict: Verdict, *, days_ago: int = 0) -> Any:
    at = timezone.now() - timedelta(days=days_ago)
    finding = Finding.of("executable_path", 8, extension=".exe").as_dict()
    scan = make_scan(f"https://{name}.example/{days_ago}", verdict)
    return make_sighting(
        group, scan, verdict=verdict, posted_at=at, planned_at=at + timedelta(seconds=2),
        message_id=f"{name}{days_ago}", facts={"silence": "", "findings": [finding]},
    )  # fmt: skip


@pytest.fixture
def busy(group: Group) -> Group:
    """A group in which everything happened that has a number, beside one that its moderator does not see."""
    for where, letter in ((group, "a"), (make_group("Other"), "b")):
        one = judged(where, f"bad{letter}", Verdict.MALICIOUS)
        judged(where, f"odd{letter}", Verdict.SUSPICIOUS, days_ago=1)
        judged(where, f"odd{letter}", Verdict.SUSPICIOUS, days_ago=20)
        judged(where, f"fine{letter}", Verdict.BENIGN, days_ago=3)
        judged(where, f"dark{letter}", Verdict.UNKNOWN, days_ago=3)
        states = (ActionState.UNCERTAIN, ActionState.FAILED, ActionState.PENDING, ActionState.SENT)
        kinds = (ActionKind.REACT, ActionKind.DELETE, ActionKind.RETRACT, ActionKind.REPLY)
        for state, what in zip(states, kinds, strict=True):
            Action.objects.create(
                group=where, sighting=one, kind=what, state=state, text="x",
                sent_at=one.posted_at + timedelta(seconds=9) if state is ActionState.SENT else None,
            )  # fmt: skip
        for kind in ReportKind:
            Report.objects.create(
                kind=kind, group=where, url_hash=one.url_hash, url=one.url, host=one.host, by=kind, quotes="M"
            )
    return group


@pytest.mark.usefixtures("busy")
def test_the_services_of_the_program_cost_the_owner_no_more_questions(
    as_owner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consulting, "registry", lambda: providers.PROVIDERS)
    monkeypatch.setattr(consulting, "reporters", lambda: providers.REPORTERS)
    as_owner.get("/admin/")

    with CaptureQueriesContext(connection) as questions:
        as_owner.get("/admin/")

    assert len(questions) <= MOST_QUESTIONS, "\n".join(one["sql"][:150] for one in questions)


@pytest.mark.parametrize("page", ["/admin/", "/desk/dashboard/live/", HAPPENED, f"{HAPPENED}?days=30"])
@pytest.mark.parametrize("who", ["as_moderator", "as_owner"])
@pytest.mark.usefixtures("busy")
def test_every_number_is_a_link_to_as_many_rows(page: str, who: str, request: pytest.FixtureRequest) -> None:
    client: Client = request.getfixturevalue(who)
    found = numbers(client.get(page).text)

    assert len(found) > 4
    assert {url: rows_behind(client, url) for url, _number in found} == dict(found)


@pytest.mark.usefixtures("busy")
def test_a_moderator_is_told_of_their_groups_alone(as_moderator: Client, as_owner: Client) -> None:
    mine, all_of_it = as_moderator.get(HAPPENED).text, as_owner.get(HAPPENED).text

    assert ("Other" in mine, "Other" in all_of_it) == (False, True)
    assert sum(number for _url, number in numbers(mine)) * 2 < sum(number for _url, number in numbers(all_of_it)) * 1.5
    assert "Disk" not in as_moderator.get("/admin/").text


@pytest.mark.usefixtures("busy")
def test_the_bar_keeps_the_capitals_of_names(as_owner: Client) -> None:
    Connection.write(phase=Phase.UNREACHABLE, beat_at=timezone.now())

    page = as_owner.get("/admin/").text

    assert "WhatsApp cannot be reached" in page
    assert "Whatsapp" not in page


@pytest.mark.usefixtures("busy")
def test_what_happened_says_how_fast_and_why(as_moderator: Client) -> None:
    page = as_moderator.get(HAPPENED).text

    assert "half within 2.0 s, 95 of 100 within 2.0 s" in page
    assert "half within 9.0 s" in page
    assert "The link downloads a program (.exe)." in page
    assert "found=executable_path" in page


@pytest.mark.usefixtures("busy")
def test_how_fast_is_a_chart_with_its_table(as_moderator: Client) -> None:
    page = as_moderator.get(HAPPENED).text

    within_two, within_ten = re.findall(r'<th scope="row">(?:2|10) s</th><td>(\d+) %</td><td>(\d+) %</td>', page)
    assert (within_two, within_ten) == (("100", "0"), ("100", "100"))
    assert 'class="b-first"' in page
    assert 'class="b-second"' in page


@pytest.mark.parametrize("page", ["/admin/", "/desk/dashboard/live/", HAPPENED, HOUSE])
@pytest.mark.parametrize("who", ["as_moderator", "as_owner"])
@pytest.mark.usefixtures("busy")
def test_it_asks_the_database_little(page: str, who: str, request: pytest.FixtureRequest) -> None:
    client: Client = request.getfixturevalue(who)
    client.get(page, headers=AS_PART)

    with CaptureQueriesContext(connection) as questions:
        client.get(page, headers=AS_PART)

    assert len(questions) <= MOST_QUESTIONS, "\n".join(one["sql"][:150] for one in questions)


@pytest.mark.django_db
def test_an_empty_desk_teaches(as_owner: Client) -> None:
    page = as_owner.get(HAPPENED).text

    assert "No link was taken for bad in this time." in page
    assert "First week" in as_owner.get(HOUSE).text


@pytest.mark.django_db
def test_the_list_of_the_first_week_goes_when_the_owner_does_not_want_it(as_owner: Client) -> None:
    as_owner.post("/desk/first-week/note/", {"step": "hidden", "done": "1"})

    assert "First week" not in as_owner.get(HOUSE).text


@pytest.mark.django_db
def test_the_part_that_refreshes_itself_is_closed_to_strangers() -> None:
    assert Client().get("/desk/dashboard/live/").status_code == 302
    assert Client().get(HAPPENED).status_code == 302


def test_a_day_is_as_long_as_the_clock_says() -> None:
    with timezone.override("Europe/Madrid"):
        noon = timezone.make_aware(datetime(2026, 10, 26, 12))
        starts = midnights(noon, 3)

    moments = [start.astimezone(UTC) for start in starts]
    assert [(later - earlier) / timedelta(hours=1) for earlier, later in pairwise(moments)] == [24, 25, 24]
