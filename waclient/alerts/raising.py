"""From a decision on a message to what the moderators are to be told, and when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet

from groups.policy import QuietHours
from scans.engine.scoring import Verdict
from waclient.judgements import Judged
from waclient.models import UNSENT, Alert, ModeratorsChat, Sighting

TOLD_FOR = timedelta(hours=24)


def subject_of(sighting: Sighting) -> str:
    """What moderators are told of once, however often and wherever it is posted: the campaign, else the link."""
    return sighting.url_hash if sighting.campaign_id is None else f"campaign {sighting.campaign_id}"


def raise_worst(judged: Iterable[Judged], now: datetime) -> None:
    """Tell the chats of the message's group of the worst of its links, as far as its policy wants that."""
    told = [one for one in judged if one.plan.alerts]
    worst = max(told, key=lambda one: (one.severity, one.score), default=None)
    if worst is not None:
        for chat in ModeratorsChat.objects.filter(groups=worst.sighting.group_id).exclude(key=""):
            if chat.own_groups().filter(pk=worst.sighting.group_id).exists():
                _raise(chat, worst, now)


def _raise(chat: ModeratorsChat, one: Judged, now: datetime) -> None:
    """A new alert, or one of the last day that says as much already, or a waiting one made worse."""
    lately = Alert.objects.filter(chat=chat, subject=subject_of(one.sighting), unsaid="", created_at__gt=now - TOLD_FOR)
    lately = lately.exclude(action__state__in=UNSENT)
    alert = lately.filter(severity__gte=one.severity).first() or lately.filter(action__isnull=True).first()
    if alert is None:
        alert = Alert(chat=chat, subject=subject_of(one.sighting), created_at=now)
    elif alert.severity >= one.severity:
        alert.groups.add(one.sighting.group_id)
        return
    alert.url_hash, alert.sighting = one.sighting.url_hash, one.sighting
    alert.verdict, alert.severity = one.verdict, one.severity
    alert.due_at = due_at(one.verdict, one.policy.quiet, _waiting(chat), now)
    alert.save()
    alert.groups.add(one.sighting.group_id)


def _waiting(chat: ModeratorsChat) -> QuerySet[Alert]:
    return Alert.objects.filter(chat=chat, action__isnull=True, unsaid="").exclude(verdict=Verdict.MALICIOUS)


def due_at(verdict: Verdict, quiet: QuietHours | None, waiting: QuerySet[Alert], now: datetime) -> datetime:
    """At once for what is dangerous; the rest gathers for ALERT_BATCH, and until quiet hours are over."""
    if verdict is Verdict.MALICIOUS:
        return now
    gathering = waiting.filter(due_at__gt=now, due_at__lte=now + settings.ALERT_BATCH).order_by("due_at").first()
    due: datetime = gathering.due_at if gathering is not None else now + settings.ALERT_BATCH
    return quiet.ends_after(due) if quiet is not None and quiet.covers(due) else due
