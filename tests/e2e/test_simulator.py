"""The same scenarios in a simulated chat and over the loopback WhatsApp server, with the same outcome."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest

from groups.models import Group
from groups.policy import Preset, Response, State
from tests.e2e.binding import code_of
from tests.e2e.conftest import CLEAN, DANGEROUS, Scene
from tests.e2e.installation import Installation, wait_for
from tests.sites import Sites
from tests.whatsapp_server.group import Group as WhatsAppGroup
from tests.whatsapp_server.member import MessageRef
from tests.whatsapp_server.outgoing import SentKind
from tests.whatsapp_server.server import WhatsAppServer
from waclient.models import (
    Action,
    ActionKind,
    ActionState,
    Connection,
    Decision,
    Phase,
    Report,
    Sighting,
    SimulatedKind,
    SimulatedMessage,
)
from waclient.simulator.cast import BOT, GROUPS, SimulatedGroup
from waclient.simulator.chats import new_id

KINDS = {SentKind.REPLY: "reply", SentKind.REACTION: "reaction", SentKind.DELETE: "deletion"}


@dataclass(frozen=True, slots=True)
class Told:
    """One thing the bot did in a chat, about a message."""

    what: str
    about: str
    text: str


class World(Protocol):
    """A chat with an ordinary member, wherever it takes place; every verb returns the message's id."""

    installation: Installation

    def choose(self, state: State, **policy: object) -> None: ...
    def says(self, text: str, *, quoting: str = "") -> str: ...
    def orders(self, text: str) -> str: ...
    def edits(self, message_id: str, text: str) -> None: ...
    def deletes(self, message_id: str) -> None: ...
    def told(self) -> list[Told]: ...
    def sightings(self) -> list[Sighting]: ...


class Played:
    """A simulated chat, of a running installation whose client is the simulated one."""

    def __init__(self, installation: Installation, group: SimulatedGroup) -> None:
        self.installation, self.group = installation, group
        self._author = next(member.name for member in group.members if not member.is_admin)
        self._admin = next(member.name for member in group.members if member.is_admin)

    def choose(self, state: State, **policy: object) -> None:
        rows = self.installation.rows(Group).filter(jid=self.group.jid)
        wait_for(rows.exclude(seen_at=None).exists, "the simulated group's row")
        rows.update(**{"state": state, "on_malicious": Response.REPLY, "muted_until": None, **policy})
        notices = self.installation.rows(Action).filter(kind=ActionKind.NOTICE, group__jid=self.group.jid)
        wait_for(notices.filter(state=ActionState.SENT).exists, "the arrival notice")

    def says(self, text: str, *, quoting: str = "") -> str:
        return self._happen(SimulatedKind.SAID, text, quoting)

    def orders(self, text: str) -> str:
        return self._happen(SimulatedKind.SAID, text, by=self._admin)

    def edits(self, message_id: str, text: str) -> None:
        self._happen(SimulatedKind.EDITED, text, message_id)

    def deletes(self, message_id: str) -> None:
        self._happen(SimulatedKind.DELETED, "", message_id)

    def told(self) -> list[Told]:
        rows = self.installation.rows(SimulatedMessage).filter(chat=self.group.jid, author="").exclude(about="")
        words = {SimulatedKind.SAID: "reply", SimulatedKind.REACTED: "reaction", SimulatedKind.DELETED: "deletion"}
        return [Told(words[SimulatedKind(row.kind)], row.about, row.text) for row in rows]

    def sightings(self) -> list[Sighting]:
        return list(self.installation.rows(Sighting).filter(group__jid=self.group.jid).order_by("pk"))

    def _happen(self, kind: SimulatedKind, text: str, about: str = "", by: str = "") -> str:
        row = self.installation.rows(SimulatedMessage).create(
            chat=self.group.jid, message_id=new_id(), author=by or self._author, kind=kind, text=text, about=about
        )
        return str(row.message_id)


class Loopback:
    """A group of the loopback WhatsApp server."""

    def __init__(self, scene: Scene, group: WhatsAppGroup) -> None:
        self.installation, self.scene, self.group = scene.installation, scene, group
        self._sent: dict[str, MessageRef] = {}

    def choose(self, state: State, **policy: object) -> None:
        self.scene.choose(self.group, state, **policy)

    def says(self, text: str, *, quoting: str = "") -> str:
        message = self.group.member("Eve").says(text, quoting=self._sent.get(quoting))
        self._sent[message.id] = message
        return message.id

    def orders(self, text: str) -> str:
        return self.group.member("Bob").says(text).id

    def edits(self, message_id: str, text: str) -> None:
        self.group.member("Eve").edits(self._sent[message_id], text)

    def deletes(self, message_id: str) -> None:
        self.group.member("Eve").deletes(self._sent[message_id])

    def told(self) -> list[Told]:
        said = [sent for sent in self.scene.said(self.group) if sent.kind in KINDS]
        return [Told(KINDS[sent.kind], sent.quoted_id or sent.target_id, sent.text) for sent in said]

    def sightings(self) -> list[Sighting]:
        return self.scene.sightings(self.group)


