"""The owner is told once that something is wrong, and once that it is over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone, translation
from django_q.models import OrmQ
from pytest_django.fixtures import Settings

from wbscanner import alarms, house
from wbscanner.alarms import Trouble
from wbscanner.house import House
from wbscanner.models import Alarm, Delivery

pytestmark = pytest.mark.django_db

NOW = timezone.now()
MINUTE = timedelta(minutes=1)
DOWN, DEAF = Trouble("down", "Not connected", "It is gone."), Trouble("deaf", "Deaf", "It hears nothing.")


@pytest.fixture(autouse=True)
def channels(settings: Settings) -> None:
    settings.ALARM_CHANNELS = ["email", "ntfy"]
    settings.ALARM_CALM = 5 * MINUTE


def told() -> list[tuple[str, str]]:
    return list(Delivery.objects.order_by("pk").values_list("channel", "title"))


def test_a_trouble_is_told_once_over_every_channel_however_long_it_lasts() -> None:
    for minute in range(10):
        alarms.update([DOWN], NOW + minute * MINUTE)

    assert told() == [("email", "Not connected"), ("ntfy", "Not connected")]
    assert Alarm.objects.get().began_at == NOW


def test_each_kind_is_an_alarm_of_its_own() -> None:
    alarms.update([DOWN], NOW)
    alarms.update([DOWN, DEAF], NOW + MINUTE)

    assert [title for _channel, title in told()] == ["Not connected"] * 2 + ["Deaf"] * 2


def test_its_end_is_told_when_it_stayed_away_for_a_while() -> None:
    alarms.update([DOWN], NOW)
    for minute in (1, 3, 5):
        alarms.update([], NOW + minute * MINUTE)
        assert len(told()) == 2

    alarms.update([], NOW + 6 * MINUTE)
    alarms.update([], NOW + 7 * MINUTE)

    assert told()[2:] == [("email", "Over: Not connected"), ("ntfy", "Over: Not connected")]
    assert Alarm.objects.get().ended_at == NOW + MINUTE


def test_what_comes_and_goes_is_one_alarm() -> None:
    for minute in range(0, 60, 3):
        alarms.update([DOWN] if minute % 2 else [], NOW + minute * MINUTE)

    assert (Alarm.objects.count(), len(told())) == (1, 2)


def test_after_its_end_it_may_begin_anew() -> None:
    alarms.update([DOWN], NOW)
    alarms.update([], NOW + MINUTE)
    alarms.update([], NOW + 6 * MINUTE)

    alarms.update([DOWN], NOW + 60 * MINUTE)

    assert [title for channel, title in told() if channel == "ntfy"] == [
        "Not connected", "Over: Not connected", "Not connected",
    ]  # fmt: skip


def test_without_a_channel_the_desk_alone_shows_it(settings: Settings) -> None:
    settings.ALARM_CHANNELS = []

    alarms.update([DOWN], NOW)

    assert (Alarm.objects.count(), Delivery.objects.count()) == (1, 0)


def test_the_worker_is_rung_when_there_is_something_to_tell(django_capture_on_commit_callbacks: object) -> None:
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        alarms.update([DOWN], NOW)

    assert [row.task["func"] for row in OrmQ.objects.all()] == [alarms.DELIVER]


def test_the_owner_is_told_in_the_installations_language_whoever_asked() -> None:
    house.choose(House("es", "Europe/Madrid"), by="ada")

    with translation.override("de"):
        made = alarms.tell_test(NOW)

    assert {one.title for one in made} == {"Una prueba de wbscanner"}
