"""Every text field that the message format has is read, and no message, however broken, raises."""

from __future__ import annotations

import random
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from google.protobuf.message import DecodeError
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.whatsapp_server.protobufs import e2e
from waclient import fields, reading
from waclient.client import Passage
from waclient.models import Place
from waclient.posted import MAX_LINKS_PER_MESSAGE, links_of

# After tests.whatsapp_server.protobufs, which loads the library without its warnings.
events: Any = import_module("neonize.proto.Neonize_pb2")

URL = "https://pay.example/x?a=1&b=2"


# --- every field there is


def paths() -> dict[str, list[Any]]:
    """A shortest way of fields from waE2E.Message to every kind of message inside it."""
    found: dict[str, list[Any]] = {e2e.Message.DESCRIPTOR.full_name: []}
    waiting = [e2e.Message.DESCRIPTOR]
    for descriptor in waiting:
        for field in descriptor.fields:
            inner = field.message_type
            if inner is not None and inner.full_name not in found:
                found[inner.full_name] = [*found[descriptor.full_name], field]
                waiting.append(inner)
    return found


def inside(body: Any, path: list[Any]) -> Any:
    """The message at the end of a way, made on the way."""
    for field in path:
        body = getattr(body, field.name).add() if field.is_repeated else getattr(body, field.name)
        body.SetInParent()
    return body


def text_fields() -> Iterator[tuple[list[Any], Any]]:
    for path in paths().values():
        descriptor = path[-1].message_type if path else e2e.Message.DESCRIPTOR
        yield from ((path, field) for field in descriptor.fields if field.type == field.TYPE_STRING)


TEXT_FIELDS = list(text_fields())


def holding(path: list[Any], field: Any, text: str) -> Any:
    body = e2e.Message()
    part = inside(body, path)
    if field.is_repeated:
        getattr(part, field.name).append(text)
    else:
        setattr(part, field.name, text)
    return body


def test_an_address_in_any_of_the_text_fields_there_are_is_read() -> None:
    unread = []
    for path, field in TEXT_FIELDS:
        content = fields.read(holding(path, field, URL))
        if not any(URL in text for text in (content.preview, *(one.text for one in content.passages))):
            unread.append(f"{field.containing_type.full_name}.{field.name}")

    assert len(TEXT_FIELDS) > 500
    assert unread == []


def quoting(name: str) -> Iterator[Any]:
    """Messages that hold the field of this name, with an address somewhere in it."""
    for path in paths().values():
        descriptor = path[-1].message_type if path else e2e.Message.DESCRIPTOR
        if name in descriptor.fields_by_name:
            body = e2e.Message()
            inner = inside(body, [*path, descriptor.fields_by_name[name]])
            while inner.DESCRIPTOR.name != "Message" and "text" not in inner.DESCRIPTOR.fields_by_name:
                inner = inside(inner, [next(field for field in inner.DESCRIPTOR.fields if field.message_type)])
            setattr(inner, "conversation" if inner.DESCRIPTOR.name == "Message" else "text", URL)
            yield body


@pytest.mark.parametrize("name", sorted(fields.QUOTES))
def test_whatever_stands_in_a_quote_is_marked_as_quoted(name: str) -> None:
    bodies = list(quoting(name))

    assert bodies
    for body in bodies:
        assert fields.read(body).passages == (Passage(URL, Place.QUOTED),)


# --- anything at all

NASTY = (
    URL,
    "",
    "{",
    '{"a": [',
    "[" * 3000,
    "BEGIN:VCARD\n ::;=\n=\r\n",
    "\x00\u202e\ufeff",
    "https://[::1",
    "\ud7ff" * 9,
)
BAD_BYTES = (b"\xff\xfe\xfd", b"{\xff", b"https://\xc3\x28.example/")


def fill(message: Any, rng: random.Random, depth: int) -> Any:
    """The message with random fields, some of them of the wrong kind of text."""
    for field in rng.sample(list(message.DESCRIPTOR.fields), min(3, len(message.DESCRIPTOR.fields))):
        if field.message_type is not None:
            if depth:
                fill(inside(message, [field]), rng, depth - 1)
        elif field.type in (field.TYPE_STRING, field.TYPE_BYTES):
            text = rng.choice(NASTY)
            value = text if field.type == field.TYPE_STRING else rng.choice((*BAD_BYTES, text.encode()))
            getattr(message, field.name).extend([value]) if field.is_repeated else setattr(message, field.name, value)
        elif field.name == "type" and field.enum_type is not None:
            message.type = rng.choice(field.enum_type.values).number
    return message


def event(body: Any) -> Any:
    chat = events.JID(User="1", Server="g.us", Device=0, RawAgent=0, Integrator=0, IsEmpty=False)
    source = events.MessageSource(Chat=chat, Sender=chat, IsFromMe=False, IsGroup=True)
    return events.Message(Info=events.MessageInfo(MessageSource=source, ID="3EB0", Timestamp=-5), Message=body)


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 2**32), noise=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), max_size=4))
def test_no_message_however_broken_raises(seed: int, noise: list[tuple[int, int]]) -> None:
    rng = random.Random(seed)
    raw = bytearray(fill(e2e.Message(), rng, 6).SerializePartialToString())
    for at, byte in noise:
        raw[at % len(raw) : at % len(raw) + 1] = bytes([byte]) if raw else b""
    try:
        body = e2e.Message.FromString(bytes(raw))
    except DecodeError:
        return

    message = reading.message(event(body), is_history=False)

    if message is not None:
        assert all(isinstance(passage.text, str) for passage in message.passages)
        assert len(links_of(message)) <= MAX_LINKS_PER_MESSAGE
