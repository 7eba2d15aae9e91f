"""Which WhatsApp chat is a moderators' chat: bound by a code that the desk shows once, unbound in the desk."""

from __future__ import annotations

import json
import re
import secrets as randomness
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from waclient.client import Person
from waclient.models import Action, ActionState, Alert, ChatKind, ModeratorsChat
from waclient.recording import keys, sealed
from wbscanner import audit, secrets

CODE_LIFE = timedelta(minutes=15)
# Without letters and digits that look alike; 8 of them are 40 bits, for a quarter of an hour.
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
HALF = 4
CODE = re.compile(rf"\s*([{ALPHABET}]{{{HALF}}})[\s-]?([{ALPHABET}]{{{HALF}}})\s*", re.IGNORECASE)
UNBOUND = {"kind": "", "key": "", "other_key": "", "address": None, "bound_at": None}
NO_CODE = {"code_hash": "", "code_expires_at": None}
SKIPPED_UNBOUND = "unbound"


def make_code(chat: ModeratorsChat, *, by: str) -> str:
    """A new code for this chat, in clear for the only time; the one before counts no more."""
    first, second = ("".join(randomness.choice(ALPHABET) for _ in range(HALF)) for _ in range(2))
    with transaction.atomic():
        chat.code_hash, chat.code_expires_at = _hash(first + second), timezone.now() + CODE_LIFE
        chat.save(update_fields=["code_hash", "code_expires_at"])
        audit.record(by, "chat.code", str(chat), group_ids=group_ids(chat))
    return f"{first}-{second}"


def chat_of_code(text: str, now: datetime) -> ModeratorsChat | None:
    """The chat that waits for exactly this text; None for any other text."""
    found = CODE.fullmatch(text)
    if found is None:
        return None
    wanted = _hash("".join(found.groups()).upper())
    return ModeratorsChat.objects.filter(code_hash=wanted, code_expires_at__gt=now).first()


def bind(chat: ModeratorsChat, kind: ChatKind, person: Person, by: str, now: datetime) -> bool:
    """Let this WhatsApp chat (for a group `person` is its address) be the moderators' chat; its code is used up.

    False when the code was used or ran out meanwhile. What the same WhatsApp chat was bound to before, it is no more.
    """
    own = keys((person.identity, person.other_identity))
    values: dict[str, object] = {
        "kind": kind,
        "key": own[0],
        "other_key": own[1] if len(own) > 1 else "",
        "address": sealed(person),
        "bound_at": now,
        **NO_CODE,
    }
    with transaction.atomic():
        waiting = ModeratorsChat.objects.filter(pk=chat.pk, code_expires_at__gt=now).exclude(code_hash="")
        if not waiting.exists():
            return False
        for before in ModeratorsChat.objects.filter(is_keyed(own)).exclude(pk=chat.pk):
            unbind(before, by=by)
        bound = waiting.update(**values)
        if bound:
            audit.record(by, "chat.bind", str(chat), group_ids=group_ids(chat), details={"kind": str(kind)})
    return bool(bound)


def unbind(chat: ModeratorsChat, *, by: str) -> bool:
    """Tell this chat nothing more and take no more answers from it; its address is forgotten. False when not bound."""
    with transaction.atomic():
        bound = ModeratorsChat.objects.filter(Q(pk=chat.pk), ~Q(key="") | ~Q(code_hash=""))
        if not bound.update(**UNBOUND, **NO_CODE):
            return False
        waiting = Alert.objects.filter(chat=chat, action__isnull=True, unsaid="")
        waiting.update(unsaid=SKIPPED_UNBOUND)
        Action.objects.filter(chat=chat, state=ActionState.PENDING).update(
            state=ActionState.SKIPPED, reason=SKIPPED_UNBOUND
        )
        audit.record(by, "chat.unbind", str(chat), group_ids=group_ids(chat))
    return True


def chat_at(person: Person) -> ModeratorsChat | None:
    """The moderators' chat that goes by one of these addresses (of a group, or of who writes to the bot alone)."""
    return ModeratorsChat.objects.filter(is_keyed(keys((person.address, person.other)))).first()


def is_keyed(own: list[str]) -> Q:
    return Q(key__in=own) | Q(other_key__in=own)


def unseal(sealed: str | None) -> str:
    """The address to write to; raises secrets.Unreadable."""
    address, _other = json.loads(secrets.decrypt(settings.INSTALLATION_KEY, sealed or ""))
    return str(address)


def group_ids(chat: ModeratorsChat) -> list[str]:
    return [str(pk) for pk in chat.groups.order_by("pk").values_list("pk", flat=True)]


def _hash(code: str) -> str:
    return secrets.pseudonym(settings.INSTALLATION_KEY, f"binding code {code}")
