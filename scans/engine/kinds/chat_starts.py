"""Links that begin a chat with a number: what a moderator may read of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote, unquote_plus

from scans.engine.defang import shorten
from scans.engine.kinds.keys import LinkClass
from scans.engine.kinds.link_classes import own_class
from scans.engine.links import Link

# Stands for the digits in the middle of a number.
HIDDEN_DIGITS = "xxx"
# Country and network are shown, and enough at the end to tell two numbers apart.
_SHOWN_FRONT = 4
_SHOWN_END = 2
# Of the text that it prepares: the first lines tell what it is about.
MAX_TEXT = 200
# A number has at least this many digits (E.164 allows 15, service numbers are shorter and nobody's).
LEAST_DIGITS = 7
_NUMBER = re.compile(rf"(?<![\dA-Za-z])(?:\+|%2B)?(\d[\d().%-]{{{LEAST_DIGITS - 1},24}})(?![\dA-Za-z])", re.IGNORECASE)
_SHORTENED = re.compile(rf"\d{{4}}{HIDDEN_DIGITS}\d{{2}}")
_NUMBER_PARAMETERS = frozenset({"phone", "number", "wa_id"})
_TEXT_PARAMETERS = frozenset({"text", "body"})


@dataclass(frozen=True, slots=True)
class ChatStart:
    """Whom it writes to and what. Hostile: shown through defang_text, as findings are."""

    number: str
    """Shortened, 4915xxx78; "" when there is none."""
    text: str
    """Decoded, MAX_TEXT characters at most."""


def chat_start(link: Link) -> ChatStart | None:
    """Whom a wa.me or api.whatsapp.com link writes to, and the text that it prepares; None for other links."""
    if own_class(link) is not LinkClass.CHAT_START:
        return None
    number, text = _number_in_path(link.path), ""
    for parameter in link.query.split("&"):
        name, _, value = parameter.partition("=")
        if name.lower() in _NUMBER_PARAMETERS and not number:
            number = unquote_plus(value)
        elif name.lower() in _TEXT_PARAMETERS and not text:
            text = unquote_plus(value)
    return ChatStart(shortened(number), shorten(text.strip(), MAX_TEXT))


def shortened(number: str) -> str:
    """`4915xxx78` of +49 151 12345678; "" for what is no number."""
    if _SHORTENED.fullmatch(number.strip()):
        return number.strip()
    digits = "".join(character for character in number if character in "0123456789")
    if len(digits) < LEAST_DIGITS:
        return digits
    return f"{digits[:_SHOWN_FRONT]}{HIDDEN_DIGITS}{digits[-_SHOWN_END:]}"


def without_numbers(written: str) -> str:
    """A part of such an address with every telephone number shortened."""
    return _NUMBER.sub(lambda found: shortened(found.group(1)), written)


def _number_in_path(path: str) -> str:
    last = unquote(path).rstrip("/").rpartition("/")[2]
    return last if last[:1] in "+0123456789" else ""
