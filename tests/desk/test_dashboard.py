"""The dashboard: lights for each state of each part, charts whose numbers are their rows, few questions."""

from __future__ import annotations

import re
import shutil
from collections import namedtuple
from datetime import UTC, datetime, timedelta
from html import unescape
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_q.models import Schedule

from groups.models import Group
from scans.asking import consulting
from scans.asking.rows import cards
from scans.engine import providers
from scans.engine.findings import Finding
from scans.engine.scoring import Verdict
from scans.models import Feed, FeedState, ProviderState
from tests.desk.test_providers_page import PLAIN, VT
from tests.factories import make_group, make_scan, make_sighting
from waclient.models import Action, ActionKind, ActionState, Connection, Phase, Report, ReportKind
from waclient.rhythm import HOURS_OF_A_WEEK
from wbscanner import schedules
from wbscanner.desk import health
from wbscanner.desk.happened import midnights
from wbscanner.desk.health import Light, Tone
from wbscanner.models import Alarm

MOST_QUESTIONS = 15
AS_PART = {"HX-Request": "true"}
HAPPENED, HOUSE = "/desk/happened/", "/desk/house/"


def rows_behind(client: Client, url: str) -> int:
    context = client.get(unescape(url)).context
    return int(context["count"] if url.startswith("/desk/") else context["cl"].result_count)


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


NOW = timezone.now()
ALWAYS = {"watched": [9] * HOURS_OF_A_WEEK, "heard": [9] * HOURS_OF_A_WEEK}
SOCKET = {"beat_at": NOW, "phase": Phase.CONNECTED, "jid": "34600000000@s.whatsapp.net", "heard_at": NOW}


@pytest.mark.parametrize(
    ("values", "tone", "words"),
    [
        ({"phone_at": NOW}, Tone.FINE, "They come in."),
        ({"phone_at": NOW - timedelta(days=11)}, Tone.SOON, "may end the link in 3 days"),
        ({"phase": Phase.RECONNECTING}, Tone.SOON, "not connected"),
        ({"heard_at": NOW - timedelta(days=3), "phone_at": NOW, "rhythm": ALWAYS}, Tone.BAD, "silent for longer"),
    ],
)
def test_messages_have_a_light(values: dict[str, Any], tone: Tone, words: str) -> None:
    light = health.hearing(Connection(**(SOCKET | values)), NOW)

    assert (light.tone, words in light.text) == (tone, True), light


@pytest.mark.django_db
class TestWorker:
    def schedule(self, late: timedelta) -> Light:
        Schedule.objects.create(name=schedules.HEARTBEAT.name, func=schedules.HEARTBEAT.func, next_run=NOW - late)
        return health.worker(NOW)

    def test_green_while_its_jobs_are_put_forward(self) -> None:
        assert self.schedule(timedelta()).tone is Tone.FINE

    def test_red_when_it_has_not_run_for_minutes(self) -> None:
        assert self.schedule(timedelta(minutes=4)).tone is Tone.BAD

    def test_red_when_it_never_ran(self) -> None:
        assert health.worker(NOW).text == "It never ran a job."

    def test_red_when_links_wait(self) -> None:
        make_scan("https://late.example/", None, at=NOW - timedelta(minutes=2))

        assert "1 link waits to be checked" in self.schedule(timedelta()).text


@pytest.mark.django_db
class TestLists:
    def lights(self, *columns: dict[str, Any]) -> Light:
        Feed.objects.all().delete()
        for number, values in enumerate(columns):
            Feed.objects.create(name=f"list-{number}", state=FeedState.ON, **({"checked_at": NOW} | values))
        return health.feeds(NOW)

    @pytest.mark.parametrize(
        ("columns", "tone"),
        [
            ([{}, {}], Tone.FINE),
            ([], Tone.SOON),
            ([{}, {"failures": 1}], Tone.SOON),
            ([{}, {"checked_at": NOW - timedelta(days=4)}], Tone.SOON),
            ([{"failures": 2}], Tone.BAD),
        ],
    )
    def test_they_have_a_light(self, columns: list[dict[str, Any]], tone: Tone) -> None:
        light = self.lights(*columns)

        assert light.tone is tone
        assert light.url
        assert (light.todo == "") == (tone is Tone.FINE)


@pytest.mark.django_db
class TestServices:
    @pytest.fixture(autouse=True)
    def installed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(consulting, "registry", lambda: (VT, PLAIN))

    def light(self, **values: Any) -> Light:
        card = next(card for card in cards().values() if not card.key_name)
        ProviderState.objects.update_or_create(name=card.name, defaults={"is_on": True, **values})
        return health.providers(NOW)

    def test_green_while_those_that_are_on_may_be_asked(self) -> None:
        assert self.light().tone is Tone.FINE

    def test_amber_while_one_is_left_alone(self) -> None:
        light = self.light(open_until=NOW + timedelta(minutes=5), failures=5)

        assert (light.tone, "1 left alone after failures" in light.text) == (Tone.SOON, True)

    def test_amber_when_a_quota_is_used_up(self) -> None:
        assert "1 quota used up" in self.light(open_until=NOW + timedelta(minutes=5), failures=0).text

    def test_red_when_a_key_cannot_be_read(self) -> None:
        card = next(card for card in cards().values() if card.key_name)
        ProviderState.objects.update_or_create(name=card.name, defaults={"is_on": True, "key": "of another house"})

        assert health.providers(NOW).tone is Tone.BAD


@pytest.mark.parametrize(
    ("free", "tone"),
    [(health.DISK_SOON, Tone.FINE), (health.DISK_SOON - 1, Tone.SOON), (health.DISK_NOW - 1, Tone.BAD)],
)
def test_the_disk_has_a_light(free: int, tone: Tone, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: usage(0, 0, free))

    assert health.disk(tmp_path).tone is tone


@pytest.mark.django_db
def test_alarms_have_a_light_that_leads_to_those_that_are_on(as_owner: Client) -> None:
    assert health.alarms(0).tone is Tone.FINE
    Alarm.objects.create(kind="down", title="Down", text="x", began_at=NOW)
    Alarm.objects.create(kind="deaf", title="Deaf", text="x", began_at=NOW, ended_at=NOW)

    light = health.alarms(1)

    assert (light.tone, rows_behind(as_owner, light.url)) == (Tone.BAD, 1)


@pytest.mark.django_db
def test_what_needs_a_hand_comes_first_with_a_word(as_owner: Client) -> None:
    page = as_owner.get("/admin/").text
    tones = re.findall(r'<li class="(\w+)" data-light', page)

    assert tones == sorted(tones, key=lambda tone: health.URGENCY[Tone(tone)])
    assert len(re.findall(r'<span class="mark (?:fine|soon|bad)"><svg', page)) >= len(tones)
