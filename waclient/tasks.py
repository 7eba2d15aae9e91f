"""Housekeeping that the worker runs for the WhatsApp side."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from waclient import troubles
from waclient.alerts.planning import NUMBER_KEPT
from waclient.models import Action, Alert, Connection, ModeratorsChat, Newcomer, PendingWork, Report, Sighting
from wbscanner import alarms, house

ALERTS_KEPT = 2 * NUMBER_KEPT  # whatever is answered to a number, it is the newest alert of that number
WORK_KEPT = timedelta(hours=24)
REPORTS_KEPT = timedelta(days=90)


def forget_addresses() -> int:
    """Null people's encrypted addresses after SENDER_ADDRESS_KEPT (72 h); returns how many."""
    old = timezone.now() - settings.SENDER_ADDRESS_KEPT
    senders = Sighting.objects.filter(sender_address__isnull=False, received_at__lt=old)
    answered = Action.objects.filter(address__isnull=False, created_at__lt=old)
    asked = Report.objects.filter(address__isnull=False, asked_at__lt=old)
    return senders.update(sender_address=None) + answered.update(address=None) + asked.update(address=None)


def forget_reports() -> int:
    """Remove members' questions 90 days after they were asked; returns how many."""
    return Report.objects.filter(asked_at__lt=timezone.now() - REPORTS_KEPT).delete()[0]


def forget_codes() -> int:
    """Remove the hashes of codes that nobody used within their 15 minutes; returns how many."""
    over = ModeratorsChat.objects.filter(code_expires_at__lt=timezone.now())
    return over.exclude(code_hash="").update(code_hash="", code_expires_at=None)


def forget_newcomers() -> int:
    """Remove who joined longer ago than NEWCOMER_FOR (7 days); returns how many."""
    old = timezone.now() - settings.NEWCOMER_FOR
    return Newcomer.objects.filter(joined_at__lt=old).delete()[0]


def watch() -> int:
    """Begin and end the owner's alarms by how the connection stands; returns how many troubles there are."""
    now = timezone.now()
    with house.speaking():
        found = troubles.find(Connection.get(), now)
        alarms.update(found, now)
    return len(found)


def drop_old_work() -> int:
    """Remove work that nobody could do within 24 h; returns how many rows."""
    return PendingWork.objects.filter(created_at__lt=timezone.now() - WORK_KEPT).delete()[0]


def forget_alerts() -> int:
    """Remove what moderators were told so long ago that its numbers mean something else; returns how many rows."""
    return Alert.objects.filter(created_at__lt=timezone.now() - ALERTS_KEPT).delete()[0]
