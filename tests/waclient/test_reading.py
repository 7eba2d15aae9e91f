from __future__ import annotations

from datetime import UTC, datetime
from importlib import import_module
from typing import Any

import pytest

from tests.whatsapp_server import messages
from tests.whatsapp_server.protobufs import e2e
from waclient import reading
from waclient.client import MessageKind, Passage, Person
from waclient.models import Place

# After tests.whatsapp_server.protobufs, which loads the library without its warnings.
events: Any = import_module("neonize.proto.Neonize_pb2")

GROUP, LID_USER, PHONE_USER = "120363000000000001", "98765432101234", "4915112345678"
POSTED_AT = datetime(2026, 5, 1, 12, 0, 7, 250000, tzinfo=UTC)
URL = "https://shop.example.com/x"


def jid(user: str, server: str, device: int = 0) -> Any:
    return events.JID(User=user, Server=server, Device=device, RawAgent=0, Integrator=0, IsEmpty=not user)


def event(body: Any, *, chat: Any = None, alt: Any = None, is_from_me: bool = False) -> Any:
    """As the library hands it over: wrappers such as ephemeral or documentWithCaption are already taken off."""
    source = events.MessageSource(
        Chat=chat or jid(GROUP, "g.us"),
        Sender=jid(LID_USER, "lid", device=7),
        SenderAlt=alt or jid(PHONE_USER, "s.whatsapp.net", device=7),
        IsFromMe=is_from_me,
        IsGroup=True,
    )
    info = events.MessageInfo(MessageSource=source, ID="3EB0AA", Timestamp=int(POSTED_AT.timestamp() * 1000))
    return events.Message(Info=info, Message=body)


def read(body: Any, **more: Any) -> Any:
    return reading.message(event(body, **more), is_history=False)


def test_sender_group_and_time_are_read_without_device_numbers() -> None:
    message = read(messages.conversation("hello"))

    assert message.chat == f"{GROUP}@g.us"
    assert message.sender == Person(f"{LID_USER}@lid", f"{PHONE_USER}@s.whatsapp.net")
    assert message.posted_at == POSTED_AT
    assert not message.is_from_me


def test_a_sender_with_one_address_has_no_other() -> None:
    assert read(messages.conversation("hello"), alt=jid("", "")).sender == Person(f"{LID_USER}@lid")


def test_what_we_sent_ourselves_and_history_are_marked() -> None:
    assert read(messages.conversation("hello"), is_from_me=True).is_from_me
    replayed = reading.message(event(messages.conversation("hello")), is_history=True)
    assert replayed is not None
    assert replayed.is_history


def test_an_edit_names_the_original_and_brings_the_new_text() -> None:
    new = messages.extended(f"now {URL}")
    body = messages.edit("3EB0ORIGINAL", new).editedMessage.message

    message = read(body)

    assert (message.kind, message.message_id) == (MessageKind.EDIT, "3EB0ORIGINAL")
    assert message.passages == (Passage(f"now {URL}", Place.TEXT),)


@pytest.mark.parametrize("participant", ["", "4915187654321@s.whatsapp.net"])
def test_a_deletion_names_the_original_and_has_no_text(participant: str) -> None:
    message = read(messages.revoke("3EB0ORIGINAL", participant))

    assert (message.kind, message.message_id, message.passages) == (MessageKind.REVOKE, "3EB0ORIGINAL", ())
    assert message.sender.address == f"{LID_USER}@lid"


@pytest.mark.parametrize("kind", ["EPHEMERAL_SETTING", "HISTORY_SYNC_NOTIFICATION", "APP_STATE_SYNC_KEY_SHARE"])
def test_other_protocol_messages_are_none_of_ours(kind: str) -> None:
    protocol = e2e.ProtocolMessage(type=getattr(e2e.ProtocolMessage, kind))

    assert read(e2e.Message(protocolMessage=protocol)) is None


def test_a_notice_of_the_protocol_that_also_says_something_is_read() -> None:
    body = messages.conversation(f"see {URL}")
    body.protocolMessage.type = e2e.ProtocolMessage.EPHEMERAL_SETTING

    message = read(body)

    assert (message.kind, message.passages) == (MessageKind.NEW, (Passage(f"see {URL}", Place.TEXT),))


def test_preview_quote_and_forwarding_are_read_with_the_text() -> None:
    body = messages.extended("tap", matched_text=URL)
    body.extendedTextMessage.contextInfo.forwardingScore = 5
    body.extendedTextMessage.contextInfo.quotedMessage.conversation = "before"

    message = read(body)

    assert (message.preview, message.beside_preview, message.is_forwarded_often) == (URL, "tap", True)
    assert message.passages == (Passage("tap", Place.TEXT), Passage("before", Place.QUOTED))


