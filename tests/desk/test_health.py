"""The dashboard's lights: for each state of each part a tone, and words that say what to do."""

from __future__ import annotations

import re
import shutil
from collections import namedtuple
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django_q.models import Schedule

from scans.asking import consulting
from scans.asking.rows import cards
from scans.models import Feed, FeedState, ProviderState
from tests.desk.pages import rows_behind
from tests.desk.test_providers_page import PLAIN, VT
from tests.factories import make_scan
from waclient.models import Connection, Phase
from waclient.rhythm import HOURS_OF_A_WEEK
from wbscanner import schedules
from wbscanner.desk import health
from wbscanner.desk.health import Light, Tone
from wbscanner.models import Alarm

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
            Feed.objects.create(
                name=f"list-{number}", state=FeedState.ON, **({"checked_at": NOW, "generation": 1} | values)
            )
        return health.feeds(NOW)

    @pytest.mark.parametrize(
        ("columns", "tone"),
        [
            ([{}, {}], Tone.FINE),
            ([], Tone.SOON),
            ([{}, {"failures": 1}], Tone.SOON),
            ([{}, {"checked_at": NOW - timedelta(days=4)}], Tone.SOON),
            ([{"failures": 2}], Tone.BAD),
            ([{"generation": 0, "checked_at": None}], Tone.SOON),
            ([{}, {"generation": 0, "checked_at": None}], Tone.SOON),
        ],
    )
    def test_they_have_a_light(self, columns: list[dict[str, Any]], tone: Tone) -> None:
        light = self.lights(*columns)

        assert light.tone is tone
        assert light.url
        assert (light.todo == "") == (tone is Tone.FINE)

    def test_what_was_never_loaded_has_no_version_from_before(self) -> None:
        waits = self.lights({}, {"generation": 0, "checked_at": None})
        fails = self.lights({"generation": 0, "checked_at": None, "failures": 3})
        loaded = self.lights({"failures": 3})

        assert "1 not loaded yet" in waits.text
        assert "are still used" not in waits.todo + fails.todo
        assert "1 not loaded yet" in fails.text
        assert "are still used" in loaded.todo


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
