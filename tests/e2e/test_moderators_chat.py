"""End to end: moderators bind a chat by a code, are told of links there by number, and decide from it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from groups.policy import State
from overrides.models import Override
from tests.e2e.binding import code_of
from tests.e2e.conftest import DANGEROUS, Scene
from tests.e2e.installation import Installation, wait_for
from tests.whatsapp_server import messages
from tests.whatsapp_server.group import Group
from tests.whatsapp_server.member import Member, MessageRef, Stanza
from tests.whatsapp_server.outgoing import Sent, SentKind
from waclient.models import Action, ActionKind, Alert, Decision, ModeratorsChat, Sighting
from waclient.tapping import is_clickable

SUSPICIOUS = ("https://paypal-news.example.org/a", "https://paypal-offers.example.net/b")
LONG_ENOUGH_TO_BE_WRONG = 1.0
UNDO_WINDOW = 10.0


def bound(scene: Scene, name: str, *groups: Group) -> Group:
    """A WhatsApp group of moderators, bound; Bob is its admin, Eve a member."""
    here = scene.server.group(name, ["Bob", "Eve"])
    here.promotes(here.member("Bob"))
    scene.choose(here, State.OFF)
    here.member("Bob").says(code_of(scene.installation, name, *(str(group.jid) for group in groups)))
    wait_for(lambda: said_in(scene, here), "the answer to the code")
    assert chat_of(scene, name).is_bound
    return here


def chat_of(scene: Scene, name: str) -> ModeratorsChat:
    return scene.installation.rows(ModeratorsChat).get(name=name)


def said_in(scene: Scene, chat: Group | Member) -> list[Sent]:
    return scene.server.sent_to(chat)


def told(scene: Scene, here: Group | Member, count: int = 1) -> list[Sent]:
    """The alerts in a chat, waited for."""

    def alerts() -> list[Sent]:
        return [sent for sent in said_in(scene, here) if "·" in sent.text]

    wait_for(lambda: len(alerts()) >= count, f"{count} alerts")
    return alerts()


def signs(scene: Scene, here: Group) -> list[Sent]:
    return [sent for sent in said_in(scene, here) if sent.kind is SentKind.REACTION]


def deletions(scene: Scene, group: Group) -> list[Sent]:
    return [sent for sent in scene.said(group) if sent.kind is SentKind.DELETE]


def decisions(scene: Scene) -> list[tuple[str, str]]:
    rows = scene.installation.rows(Decision).filter(undone_at__isnull=True).order_by("pk")
    return [(row.answer, row.by) for row in rows]


def test_a_link_is_told_decided_explained_and_taken_back_from_the_moderators_group(scene: Scene) -> None:
    group = scene.group("Choir", State.WATCH)
    here = bound(scene, "First chat", group)
    bob, eve = here.member("Bob"), here.member("Eve")

    group.member("Eve").says(f"look {DANGEROUS}")

    [alert] = told(scene, here)
    number = scene.installation.rows(Alert).get(chat__name="First chat").number
    assert alert.text.startswith(f"🔴 {number} · Dangerous: xn--pypal-4ve[.]com")
    assert "In: Choir" in alert.text and "only watched" in alert.text
    assert not is_clickable(alert.text)
    assert scene.said(group) == []

    eve.says(f"bad {number}")
    bob.says(f"why {number}")
    wait_for(
        lambda: [sent for sent in said_in(scene, here) if sent.kind is SentKind.REPLY and "· " in sent.text], "why"
    )
    assert decisions(scene) == []

    answer = bob.says(f"bad {number}")
    wait_for(lambda: signs(scene, here), "the sign that it was done")
    [sign] = signs(scene, here)
    assert (sign.target_id, sign.text) == (answer.id, "✅")
    [(word, by)] = decisions(scene)
    assert (word, by.endswith("(First chat)")) == ("confirm", True)
    assert scene.installation.rows(Override).get().ruling == "deny"

    bob.says(f"Undo {number}")
    wait_for(lambda: len(signs(scene, here)) == 2, "the sign that it was taken back")
    assert decisions(scene) == []
    assert not scene.installation.rows(Override).exists()


def test_a_decision_from_the_chat_acts_on_the_message_that_was_told(scene: Scene) -> None:
    group = scene.group("Market", State.LIVE, bot_is_admin=True)
    scene.choose(group, State.LIVE, on_suspicious="alert", on_malicious="delete")
    here = bound(scene, "Second chat", group)
    message = group.member("Eve").says(SUSPICIOUS[0])
    scene.wait_planned(group)
    scene.installation.rows(Alert).filter(chat__name="Second chat").update(due_at=scene.sightings(group)[0].received_at)
    [alert] = told(scene, here)

    here.member("Bob").reacts(ref_of(scene, alert), "👎")

    wait_for(lambda: [sent for sent in said_in(scene, here) if "counts as a scam now" in sent.text], "the answer")
    assert [word for word, _by in decisions(scene)] == ["confirm"]
    wait_for(lambda: deletions(scene, group), "the deletion", timeout=UNDO_WINDOW + 15)
    assert [sent.target_id for sent in deletions(scene, group)] == [message.id]


def ref_of(scene: Scene, sent: Sent) -> MessageRef:
    """A message of the bot, for members to react to and to quote."""
    return MessageRef(sent.message_id, sent.chat, scene.server.bot, sent.message, sent.at)


def quoting(scene: Scene, sent: Sent, text: str) -> Any:
    """A text that is a reply to a message of the bot."""
    return messages.with_context(
        messages.conversation(text),
        stanzaID=sent.message_id,
        participant=str(scene.server.bot.lid),
        quotedMessage=sent.message,
    )


def test_one_person_binds_their_own_chat_and_decides_by_quoting(scene: Scene) -> None:
    group = scene.group("School", State.WATCH)
    eve = group.member("Eve")
    eve.writes_privately(code_of(scene.installation, "Third chat", str(group.jid)))
    wait_for(lambda: said_in(scene, eve), "the answer to the code")

    group.member("Bob").says("https://xn--pypal-4ve.com/third")

    [alert] = told(scene, eve)
    number = scene.installation.rows(Alert).get(chat__name="Third chat").number
    group.member("Bob").writes_privately(f"bad {number}")
    eve.sends(quoting(scene, alert, "ok"), Stanza(private=True))
    wait_for(lambda: ("fine", "owner (Third chat)") in decisions(scene), "the decision")
    assert not is_clickable(alert.text)
    assert [by for _word, by in decisions(scene) if "Third" in by] == ["owner (Third chat)"]


def test_links_in_a_moderators_chat_are_not_scanned_and_nothing_of_it_is_kept(scene: Scene) -> None:
    group = scene.group("Street", State.WATCH)
    here = bound(scene, "Fourth chat", group)

    here.member("Bob").says("what about https://xn--pypal-4ve.com/zzsecretword")
    group.member("Bob").says("https://xn--pypal-4ve.com/fourth")

    told(scene, here)
    assert not scene.installation.rows(Sighting).filter(group__jid=str(here.jid)).exists()
    for file in scene.installation.data.glob("wbscanner.sqlite3*"):
        assert b"zzsecretword" not in file.read_bytes()


def test_suspicious_links_come_as_one_message(paired: Installation) -> None:
    paired.start_worker(ALERT_BATCH="3")
    paired.start_socket(ALERT_BATCH="3")
    paired.wait_phase("connected")
    scene = Scene(paired)
    group = scene.group("Batch", State.WATCH)
    here = bound(scene, "Batch chat", group)

    for link in SUSPICIOUS:
        group.member("Eve").says(link)
    scene.wait_planned(group, len(SUSPICIOUS))

    [alert] = told(scene, here)
    assert alert.text.startswith("2 links to look at")
    time.sleep(LONG_ENOUGH_TO_BE_WRONG)
    assert len(told(scene, here)) == 1
    assert paired.rows(Action).filter(kind=ActionKind.ALERT).count() == 1


def test_an_alert_is_not_sent_twice_over_a_kill(running: Callable[[], Scene], paired: Installation) -> None:
    scene = running()
    group = scene.group("Killed", State.WATCH)
    here = bound(scene, "Killed chat", group)

    group.member("Eve").says("https://xn--pypal-4ve.com/killed")
    told(scene, here)
    for process in paired.processes:
        process.kill_group()
    paired.start_socket()
    paired.wait_phase("connected")
    group.member("Eve").says("https://xn--pypal-4ve.com/killed")
    time.sleep(LONG_ENOUGH_TO_BE_WRONG)

    assert len(told(scene, here)) == 1


@pytest.fixture(autouse=True)
def _only_this_tests_decisions(request: pytest.FixtureRequest) -> None:
    """Scenes are shared by a module: what an earlier test decided is gone."""
    if "scene" in request.fixturenames:
        installation = request.getfixturevalue("scene").installation
        installation.rows(Decision).delete()
        installation.rows(Override).delete()
