"""Every text of a message: one walk over the fields that a protobuf describes itself, so that no kind is missed."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from scans.engine.links import InvalidLink, parse
from waclient import json_values, vcards
from waclient.client import Passage
from waclient.models import Place

log = logging.getLogger(__name__)

# Messages inside messages: protobuf's own limit for reading them.
MAX_DEPTH = 100
# Texts in one message. A list or a poll has some hundreds; a hostile message of 1 MiB may have half a million.
MAX_TEXTS = 100_000
# From this score on phones say "forwarded many times".
FORWARDED_OFTEN = 5

PREVIEW, SCORE = "matchedText", "forwardingScore"
# What a member answers to: shown above the message, not said by it.
QUOTES = frozenset({"partiallySelectedContent", "questionReplyQuotedMessage", "quotedMessage", "statusQuotedMessage"})
# Never words of a member, and full of dots and slashes: names of people, files, apps and kinds of files. They are read
# only where somebody put an address with its scheme into them.
CODES = frozenset({
    "conversionSource", "encHandle", "entryPointConversionApp", "entryPointConversionExternalMedium",
    "entryPointConversionExternalSource", "entryPointConversionSource", "fileName", "mediaKey", "participant",
    "sourceApp", "trayIconFileName", "utmCampaign", "utmSource",
})  # fmt: skip
CODE_ENDINGS = ("JID", "ID", "IDs", "Hash", "hash", "SHA256", "Path", "mimetype", "Mimetype", "token", "Token")
# Where WhatsApp keeps media: the app fetches them from there, nobody taps them.
MEDIA_HOST = "whatsapp.net"
MEDIA_ENDINGS = ("URL", "Path")
GROUP_INVITE = "https://chat.whatsapp.com/"
# The only bytes that hold words: an assistant's answer, as JSON.
JSON_BYTES = "AIRichResponseUnifiedResponse"


@dataclass(frozen=True, slots=True)
class Content:
    """What a message says; `preview` is the address that its link preview claims to show, empty without one.

    `beside_preview` is the text that the preview stands under; `is_cut` when there was more in it than is read.
    """

    passages: tuple[Passage, ...] = ()
    preview: str = ""
    beside_preview: str = ""
    is_forwarded_often: bool = False
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class _Value:
    """One field with something in it; `beside` is the text of the same message."""

    name: str
    value: str | int
    is_quoted: bool
    beside: str


def read(body: Any) -> Content:
    """What is written in any field of a protobuf message; raises nothing, whatever is in it."""
    passages: list[Passage] = []
    preview, beside, is_forwarded_often, looked_at = "", "", False, 0
    for one in _values(body):
        looked_at += 1
        if looked_at > MAX_TEXTS:
            log.warning("a message holds over %d texts, the rest is not read", MAX_TEXTS)
            break
        if isinstance(one.value, int):
            is_forwarded_often |= not one.is_quoted and one.value >= FORWARDED_OFTEN
        elif one.name == PREVIEW and not one.is_quoted and not preview:
            preview, beside = one.value, one.beside
        else:
            place = Place.QUOTED if one.is_quoted else Place.TEXT
            passages += [Passage(text, place) for text in _texts(one.name, one.value) if text]
    return Content(tuple(passages), preview, beside, is_forwarded_often, looked_at > MAX_TEXTS)


def _values(body: Any) -> Iterator[_Value]:
    """Texts and forwarding scores, in the order of the fields; a message's own before those inside it."""
    waiting = [(body, 1, False)]
    while waiting:
        message, depth, is_quoted = waiting.pop()
        inner = []
        for field, value in message.ListFields():
            if field.message_type is not None:
                inner += [(one, depth + 1, is_quoted or field.name in QUOTES) for one in _each(field, value)]
            elif _is_read(field):
                beside = as_text(getattr(message, "text", "")) if field.name == PREVIEW else ""
                yield from (_Value(field.name, _plain(one), is_quoted, beside) for one in _each(field, value))
        if depth < MAX_DEPTH:
            waiting += [one for one in reversed(inner) if hasattr(one[0], "ListFields")]


def _each(field: Any, value: Any) -> Any:
    """The values of a field: one, several, or those of a map."""
    if not field.is_repeated:
        return (value,)
    return value.values() if hasattr(value, "values") else value


def _is_read(field: Any) -> bool:
    if field.type == field.TYPE_BYTES:
        return bool(field.containing_type.name == JSON_BYTES)
    return bool(field.type == field.TYPE_STRING or field.name == SCORE)


def _plain(value: Any) -> str | int:
    return value if isinstance(value, int) else as_text(value)


def as_text(value: str | bytes) -> str:
    """A text field's value: what is not quite UTF-8 is handed over as bytes, and phones show it all the same."""
    return value.decode(errors="replace") if isinstance(value, bytes) else value


def _texts(name: str, text: str) -> Iterator[str]:
    """What a field says, out of whatever it is written in."""
    if name == "vcard":
        yield from vcards.values(text)
    elif name == "inviteCode":
        yield f"{GROUP_INVITE}{text}"
    elif not _is_code(name, text) and not _is_medium(name, text):
        yield from json_values.strings(text)


def _is_code(name: str, text: str) -> bool:
    return "://" not in text and (name in CODES or name.endswith(CODE_ENDINGS))


def _is_medium(name: str, text: str) -> bool:
    """Whether this is where WhatsApp itself keeps a file; an address that only claims so is somebody's."""
    if MEDIA_HOST not in text or not name.endswith(MEDIA_ENDINGS):
        return False
    try:
        host = parse(text).host
    except InvalidLink:
        return False
    return host == MEDIA_HOST or host.endswith(f".{MEDIA_HOST}")
