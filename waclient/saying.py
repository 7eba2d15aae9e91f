"""What an Action asks of WhatsApp."""

from __future__ import annotations

import json
from collections.abc import Callable

from django.conf import settings

from waclient import replies
from waclient.alerts import planning
from waclient.client import Client, MessageRef
from waclient.corrections import ANSWERS, OUT, is_reaction
from waclient.models import TO_A_PERSON, Action, ActionKind, ActionState, Sighting
from waclient.replies import About, Voice
from wbscanner import secrets

# Why a reply stands where a deletion was wanted; the deletion itself has WhatsApp's words.
DELETION_REFUSED = "deletion_refused"
NO_REACTION = ""  # what WhatsApp takes for a reaction that is taken back

Call = Callable[[], str]


def call_of(action: Action, client: Client) -> Call:
    """What carries the action out and returns WhatsApp's message id; raises secrets.Unreadable before anything is said.

    What may be repeated is done first: a call that ends halfway can be made again.
    """
    if action.kind == ActionKind.ALERT:
        text = planning.write(action)
        return lambda: client.say(chat_of(action), text, disappears_after=_timer(action))
    if action.kind in TO_A_PERSON:
        return _answer(action, client)
    sighting = action.sighting
    if sighting is None:
        return lambda: client.say(chat_of(action), action.text, disappears_after=_timer(action))
    if action.kind == ActionKind.RETRACT:
        return _retraction(action, sighting, client)
    if action.kind == ActionKind.FOLLOW_UP and not is_reaction(action):
        return _words(action, sighting, client)
    ref = _ref(action, sighting)
    calls: dict[str, Call] = {
        ActionKind.REACT: lambda: client.react(ref, action.text),
        ActionKind.FOLLOW_UP: lambda: client.react(ref, action.text),
        ActionKind.REPLY: lambda: client.reply(ref, _true_text(action, sighting), disappears_after=_timer(action)),
        ActionKind.DELETE: lambda: client.delete(ref),
    }
    return calls[action.kind]


def _answer(action: Action, client: Client) -> Call:
    """To the message of the person who asked, in the group or, without one, in that person's own chat.

    Somebody who decided by a reaction, which cannot be quoted, is answered without a quote.
    """
    if action.chat is not None and action.address is None:
        return lambda: client.say(chat_of(action), action.text, disappears_after=_timer(action))
    address = _unsealed(action.address)
    ref = MessageRef(chat=chat_of(action), message_id=action.quotes, sender=address)
    if action.kind == ActionKind.SIGN:
        return lambda: client.react(ref, action.text)
    return lambda: client.reply(ref, action.text, disappears_after=_timer(action))


def chat_of(action: Action) -> str:
    """Where it is said: in a moderators' chat where that is bound now, in its group, or in the chat of the person who
    asked. Raises secrets.Unreadable.
    """
    if action.chat is not None:
        return _unsealed(action.chat.address)
    return action.group.jid if action.group else _unsealed(action.address)


def _timer(action: Action) -> int:
    """Of the group's messages; what somebody writes to us alone says nothing that can be trusted."""
    return action.group.disappears_after if action.group else 0


def _ref(action: Action, sighting: Sighting) -> MessageRef:
    address = _unsealed(sighting.sender_address)
    return MessageRef(chat=sighting.group.jid, message_id=sighting.message_id, sender=address)


def _unsealed(sender: str | None) -> str:
    """The address under which somebody wrote in that chat."""
    address, _other = json.loads(secrets.decrypt(settings.INSTALLATION_KEY, sender or ""))
    return str(address)


def _words(action: Action, sighting: Sighting, client: Client) -> Call:
    """The words of a correction: under its message or, where that is gone or its sender forgotten, to the group."""
    removed = Action.objects.filter(sighting=sighting, kind=ActionKind.DELETE, state=ActionState.SENT)
    if sighting.sender_address is None or removed.exists():
        return lambda: client.say(chat_of(action), action.text, disappears_after=_timer(action))
    ref = _ref(action, sighting)
    return lambda: client.reply(ref, action.text, disappears_after=_timer(action))


def _retraction(action: Action, sighting: Sighting, client: Client) -> Call:
    """Reactions are taken back where they stand, then words are said where the action has any."""
    link = {"group": action.group_id, "sighting__url_hash": action.url_hash, "kind__in": ANSWERS, "state__in": OUT}
    spoken = Action.objects.filter(**link, sighting__sender_address__isnull=False).select_related("sighting__group")
    refs = [_ref(one, one.sighting) for one in spoken if one.sighting is not None and is_reaction(one)]
    words = _words(action, sighting, client) if action.text else None

    def call() -> str:
        ids = [client.react(ref, NO_REACTION) for ref in refs]
        return words() if words is not None else ids[-1] if ids else ""

    return call


def _true_text(action: Action, sighting: Sighting) -> str:
    """What was planned; a reply whose deletion did not happen is worded anew, claims no removal and notes why."""
    unmade = Action.objects.filter(sighting=sighting, kind=ActionKind.DELETE).exclude(state=ActionState.SENT)
    deletion = unmade.first()
    if deletion is None:
        return action.text
    text = replies.warning(Voice.of(sighting.group, sighting), About.decided(sighting))
    reason = deletion.reason if deletion.state == ActionState.SKIPPED else DELETION_REFUSED
    Action.objects.filter(pk=action.pk).update(text=text, reason=reason)
    return text
