"""The simulated client by itself; with the rest of the product in tests/e2e/test_simulator.py."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from groups.models import Group
from tests.factories import make_group
from waclient.client import InboundMessage, MessageKind, MessageRef, NotSent
from waclient.models import Connection, Phase, SimulatedKind, SimulatedMessage
from waclient.rosters import Rosters
from waclient.simulator import chats
from waclient.simulator.cast import BOT, BOT_LID, GROUPS
from waclient.simulator.client import SimulatedClient, give_up, prepare

pytestmark = pytest.mark.django_db

CHAT = GROUPS[0]
AUTHOR = next(member for member in CHAT.members if not member.is_admin)


class Ears:
    """Keeps what it hears."""

    def __init__(self) -> None:
        self.heard: list[InboundMessage] = []

    def on_connected(self, event: Any) -> None:
        """Nothing is heard of that."""

    def hear(self, message: InboundMessage) -> None:
        self.heard.append(message)


@pytest.fixture
def ears() -> Ears:
    return Ears()


@pytest.fixture
def client(ears: Ears) -> SimulatedClient:
    return SimulatedClient(Path("unused"), ears, own=())


def test_what_members_do_is_heard_in_order_and_once(client: SimulatedClient, ears: Ears) -> None:
    said = chats.say(CHAT.jid, AUTHOR.name, "first")
    chats.edit(CHAT.jid, AUTHOR.name, said.message_id, "second")
    chats.delete(CHAT.jid, AUTHOR.name, said.message_id)

    assert (client.listen(), client.listen()) == (True, False)

    assert [message.kind for message in ears.heard] == [MessageKind.NEW, MessageKind.EDIT, MessageKind.REVOKE]
    assert {message.message_id for message in ears.heard} == {said.message_id}
    assert {message.sender.address for message in ears.heard} == {AUTHOR.lid}


def test_who_writes_to_the_bot_alone_is_heard_as_such_and_can_be_answered(client: SimulatedClient, ears: Ears) -> None:
    client._is_connected = True
    chats.say(AUTHOR.lid, AUTHOR.name, "!help")
    client.listen()
    [heard] = ears.heard
    assert (heard.is_direct, heard.chat, heard.sender.address) == (True, AUTHOR.lid, AUTHOR.lid)

    answer = client.reply(MessageRef(heard.chat, heard.message_id, AUTHOR.lid), "!check is one")
    chats.say(AUTHOR.lid, AUTHOR.name, "!why", about=answer)
    client.listen()

    assert (ears.heard[1].quoted_id, ears.heard[1].quoted_sender) == (answer, BOT_LID)


def test_nobody_writes_in_somebody_elses_chat_with_the_bot() -> None:
    other = next(member for member in CHAT.members if member.lid != AUTHOR.lid)

    with pytest.raises(LookupError):
        chats.say(AUTHOR.lid, other.name, "!help")


def test_a_reaction_is_heard_with_its_sign_and_its_message(client: SimulatedClient, ears: Ears) -> None:
    said = chats.say(CHAT.jid, AUTHOR.name, "hello")
    chats.react(CHAT.jid, AUTHOR.name, said.message_id, "👍")

    client.listen()

    reaction = ears.heard[1]
    assert (reaction.kind, reaction.reaction, reaction.quoted_id) == (MessageKind.REACTION, "👍", said.message_id)
    assert reaction.quoted_sender == AUTHOR.lid


def test_a_message_of_somebody_who_is_gone_holds_up_nobody(client: SimulatedClient, ears: Ears) -> None:
    SimulatedMessage.objects.create(chat=CHAT.jid, message_id="X", author="Nobody", text="old")
    chats.say(CHAT.jid, AUTHOR.name, "new")

    client.listen()

    assert [message.passages[0].text for message in ears.heard] == ["new"]
    assert not SimulatedMessage.objects.filter(heard_at__isnull=True).exists()


def test_nothing_is_said_before_it_is_connected(client: SimulatedClient) -> None:
    with pytest.raises(NotSent) as refusal:
        client.say(CHAT.jid, "hello")

    assert refusal.value.is_temporary
    assert not SimulatedMessage.objects.exists()


def test_the_bot_deletes_only_where_it_is_admin(client: SimulatedClient) -> None:
    other = next(group for group in GROUPS if not group.bot_is_admin)

    with pytest.raises(NotSent, match="not admin"):
        client.delete(MessageRef(other.jid, "X", AUTHOR.lid))

    assert not SimulatedMessage.objects.filter(kind=SimulatedKind.DELETED).exists()


def test_an_installation_with_a_phone_is_no_place_for_it() -> None:
    Connection.write(jid="4915100000000@s.whatsapp.net")

    with pytest.raises(ValueError, match="data folder of its own"):
        prepare()


def test_when_whatsapp_is_real_nothing_goes_to_simulated_groups() -> None:
    prepare()
    played, real = make_group(jid=CHAT.jid), make_group()

    give_up()

    played.refresh_from_db()
    real.refresh_from_db()
    row = Connection.get()
    assert (row.jid, row.phase, played.left_at is not None, real.left_at) == ("", Phase.NEVER_PAIRED, True, None)


def test_the_demos_groups_are_not_left_while_chats_are_played(client: SimulatedClient) -> None:
    demo = make_group("Open Voices choir · demo", jid="demo-choir@g.us", size=34)
    gone = make_group("Of another phone")
    before = timezone.now() - timedelta(minutes=5)
    Group.objects.update(seen_at=before)

    Rosters().learn_all(client.joined_groups(), timezone.now())

    demo.refresh_from_db()
    gone.refresh_from_db()
    assert (demo.left_at, demo.size, demo.name) == (None, 34, "Open Voices choir · demo")
    assert gone.left_at is not None


@pytest.mark.parametrize(("jid", "says"), [("", "simulated"), (BOT, "simulated"), ("34600@s.whatsapp.net", "real")])
def test_a_demo_is_played_where_no_phone_is_linked(jid: str, says: str) -> None:
    Connection.write(jid=jid)
    said = StringIO()

    call_command("demo", "--whatsapp", stdout=said)

    assert said.getvalue().strip() == says
    assert not Group.objects.exists()
