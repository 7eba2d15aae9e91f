"""Alarms in the desk: seen, tried, and the phone said to be open."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from tests.factories import make_group, make_sighting
from waclient.models import Action, ActionKind, ActionState, Connection, Phase
from wbscanner import alarms
from wbscanner.alarms import Trouble
from wbscanner.models import Alarm, AuditEntry, Delivery

pytestmark = pytest.mark.django_db

DELIVERIES = "/admin/wbscanner/delivery/"
NOW = timezone.now()


@pytest.fixture
def channels(settings: Settings) -> None:
    settings.ALARM_CHANNELS = ["email", "ntfy"]


def test_the_owner_tries_the_channels_by_a_button(as_owner: Client, channels: None) -> None:
    page = as_owner.get(DELIVERIES)
    assert "You are told by: e-mail, ntfy." in page.text

    as_owner.post("/desk/alarms/test/")

    assert list(Delivery.objects.order_by("pk").values_list("channel", "kind")) == [("email", "test"), ("ntfy", "test")]
    assert AuditEntry.objects.get().action == "alarm.test"


def test_without_a_channel_the_page_says_so(as_owner: Client, settings: Settings) -> None:
    settings.ALARM_CHANNELS = []

    assert "no channel is configured" in as_owner.get(DELIVERIES).text
    assert "No channel is configured" in as_owner.post("/desk/alarms/test/", follow=True).text
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("url", ["/desk/alarms/test/", "/desk/phone/opened/"])
def test_a_moderator_neither_tries_channels_nor_speaks_for_the_phone(as_moderator: Client, url: str) -> None:
    assert as_moderator.post(url).status_code == 403
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("url", ["/desk/alarms/test/", "/desk/phone/opened/"])
def test_nothing_happens_by_looking(as_owner: Client, url: str) -> None:
    assert as_owner.get(url).status_code == 405


def test_an_open_alarm_stands_on_the_owners_first_page_and_one_that_is_over_does_not(
    as_owner: Client, as_moderator: Client
) -> None:
    alarms.update([Trouble("down", "The bot is <gone>", "Since noon.")], NOW)

    assert "The bot is &lt;gone&gt;" in as_owner.get("/admin/").text
    assert "The bot is" not in as_moderator.get("/admin/").text
    Alarm.objects.update(ended_at=NOW)
    assert "The bot is" not in as_owner.get("/admin/").text


def test_the_days_until_the_link_ends_are_counted_from_a_click(as_owner: Client) -> None:
    Connection.write(phase=Phase.CONNECTED, jid="4915@s.whatsapp.net", phone_at=NOW - timedelta(days=11))
    assert "may end the link in 2 days" in as_owner.get("/desk/phone/").text

    as_owner.post("/desk/phone/opened/")

    assert "may end the link in 13 days" in as_owner.get("/desk/phone/").text
    assert AuditEntry.objects.get().action == "phone.opened"


def test_without_a_phone_or_with_one_that_is_only_played_nothing_is_counted(
    as_owner: Client, settings: Settings
) -> None:
    Connection.write(jid="", phase=Phase.NEVER_PAIRED)
    assert "may end the link" not in as_owner.get("/desk/phone/").text
    Connection.write(jid="4915@s.whatsapp.net", phone_at=NOW)
    settings.IS_SIMULATED = True

    assert "may end the link" not in as_owner.get("/desk/phone/").text


# --- the meter


def skipped(reason: str, age: timedelta) -> None:
    group = make_group()
    Action.objects.create(
        group=group,
        sighting=make_sighting(group),
        kind=ActionKind.REPLY,
        state=ActionState.SKIPPED,
        reason=reason,
        created_at=NOW - age,
    )


def rows(client: Client, url: str) -> int:
    return len(client.get(url).context["cl"].result_list)


def test_every_count_of_the_meter_is_a_link_to_as_many_rows(as_owner: Client) -> None:
    for reason, age in (("budget", 1), ("budget", 30), ("brake", 2), ("budget", 24 * 8)):
        skipped(reason, timedelta(hours=age))
    group = make_group()
    for age in (1, 50, 24 * 9):
        at = NOW - timedelta(hours=age)
        make_sighting(group, verdict="malicious", planned_at=at, facts={"silence": "muted"})
    make_sighting(group, verdict="benign", planned_at=NOW, facts={"silence": "nothing_found"})

    unsaid = as_owner.get("/desk/house/").context["unsaid"]

    counts = {one["text"]: (one["day"], one["week"]) for one in unsaid}
    assert list(counts.values()) == [(1, 2), (1, 1), (1, 2)]
    for one in unsaid:
        assert rows(as_owner, f"{one['url']}&lately=day") == one["day"]
        assert rows(as_owner, f"{one['url']}&lately=week") == one["week"]


def test_the_meter_says_what_was_spent_and_when_the_number_was_restricted(as_owner: Client, settings: Settings) -> None:
    settings.SEND_WARM_UP_DAYS = 14
    Connection.write(
        paired_at=NOW - timedelta(days=3), held_at=NOW, held_until=NOW + timedelta(hours=20), held_because="error 429"
    )
    group = make_group()
    for kind, age in ((ActionKind.REPLY, 1), (ActionKind.REACT, 2), (ActionKind.REPLY, 90)):
        Action.objects.create(
            group=group, sighting=make_sighting(group), kind=kind, state=ActionState.SENT, text="x",
            claimed_at=NOW - timedelta(minutes=age),
        )  # fmt: skip

    page = as_owner.get("/desk/house/")

    meter = page.context["meter"]
    assert (meter.hour, meter.day, meter.warm_up_day) == (1.5, 2.5, 4)
    assert "Day 4 of 14" in page.text
    assert "error 429" in page.text
    url = page.context["spent_url"]
    assert (rows(as_owner, f"{url}hour"), rows(as_owner, f"{url}day")) == (2, 3)


def test_moderators_see_no_meter(as_moderator: Client) -> None:
    assert "meter" not in as_moderator.get("/desk/house/").context
