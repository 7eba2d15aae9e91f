"""What is answered to a command: a sign where that is enough, else few words; never to one person without end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from groups.models import Group
from waclient import words
from waclient.chat_commands.door import Asked
from waclient.chat_commands.synonyms import Verb
from waclient.models import TO_A_PERSON, Action, ActionKind
from waclient.pacing import HOUR
from waclient.recording import sealed
from waclient.replies import is_fit
from waclient.shown_hosts import forms
from wbscanner import house

DONE, UNKNOWN = "👍", "❓"
# Answers that say that nothing was done.
NOT_DONE = frozenset({
    "which_link", "no_link", "still_checking", "which_language", "which_policy", "own_policy", "no_rule", "desks_rule",
    "pair", "not_possible",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Command:
    """A command that is carried out: `group` is None in a person's own chat, `by` the actor of the audit trail."""

    asked: Asked
    verb: Verb | None
    rest: str
    group: Group | None
    by: str
    is_admin: bool
    is_named: bool
    now: datetime

    @property
    def language(self) -> str:
        return self.group.reply_language if self.group else house.read().language


def member(key: str) -> str:
    """How a member who asked is called in rows, by the pseudonym."""
    return f"member {key[:8]}"


def has_room(command: Command) -> bool:
    """Whether this person, and this group, may be answered once more within the hour."""
    lately = Action.objects.filter(kind__in=TO_A_PERSON, created_at__gt=command.now - HOUR)
    if lately.filter(asked_by=command.by).count() >= settings.ANSWERS_PERSON_HOURLY:
        return False
    in_group = lately.filter(group=command.group).count() if command.group else 0
    return in_group < settings.ANSWERS_GROUP_HOURLY


def say(command: Command, name: str, /, **context: object) -> None:
    """Answer in words, from templates/replies/commands/; the same words twice within the hour become a sign."""
    text = text_of(name, command.language, context)
    same = Action.objects.filter(kind=ActionKind.ANSWER, group=command.group, text=text, asked_by=command.by)
    if same.filter(created_at__gt=command.now - HOUR).exists():
        sign(command, UNKNOWN if command.verb is None or name in NOT_DONE else DONE)
    else:
        _put_out(command, ActionKind.ANSWER, text)


def sign(command: Command, emoji: str) -> None:
    """Answer by a reaction to the message that asked."""
    _put_out(command, ActionKind.SIGN, emoji)


def text_of(name: str, language: str, context: Mapping[str, object]) -> str:
    """The words in a language, with the fullest form of the `host` they name that leaves them short and untappable."""
    hosts = forms(str(context["host"]), language) if "host" in context else ("",)
    texts = [words.say(f"replies/commands/{name}", language, {**context, "host": host}) for host in hosts]
    return next((text for text in texts if is_fit(text)), texts[-1])


def _put_out(command: Command, kind: ActionKind, text: str) -> None:
    if not has_room(command):
        return
    Action.objects.create(
        group=command.group,
        kind=kind,
        text=text,
        quotes=command.asked.message_id,
        address=sealed(command.asked.sender),
        asked_by=command.by,
        created_at=command.now,
    )
