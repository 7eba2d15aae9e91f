"""The owner is told outside of WhatsApp: real socket, real worker, a real web server that takes the message."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from groups.policy import State
from tests.e2e.conftest import CLEAN, DANGEROUS, Scene
from tests.e2e.installation import wait_for
from tests.waclient.test_rhythm import ALWAYS, learned
from tests.wiring.web_hook import WebHook

WATCH = "from waclient.tasks import watch; watch()"


@pytest.fixture
def hook() -> Iterator[WebHook]:
    with WebHook().running() as hook:
        yield hook


@pytest.fixture
def alarmed(running: Callable[..., Scene], hook: WebHook) -> Callable[..., Scene]:
    """Starts everything with a webhook for the owner."""
    return lambda **settings: running(**telling(hook), **settings)


def telling(hook: WebHook) -> dict[str, str]:
    url = f"http://localhost:{hook.port}/"
    return {"ALARM_WEBHOOK_URL": url, "DELIVERY_ALLOW_HOSTS": "localhost", "ALARM_CALM": "0"}


def look(scene: Scene, hook: WebHook) -> None:
    """What the worker does every minute, now."""
    command = [sys.executable, "manage.py", "shell", "-c", WATCH]
    assert scene.installation.start("watch", command, **telling(hook)).wait(60) == 0


def told(hook: WebHook, count: int) -> list[str]:
    wait_for(lambda: len(hook.posted) >= count, f"{count} messages to the owner")
    return [json.loads(posted.body)["title"] for posted in hook.posted]


def test_the_owner_hears_of_a_restriction_once(alarmed: Callable[..., Scene], hook: WebHook) -> None:
    scene = alarmed()
    group = scene.group("Allotments", State.LIVE)
    scene.server.fail_next_sends(429)

    group.member("Bob").says(f"look {DANGEROUS}")
    wait_for(lambda: scene.installation.connection.held_until, "the brake")
    look(scene, hook)
    look(scene, hook)

    assert told(hook, 1) == ["Nothing is sent: WhatsApp seems to restrict the number"]
    assert "429" in json.loads(hook.posted[0].body)["text"]


def test_a_socket_that_looks_connected_and_hears_nothing_is_noticed_until_it_hears_again(
    alarmed: Callable[..., Scene], hook: WebHook
) -> None:
    scene = alarmed()
    group = scene.group("Busy", State.WATCH)
    wait_for(lambda: scene.installation.connection.heard_at is None, "no message yet")
    silent_since = datetime.now(UTC) - timedelta(hours=10)
    scene.installation.wish(rhythm=learned(8, ALWAYS).as_json(), heard_at=silent_since)
    look(scene, hook)
    assert told(hook, 1) == ["The bot looks connected and hears nothing"]

    group.member("Bob").says(CLEAN)
    wait_for(lambda: (scene.installation.connection.heard_at or silent_since) > silent_since, "something heard")
    look(scene, hook)
    look(scene, hook)

    assert told(hook, 2)[1] == "Over: The bot looks connected and hears nothing"


def test_a_socket_that_is_killed_is_missed(alarmed: Callable[..., Scene], hook: WebHook) -> None:
    scene = alarmed()
    wait_for(lambda: scene.installation.connection.well_at, "a sign of health")
    for process in scene.installation.processes:
        if process.name == "socket":
            process.kill_group()

    scene.installation.wish(well_at=datetime.now(UTC) - timedelta(minutes=6))
    look(scene, hook)

    assert told(hook, 1) == ["The bot is not connected to WhatsApp"]


def test_a_message_written_on_the_phone_itself_shows_that_it_is_alive(
    alarmed: Callable[..., Scene], hook: WebHook
) -> None:
    scene = alarmed()
    group = scene.group("Busy", State.LIVE)
    long_ago = datetime.now(UTC) - timedelta(days=11)
    scene.installation.wish(phone_at=long_ago)
    look(scene, hook)
    assert told(hook, 1) == ["Open WhatsApp on the bot's phone"]

    scene.server.phone(group).says(f"hello, {DANGEROUS}")
    wait_for(lambda: (scene.installation.connection.phone_at or long_ago) > long_ago, "the phone seen")
    look(scene, hook)
    look(scene, hook)

    assert told(hook, 2)[1] == "Over: Open WhatsApp on the bot's phone"
    assert scene.sightings(group) == []  # what the account itself says is neither judged nor answered