@pytest.mark.parametrize("milliseconds", [-1, -(2**62), 2**62])
def test_a_moment_that_no_calendar_holds_does_not_lose_the_message(milliseconds: int) -> None:
    late = event(messages.conversation(f"see {URL}"))
    late.Info.Timestamp = milliseconds

    message = reading.message(late, is_history=False)

    assert message is not None
    assert 1970 <= message.posted_at.year <= 2100


@pytest.mark.parametrize(
    "chat",
    [
        jid("status", "broadcast"),
        jid("120363111", "newsletter"),
        jid("4915112345678-1", "broadcast"),
    ],
    ids=lambda chat: f"{chat.User}@{chat.Server}",
)
def test_status_lists_and_channels_are_not_read(chat: Any) -> None:
    assert read(messages.conversation(f"see {URL}"), chat=chat) is None


@pytest.mark.parametrize("server", ["s.whatsapp.net", "lid"])
def test_a_one_to_one_chat_is_marked_as_such(server: str) -> None:
    message = read(messages.conversation("!help"), chat=jid(LID_USER, server))

    assert (message.is_direct, message.chat, message.words) == (True, f"{LID_USER}@{server}", "!help")
    assert not read(messages.conversation("!help")).is_direct


@pytest.mark.parametrize("kind", ["text", "caption"])
def test_a_reply_names_the_message_that_it_quotes(kind: str) -> None:
    own = messages.conversation("!why") if kind == "text" else messages.image("!why")
    author = f"{PHONE_USER}@s.whatsapp.net"
    quote = {"stanzaID": "3EB0QUOTED", "participant": author, "quotedMessage": messages.conversation(URL)}

    message = read(messages.with_context(own, **quote))

    assert (message.quoted_id, message.quoted_sender, message.words) == ("3EB0QUOTED", author, "!why")


def test_what_quotes_nothing_names_nobody() -> None:
    message = read(messages.with_context(messages.conversation("hello"), isForwarded=True))

    assert (message.quoted_id, message.quoted_sender) == ("", "")


@pytest.mark.parametrize("emoji", ["\N{THUMBS UP SIGN}", ""])
def test_a_reaction_names_its_message_and_says_its_sign(emoji: str) -> None:
    message = read(messages.reaction(f"{GROUP}@g.us", "3EB0TARGET", f"{LID_USER}@lid", emoji))

    assert (message.kind, message.message_id) == (MessageKind.REACTION, "3EB0AA")
    assert (message.quoted_id, message.quoted_sender, message.reaction) == ("3EB0TARGET", f"{LID_USER}@lid", emoji)


def test_ids_that_are_quoted_cannot_turn_text_around_or_be_endless() -> None:
    message = read(messages.with_context(messages.conversation("!why"), stanzaID="3EB\u202e\n0" + "A" * 999))

    assert message.quoted_id.startswith("3EB0AAA")
    assert len(message.quoted_id) == reading.MAX_MESSAGE_ID


def participant(user: str, *, is_admin: bool = False, is_super: bool = False) -> Any:
    return events.GroupParticipant(
        JID=jid(user, "lid"),
        LID=jid(user, "lid"),
        PhoneNumber=jid(f"49{user}", "s.whatsapp.net"),
        IsAdmin=is_admin,
        IsSuperAdmin=is_super,
        DisplayName="",
        Error=0,
    )


@pytest.mark.parametrize(
    ("own", "is_admin"),
    [
        (frozenset({"2@lid"}), True),
        (frozenset({"493@s.whatsapp.net"}), True),
        (frozenset({"1@lid", "491@s.whatsapp.net"}), False),
        (frozenset[str](), False),
    ],
)
def test_a_groups_facts_hold_every_address_of_its_admins(own: frozenset[str], is_admin: bool) -> None:
    people = [participant("1"), participant("2", is_admin=True), participant("3", is_super=True)]
    topic = events.GroupTopic(Topic="Be\nkind \u202e")
    info = events.GroupInfo(
        JID=jid(GROUP, "g.us"), GroupName=events.GroupName(Name="Parents"), GroupTopic=topic, Participants=people
    )

    facts = reading.group_facts(info, own)

    assert (facts.jid, facts.name, facts.size) == (f"{GROUP}@g.us", "Parents", 3)
    assert (facts.subject, facts.description) == ("Parents", "Be\nkind \u202e")
    assert facts.admins == {"2@lid", "492@s.whatsapp.net", "3@lid", "493@s.whatsapp.net"}
    assert facts.bot_is_admin is is_admin


def test_an_empty_address_is_the_empty_text() -> None:
    assert reading.address(jid("", "")) == ""
    assert reading.address(jid("1", "lid", device=9)) == "1@lid"


def test_a_groups_name_cannot_turn_text_around_or_break_a_line() -> None:
    info = events.GroupInfo(JID=jid("1", "g.us"), GroupName=events.GroupName(Name="a\u202elive\u2066\n\x00b "))

    assert reading.group_facts(info, frozenset()).name == "aliveb"