@pytest.fixture(scope="module")
def played(
    whatsapp: WhatsAppServer, sites: Sites, template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """A running installation without WhatsApp: the unmodified processes with WHATSAPP=simulated."""
    installation = Installation(tmp_path_factory.mktemp("played") / "installation", whatsapp, sites, template)
    installation.start_worker()
    installation.start_socket(WHATSAPP="simulated")
    installation.wait_phase(Phase.CONNECTED)
    yield installation
    said = installation.log_of("socket") + installation.log_of("worker")
    installation.close()
    assert "Traceback" not in said


@pytest.fixture(params=["simulated", "loopback"])
def world(request: pytest.FixtureRequest) -> World:
    """A chat that nobody wrote to before; the bot is admin in it."""
    if request.param == "loopback":
        scene: Scene = request.getfixturevalue("scene")
        return Loopback(scene, scene.server.group(request.node.name[:60], ["Bob", "Eve"], bot_is_admin=True))
    installation: Installation = request.getfixturevalue("played")
    group = next(group for group in GROUPS if group.bot_is_admin)
    for model in (Report, SimulatedMessage, Sighting, Action):
        installation.rows(model).filter().delete()
    return Played(installation, group)


def decided(world: World, count: int = 1) -> list[Sighting]:
    def are_decided() -> bool:
        return sum(sighting.planned_at is not None for sighting in world.sightings()) >= count

    wait_for(are_decided, f"{count} decided links")
    return world.sightings()


def told(world: World, count: int = 1) -> list[Told]:
    wait_for(lambda: len(world.told()) >= count, f"{count} answers")
    return world.told()


def test_a_dangerous_link_is_answered_under_its_message(world: World) -> None:
    world.choose(State.LIVE, preset=Preset.OWN)

    message = world.says(f"look {DANGEROUS}")

    [answer] = told(world)
    assert (answer.what, answer.about) == ("reply", message)
    assert "xn--pypal-4ve[.]com" in answer.text


def test_a_clean_link_is_met_with_silence(world: World) -> None:
    world.choose(State.LIVE, preset=Preset.OWN)

    world.says(f"the programme: {CLEAN}")

    [sighting] = decided(world)
    assert (sighting.verdict, sighting.facts["silence"]) == ("benign", "nothing_found")
    assert world.told() == []


def test_a_watched_group_hears_nothing(world: World) -> None:
    world.choose(State.WATCH, preset=Preset.OWN)

    world.says(DANGEROUS)

    [sighting] = decided(world)
    assert (sighting.verdict, sighting.facts["silence"]) == ("malicious", "watching")
    assert world.told() == []


def test_an_edit_that_brings_a_link_is_answered(world: World) -> None:
    world.choose(State.LIVE, preset=Preset.OWN)
    message = world.says(f"see {CLEAN}")
    decided(world)

    world.edits(message, f"see {DANGEROUS}")

    [answer] = told(world)
    assert (answer.what, answer.about) == ("reply", message)


def test_where_the_bot_is_admin_the_scam_is_deleted(world: World) -> None:
    world.choose(State.LIVE, preset=Preset.OWN, on_malicious=Response.DELETE)

    message = world.says(DANGEROUS)

    answers = told(world, 2)
    assert [(answer.what, answer.about) for answer in answers] == [("deletion", message), ("reply", message)]


def test_a_message_taken_back_by_its_author_is_withdrawn(world: World) -> None:
    world.choose(State.WATCH, preset=Preset.OWN)
    message = world.says(DANGEROUS)
    decided(world)

    world.deletes(message)

    wait_for(lambda: world.sightings()[0].withdrawn_at, "the withdrawal")


def test_a_simulated_moderators_group_is_told_and_decides(played: Installation) -> None:
    group, here = GROUPS[1], next(group for group in GROUPS if group.name == "Moderators")
    world = Played(played, group)
    world.choose(State.WATCH, preset=Preset.OWN)

    def write(author: str, text: str) -> None:
        played.rows(SimulatedMessage).create(chat=here.jid, message_id=new_id(), author=author, text=text)

    def bot_said(words: str) -> bool:
        return played.rows(SimulatedMessage).filter(chat=here.jid, author="", text__contains=words).exists()

    write("Ana", code_of(played, "Simulated", group.jid))
    wait_for(lambda: bot_said("is now told of bad links"), "the answer to the code")
    world.says(DANGEROUS)
    wait_for(lambda: bot_said("1 · Dangerous: xn--pypal-4ve[.]com"), "the alert")
    write("Ben", "ok 1")  # no admin
    write("Dora", "bad 1")
    wait_for(lambda: bot_said("✅"), "the sign that it was done")

    assert [row.answer for row in played.rows(Decision)] == ["confirm"]


def test_members_ask_and_admins_order(world: World) -> None:
    world.choose(State.WATCH, preset=Preset.OWN)
    message = world.says(DANGEROUS)
    decided(world)

    check = world.says("!check", quoting=message)
    [answer] = told(world)
    assert (answer.what, answer.about) == ("reply", check)
    assert "xn--pypal-4ve[.]com" in answer.text
    appeal = world.says("!appeal", quoting=message)
    assert told(world, 2)[1] == Told("reaction", appeal, "👍")

    world.says("!scanner mute")
    order = world.orders("!scanner mute 2h")
    assert (told(world, 3)[2].what, told(world, 3)[2].about) == ("reply", order)
    assert world.installation.rows(Group).filter(muted_until__isnull=False, jid=world.sightings()[0].group.jid).exists()


def test_a_linked_phone_and_simulated_chats_are_never_mixed(paired: Installation) -> None:
    refused = paired.start_socket(WHATSAPP="simulated")

    assert refused.wait() == 1
    assert "data folder of its own" in paired.log_of("socket")
    assert not paired.rows(Connection).filter(jid=BOT).exists()


def test_the_simulated_account_is_forgotten_when_whatsapp_is_real(fresh: Installation) -> None:
    simulated = fresh.start_socket(WHATSAPP="simulated")
    fresh.wait_phase(Phase.CONNECTED)
    wait_for(lambda: fresh.rows(Group).count() == len(GROUPS), "the simulated groups")
    simulated.stop()

    fresh.start_socket()

    fresh.wait_phase(Phase.NEVER_PAIRED)
    assert fresh.connection.jid == ""
    assert not fresh.rows(Group).filter(left_at__isnull=True).exists()
