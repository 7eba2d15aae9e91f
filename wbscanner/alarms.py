"""What the owner has to know: begun once, ended once, each told once over every channel. Rows only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django_q.tasks import async_task

from wbscanner import house
from wbscanner.models import Alarm, Delivery

DELIVER = "wbscanner.tasks.deliver"
TEST = "test"
KEPT = timedelta(days=90)  # from the end of an alarm, from the making of a message


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that is wrong now, in words for the owner."""

    kind: str
    title: str
    text: str


def update(found: Sequence[Trouble], now: datetime) -> None:
    """Begin the alarms of what is found; end those of what has not been found for ALARM_CALM."""
    for trouble in found:
        _begin(trouble, now)
    for alarm in Alarm.objects.filter(ended_at=None).exclude(kind__in=[trouble.kind for trouble in found]):
        _end(alarm, now)


def _begin(trouble: Trouble, now: datetime) -> None:
    with transaction.atomic():
        words = {"title": trouble.title[:200], "text": trouble.text}
        alarm, is_new = Alarm.objects.get_or_create(
            kind=trouble.kind, ended_at=None, defaults={**words, "began_at": now}
        )
        if is_new:
            tell(alarm.kind, alarm.title, alarm.text, now)
        elif alarm.calm_since is not None:
            Alarm.objects.filter(pk=alarm.pk).update(calm_since=None)


def _end(alarm: Alarm, now: datetime) -> None:
    """Over only when it stayed away for a while: what comes and goes must not fill anybody's mailbox."""
    with transaction.atomic():
        if alarm.calm_since is None:
            Alarm.objects.filter(pk=alarm.pk, ended_at=None).update(calm_since=now)
            return
        is_over = now - alarm.calm_since >= settings.ALARM_CALM
        if is_over and Alarm.objects.filter(pk=alarm.pk, ended_at=None).update(ended_at=alarm.calm_since):
            title = _("Over: %(title)s") % {"title": alarm.title}
            tell(alarm.kind, title, _("It was so from %(began)s to %(ended)s (UTC).") % _span(alarm), now)


def _span(alarm: Alarm) -> dict[str, str]:
    ended = alarm.calm_since or alarm.began_at
    return {"began": f"{alarm.began_at:%Y-%m-%d %H:%M}", "ended": f"{ended:%Y-%m-%d %H:%M}"}


def tell(kind: str, title: str, text: str, now: datetime) -> list[Delivery]:
    """Have the owner told over every channel that is configured."""
    rows = [
        Delivery(channel=channel, kind=kind, title=title[:200], text=text, created_at=now, due_at=now)
        for channel in settings.ALARM_CHANNELS
    ]
    made = Delivery.objects.bulk_create(rows)
    if made:
        transaction.on_commit(lambda: async_task(DELIVER))
    return made


def tell_test(now: datetime) -> list[Delivery]:
    """A message that says nothing but that the channels work."""
    with house.speaking():
        text = _("If you read this, alarms reach you here. Nothing is wrong.")
        return tell(TEST, _("A test from wbscanner"), text, now)
