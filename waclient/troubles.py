"""What the owner of the number has to know now, from the row of the connection alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.utils.translation import gettext as _

from waclient.models import NEEDS_A_PERSON, Connection, Phase
from waclient.rhythm import from_json, is_deaf
from wbscanner.alarms import Trouble

PHONE_ENDS_AFTER = timedelta(days=14)
NOT_SET_UP = frozenset({Phase.NEVER_PAIRED, Phase.PAIRING, Phase.PAIRING_ENDED})


class Kind(StrEnum):
    BRAKE = "brake"
    BANNED = "banned"
    LOGGED_OUT = "logged_out"
    REPLACED = "replaced"
    OUTDATED = "outdated"
    DOWN = "down"
    DEAF = "deaf"
    PHONE = "phone"


def find(row: Connection, now: datetime) -> list[Trouble]:
    """In words for the owner; nothing of an account that is only played or was never linked."""
    if settings.IS_SIMULATED or row.phase in NOT_SET_UP:
        return []
    return [Trouble(kind, *_words(kind, row, now)) for kind in _kinds(row, now)]


def _kinds(row: Connection, now: datetime) -> Iterator[Kind]:
    if row.held_until is not None and row.held_until > now:
        yield Kind.BRAKE
    if row.phase in NEEDS_A_PERSON:
        yield Kind(row.phase)
        return
    if not is_well(row, now):
        yield Kind.DOWN
    elif is_row_deaf(row, now):
        yield Kind.DEAF
    if (opened_at := phone_seen_at(row)) is not None and now - opened_at >= settings.PHONE_REMIND_AFTER:
        yield Kind.PHONE


def is_well(row: Connection, now: datetime) -> bool:
    """Whether the socket was connected and at work within ALARM_DOWN_AFTER."""
    last = row.well_at or row.connected_at
    return last is not None and now - last < settings.ALARM_DOWN_AFTER


def is_row_deaf(row: Connection, now: datetime) -> bool:
    heard_at = row.heard_at
    deaf_after = settings.ALARM_DEAF_AFTER
    return heard_at is not None and is_deaf(from_json(row.rhythm), heard_at, now, at_least=deaf_after)


def phone_seen_at(row: Connection) -> datetime | None:
    """When the phone itself was last known to be online."""
    return row.phone_at or row.paired_at


def phone_days_left(row: Connection, now: datetime) -> int | None:
    """Whole days until WhatsApp may end the link for want of the phone; None without a phone."""
    seen_at = phone_seen_at(row)
    return None if seen_at is None or not row.jid else max(0, (seen_at + PHONE_ENDS_AFTER - now).days)


def _words(kind: Kind, row: Connection, now: datetime) -> tuple[str, str]:
    """Title and text of an alarm."""
    held_until = row.held_until or now
    values = {
        "until": f"{held_until:%Y-%m-%d %H:%M}",
        "because": row.held_because,
        "banned": f"{row.banned_until:%Y-%m-%d %H:%M}" if row.banned_until else "?",
        "days": phone_days_left(row, now),
        "heard": f"{row.heard_at:%Y-%m-%d %H:%M}" if row.heard_at else "?",
    }
    title, text = _templates()[kind]
    return title, text % values


def _templates() -> dict[Kind, tuple[str, str]]:
    return {
        Kind.BRAKE: (
            _("Nothing is sent: WhatsApp seems to restrict the number"),
            _("Until %(until)s (UTC) the bot says nothing; links are still checked. Sign: %(because)s"),
        ),
        Kind.BANNED: (
            _("WhatsApp banned the number for a while"),
            _("Nothing is read or said until %(banned)s (UTC). After that, connect again on the desk's page Phone."),
        ),
        Kind.LOGGED_OUT: (
            _("The bot was logged out"),
            _("Somebody removed it from the phone's linked devices, or WhatsApp did. Link it again on the page Phone."),
        ),
        Kind.REPLACED: (
            _("The bot's session was opened somewhere else"),
            _("Two copies must not run. Stop the other one, then connect again on the desk's page Phone."),
        ),
        Kind.OUTDATED: (
            _("WhatsApp asks for a newer version of wbscanner"),
            _("Upgrade wbscanner; no link is read until then. docs/operations.md says how."),
        ),
        Kind.DOWN: (
            _("The bot is not connected to WhatsApp"),
            _("Its process has not been connected for some minutes. What is posted is read later, not answered."),
        ),
        Kind.DEAF: (
            _("The bot looks connected and hears nothing"),
            _("The last message came at %(heard)s (UTC); unusual for this number. Restart the socket's process."),
        ),
        Kind.PHONE: (
            _("Open WhatsApp on the bot's phone"),
            _("WhatsApp may end the link in %(days)s days. Open it there, then say so on the desk's page Phone."),
        ),
    }
