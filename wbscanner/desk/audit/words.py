"""What an entry of the audit trail says: its deed's sentence with the names in it, or the bare code."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from wbscanner.desk.audit.deeds import DEEDS, IN_WORDS
from wbscanner.logs import one_line
from wbscanner.models import AuditEntry

SENTENCES: Mapping[str, Any] = {action: text for deeds in DEEDS.values() for action, text in deeds.items()}
LEFT_OUT = "…"
TOKEN = "token:"  # noqa: S105  (how wbscanner.bearer writes an integration down)
_NAMES = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a sentence: its own words, or with a `name` somebody's text, which no page may take for words."""

    text: str
    name: str = ""


def said(entry: AuditEntry) -> list[Part]:
    """The sentence of an entry. Of a code without one (of another version of the program) the code and its target."""
    sentence = SENTENCES.get(entry.action)
    if sentence is None:
        parts = [Part(actor(entry.actor), "who"), Part(": "), Part(one_line(entry.action), "code")]
        return [*parts, Part(" "), Part(one_line(entry.target), "what")] if entry.target else parts
    return [_filled(part, entry) for part in _parts(str(sentence))]


def text(entry: AuditEntry) -> str:
    """The same in one line of text."""
    return "".join(part.text for part in said(entry))


def outline(action: str) -> str:
    """The sentence of an action without names, for a list of choices; the code where there is none."""
    sentence = SENTENCES.get(action)
    return _NAMES.sub(LEFT_OUT, str(sentence)) if sentence is not None else one_line(action)


def actor(name: str) -> str:
    """A person's name; an integration is called one."""
    if name.startswith(TOKEN):
        return gettext("API token %(name)s") % {"name": one_line(name.removeprefix(TOKEN))}
    return one_line(name) or LEFT_OUT


def _parts(sentence: str) -> list[Part]:
    """A translation with a name that is none of the entry's shows an ellipsis there, as a missing detail does."""
    pieces = _NAMES.split(sentence)
    return [Part("", piece) if number % 2 else Part(piece) for number, piece in enumerate(pieces) if piece]


def _filled(part: Part, entry: AuditEntry) -> Part:
    if not part.name:
        return part
    if part.name == "who":
        return Part(actor(entry.actor), "who")
    value = entry.target if part.name == "what" else _detail(entry, part.name)
    return Part(one_line(value) or LEFT_OUT, part.name)


def _detail(entry: AuditEntry, name: str) -> str:
    """A detail in words; empty where the entry has lost it, or never had it."""
    details = entry.details if isinstance(entry.details, dict) else {}
    value = details.get(name)
    words = IN_WORDS.get((entry.action, name), {})
    if isinstance(value, str) and value in words:
        return str(words[value])
    return str(value) if isinstance(value, str | int) else ""
