"""Pictures and documents that wait to be looked into: one row each, encrypted, gone when done."""

from __future__ import annotations

import base64
import json
import logging
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from waclient.client import InboundMessage, Person
from waclient.media import Media, MediaKind
from waclient.models import PendingWork, WorkKind
from wbscanner import secrets

log = logging.getLogger(__name__)

MAX_WAITING_PER_GROUP = 200
MAX_ATTEMPTS = 4
FIRST_RETRY = timedelta(seconds=30)
CLAIMED_AT_ONCE = 50  # how many rows that cannot be read are dropped in one step
RETRY_FACTOR = 4  # 30 s, 2 min, 8 min


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file to look into, and the message that carried it without its texts."""

    row: int
    media: Media
    message: InboundMessage


def put_off(message: InboundMessage) -> None:
    """Note the pictures and documents of a watched group's message for later; called in its transaction.

    The same message twice changes nothing. What is too large, or too much for one group, is left out and said so.
    """
    fitting = [media for media in message.media if not media.is_too_large]
    room = max(0, MAX_WAITING_PER_GROUP - _of(message.chat).count()) if fitting else 0
    if len(fitting) < len(message.media):
        log.info("%d files are too large to be looked into", len(message.media) - len(fitting))
    if room < len(fitting):
        log.warning("%d files of one group wait already: %d are left out", MAX_WAITING_PER_GROUP, len(fitting) - room)
    rows = (
        PendingWork(kind=WorkKind.MEDIA, ref=f"{message.chat} {message.message_id} {n}", payload=_seal(message, media))
        for n, media in enumerate(fitting[:room])
    )
    PendingWork.objects.bulk_create(rows, ignore_conflicts=True)


def take_back(message: InboundMessage, *, is_admin: bool) -> None:
    """Forget the files of a message that was deleted by its author or an admin; called in a transaction."""
    own = {message.sender.address, message.sender.other} - {""}
    for row in _of(message.chat, f"{message.message_id} "):
        waiting = _open(row)
        if waiting is None or waiting.message.message_id != message.message_id:
            continue
        if is_admin or not own.isdisjoint({waiting.message.sender.address, waiting.message.sender.other}):
            row.delete()


def claim(now: datetime) -> Waiting | None:
    """The newest file whose time has come: fresh messages can still be answered. After MAX_ATTEMPTS it is given up.

    The next attempt is written down first, so that a file that ends the process is not tried for ever.
    """
    due = PendingWork.objects.filter(kind=WorkKind.MEDIA, due_at__lte=now)
    for row in due.order_by("-created_at", "-pk")[:CLAIMED_AT_ONCE]:
        waiting = _open(row)
        if waiting is not None and row.attempts < MAX_ATTEMPTS:
            retry_at = now + FIRST_RETRY * RETRY_FACTOR**row.attempts
            PendingWork.objects.filter(pk=row.pk).update(due_at=retry_at, attempts=row.attempts + 1)
            return waiting
        log.warning("a file is given up after %d attempts", row.attempts)
        done(row.pk)
    return None


def done(row: int) -> bool:
    """Remove a row; whether it was still there: a message that was deleted meanwhile took its own along."""
    return PendingWork.objects.filter(pk=row).delete()[0] > 0


def _of(chat: str, more: str = "") -> QuerySet[PendingWork]:
    return PendingWork.objects.filter(kind=WorkKind.MEDIA, ref__startswith=f"{chat} {more}")


def _seal(message: InboundMessage, media: Media) -> str:
    """What is needed to fetch the file and to know whose it is, for this installation's eyes only."""
    values = {
        "chat": message.chat,
        "message_id": message.message_id,
        "sender": [message.sender.address, message.sender.other],
        "posted_at": message.posted_at.isoformat(),
        "is_history": message.is_history,
        "is_forwarded_often": message.is_forwarded_often,
        "quoted": [message.quoted_id, message.quoted_sender],
        "media": asdict(media),
    }
    return secrets.encrypt(settings.INSTALLATION_KEY, json.dumps(values, default=_base64))


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


def _open(row: PendingWork) -> Waiting | None:
    """None when it was written with another installation key, or by a version that wrote something else."""
    try:
        values = json.loads(secrets.decrypt(settings.INSTALLATION_KEY, row.payload))
        return Waiting(row.pk, _media(values["media"]), _message(values))
    except (secrets.Unreadable, ValueError, KeyError, TypeError):
        log.warning("the note of a file cannot be read")
        return None


def _media(values: dict[str, Any]) -> Media:
    keys = ("media_key", "file_sha256", "file_enc_sha256")
    decoded = {name: base64.b64decode(values[name]) for name in keys}
    return Media(**{**values, "kind": MediaKind(values["kind"]), **decoded})


def _message(values: dict[str, Any]) -> InboundMessage:
    return InboundMessage(
        chat=values["chat"],
        message_id=values["message_id"],
        sender=Person(*values["sender"]),
        posted_at=datetime.fromisoformat(values["posted_at"]),
        is_history=values["is_history"],
        is_forwarded_often=values["is_forwarded_often"],
        quoted_id=values["quoted"][0],
        quoted_sender=values["quoted"][1],
    )
