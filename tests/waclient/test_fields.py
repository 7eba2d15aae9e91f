"""What is read of a message, kind by kind, and what is left out of it."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from tests.whatsapp_server import messages
from tests.whatsapp_server.protobufs import e2e
from waclient import fields
from waclient.client import Passage
from waclient.models import Place

URL = "https://pay.example/x?a=1&b=2"
TEXT = Place.TEXT


def words(body: Any, place: Place = TEXT) -> list[str]:
    return [passage.text for passage in fields.read(body).passages if passage.place is place]


def context(**more: Any) -> Any:
    return messages.with_context(messages.conversation("see"), **more)


# --- what members send

VCARD = (
    "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Help\\, desk\r\nitem1.URL;type=pref:https://pay.exam\r\n ple/x?a=1&b=2\r\n"
    "PHOTO;ENCODING=b:aHR0cHM6Ly9l\r\nTEL;waid=49151:+49 151\r\nEND:VCARD"
)
OLD_VCARD = "BEGIN:VCARD\nNOTE;ENCODING=QUOTED-PRINTABLE:see https=3A//pay.example/=\nx?a=3D1&b=3D2\nEND:VCARD"
BUTTON = json.dumps({"display_text": "Open", "url": URL, "merchant_url": URL, "count": 12})
TEMPLATE = e2e.TemplateMessage.HydratedFourRowTemplate(
    hydratedContentText="Your parcel",
    hydratedButtons=[{"urlButton": {"displayText": "Pay", "URL": URL}}],
)
FLOW = e2e.InteractiveMessage.NativeFlowMessage(buttons=[{"name": "cta_url", "buttonParamsJSON": BUTTON}])
KINDS: dict[str, tuple[Any, list[str]]] = {
    "plain text": (messages.conversation(f"see {URL}"), [f"see {URL}"]),
    "picture with a caption": (messages.image(f"look {URL}"), [f"look {URL}"]),
    "video with a caption": (messages.video(f"watch {URL}"), [f"watch {URL}"]),
    "document with a caption": (messages.document(f"read {URL}", "offer.pdf"), [f"read {URL}"]),
    "contact": (e2e.Message(contactMessage={"displayName": "Help", "vcard": VCARD}), ["Help", "Help, desk", URL]),
    "old contact": (e2e.Message(contactMessage={"vcard": OLD_VCARD}), [f"see {URL}"]),
    "contacts": (e2e.Message(contactsArrayMessage={"contacts": [{"vcard": VCARD}] * 2}), ["Help, desk", URL] * 2),
    "poll": (
        e2e.Message(pollCreationMessageV3={"name": "Where?", "options": [{"optionName": "A"}, {"optionName": URL}]}),
        ["Where?", "A", URL],
    ),
    "list": (
        e2e.Message(listMessage={"title": "Menu", "sections": [{"rows": [{"title": "A", "description": URL}]}]}),
        ["Menu", "A", URL],
    ),
    "buttons": (e2e.Message(buttonsMessage={"contentText": URL, "footerText": "Bank"}), [URL, "Bank"]),
    "template": (e2e.Message(templateMessage={"hydratedTemplate": TEMPLATE}), ["Your parcel", "Pay", URL]),
    "button in JSON": (
        e2e.Message(interactiveMessage={"nativeFlowMessage": FLOW}),
        ["cta_url", "Open", URL, URL],
    ),
    "invitation to a group": (
        e2e.Message(groupInviteMessage={"inviteCode": "AbCdEf123", "groupName": "Prizes", "groupJID": "1@g.us"}),
        ["https://chat.whatsapp.com/AbCdEf123", "Prizes"],
    ),
    "place": (e2e.Message(locationMessage={"name": "Shop", "URL": URL}), ["Shop", URL]),
    "event": (e2e.Message(eventMessage={"name": "Party", "joinLink": URL}), ["Party", URL]),
    "product": (e2e.Message(productMessage={"product": {"title": "Bike", "URL": URL}}), ["Bike", URL]),
    "advertisement": (context(externalAdReply={"title": "Win", "sourceURL": URL}), ["see", "Win", URL]),
    "wrapper nobody takes off": (
        e2e.Message(spoilerMessage={"message": {"groupMentionedMessage": {"message": {"conversation": URL}}}}),
        [URL],
    ),
    "reaction": (messages.reaction("1@g.us", "3EB0", "1@lid", "👍"), ["👍"]),
    "nothing": (e2e.Message(), []),
}


@pytest.mark.parametrize(("body", "texts"), KINDS.values(), ids=KINDS.keys())
def test_what_a_member_says_is_read_from_every_kind_of_message(body: Any, texts: list[str]) -> None:
    assert words(body) == texts


def test_an_answer_of_an_assistant_is_read_though_it_comes_as_bytes() -> None:
    body = e2e.Message()
    body.richResponseMessage.unifiedResponse.data = json.dumps({"text": f"see {URL}"}).encode()

    assert words(body) == [f"see {URL}"]


def test_a_preview_stands_apart_from_the_text_that_it_is_shown_with() -> None:
    body = messages.extended("tap here", matched_text=URL, title="A shop", description="cheap")

    content = fields.read(body)

    assert (content.preview, content.beside_preview) == (URL, "tap here")
    assert words(body) == ["tap here", "cheap", "A shop"]


def test_the_preview_of_a_quoted_message_is_quoted_text() -> None:
    content = fields.read(context(quotedMessage=messages.extended("tap", matched_text=URL)))

    assert content.preview == ""
    assert content.passages[1:] == (Passage("tap", Place.QUOTED), Passage(URL, Place.QUOTED))


@pytest.mark.parametrize(("score", "is_often"), [(0, False), (4, False), (5, True), (127, True)])
def test_forwarded_many_times_is_known_of_the_message_and_not_of_what_it_quotes(score: int, is_often: bool) -> None:
    forwarded = context(isForwarded=True, forwardingScore=score)

    assert fields.read(forwarded).is_forwarded_often is is_often
    assert not fields.read(context(quotedMessage=forwarded)).is_forwarded_often


# --- what is no text of a member


@pytest.mark.parametrize(
    ("media", "is_read"),
    [
        ("https://mmg.whatsapp.net/v/t62.7118-24/1_n.enc?ccb=11-4", False),
        ("https://whatsapp.net/x", False),
        ("https://evil.example/mmg.whatsapp.net", True),
        ("https://mmg.whatsapp.net@evil.example/", True),
        ("https://mmg.whatsapp.net.evil.example/", True),
        ("https://notwhatsapp.net/", True),
        ("https://mmg.whatsapp.net:x/", True),
    ],
)
def test_only_whatsapps_own_media_addresses_are_left_out(media: str, is_read: bool) -> None:
    body = e2e.Message(imageMessage={"URL": media, "directPath": "/v/t62.7118-24/1_n.enc", "mimetype": "image/jpeg"})

    assert words(body) == ([media] if is_read else [])


def test_names_of_people_files_and_keys_are_no_text() -> None:
    body = e2e.Message(documentMessage={"fileName": "bank.app", "mimetype": "application/vnd.ms-excel", "caption": "x"})
    body.documentMessage.contextInfo.participant = "49151@s.whatsapp.net"
    body.documentMessage.contextInfo.stanzaID = "3EB0.com"

    assert words(body) == ["x"]


# --- JSON


@pytest.mark.parametrize(
    ("text", "texts"),
    [
        (json.dumps({"a": {"b": [URL, 1, None, True, 1.5]}}), [URL]),
        ('{"url": "https://first.example/", "url": "https://second.example/"}',
         ["https://first.example/", "https://second.example/"]),
        (json.dumps({"inner": json.dumps({"url": URL})}), [URL]),
        ('{"n": ' + "9" * 5000 + f', "url": "{URL}"}}', [URL]),
        ('["' + URL.replace("/", "\\u002f") + '"]', [URL]),
        (f'{{"broken": "{URL}"'.replace("/", "\\/") + "]}", [f'{{"broken": "{URL}"]}}']),
        (f"[{URL}]", [f"[{URL}]"]),
        ("{}", []),
    ],
)  # fmt: skip
def test_json_is_decoded_however_it_is_written(text: str, texts: list[str]) -> None:
    body = e2e.Message(interactiveResponseMessage={"nativeFlowResponseMessage": {"paramsJSON": text}})

    assert words(body) == texts


def test_json_that_is_too_deep_is_read_as_it_stands() -> None:
    text = "[" * 60_000 + f'"{URL}"' + "]" * 60_000

    assert words(messages.conversation(text)) == [text]


# --- bounds


def test_quotes_of_quotes_are_read_to_the_depth_that_a_message_may_have() -> None:
    body = messages.conversation(URL)
    for _ in range(48):
        body = messages.ephemeral(body)

    assert words(body) == [URL]


def test_a_flood_of_texts_is_cut_and_that_is_said(caplog: pytest.LogCaptureFixture) -> None:
    body = context(mentionedJID=["1@lid"] * (fields.MAX_TEXTS + 1))

    with caplog.at_level(logging.WARNING):
        content = fields.read(body)

    assert content.is_cut
    assert "the rest is not read" in caplog.text
    assert words(body)[0] == "see"


def test_text_that_is_not_quite_utf8_is_read_as_a_phone_shows_it() -> None:
    raw = messages.conversation(f"see {URL} ??").SerializeToString().replace(b"??", b"\xff\xfe")
    body = e2e.Message.FromString(raw)

    assert words(body) == [f"see {URL} \ufffd\ufffd"]
