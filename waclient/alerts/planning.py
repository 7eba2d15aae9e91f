"""From alerts that are due to a message in the outbox: one message a step."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from groups.models import Group
from scans.engine.scoring import Verdict
from waclient.alerts import wording
from waclient.alerts.binding import unseal
from waclient.models import Action, ActionKind, ActionState, Alert, ChatKind, Decision, ModeratorsChat
from waclient.rosters import Rosters

NUMBER_KEPT = timedelta(days=30)  # a number means one alert for that long
MOST_TOLD = 8  # alerts in one message; of more the least severe are left out
BUDGET, DECIDED, WITHDRAWN, NOT_ITS_GROUP = "budget", "decided", "withdrawn", "not_its_group"
PLANNING_FAILED = "planning_failed"
OPEN = [ActionState.PENDING, ActionState.SENDING]


def plan_next(now: datetime, rosters: Rosters | None = None) -> bool:
    """Put what is due for one chat into one message; False when nothing is due.

    While a message waits to be sent to a chat, what is no worse waits for the next one, and they go out together.
    """
    if not _due(now).exists():  # outside the transaction: looking must not lock the database
        return False
    with transaction.atomic():
        first = _due(now).select_related("chat").first()
        if first is not None:
            _tell(first.chat, list(_due(now).filter(chat=first.chat).select_related("sighting", "chat")), now)
    return True


def set_aside(now: datetime) -> bool:
    """Take the alert that is next out of the way, after telling it failed; False when nothing is due."""
    first = _due(now).first()
    return first is not None and bool(Alert.objects.filter(pk=first.pk).update(unsaid=PLANNING_FAILED))


def _due(now: datetime) -> QuerySet[Alert]:
    """The worst first, then the oldest."""
    waits = Action.objects.filter(chat=OuterRef("chat"), kind=ActionKind.ALERT, state__in=OPEN)
    as_bad = waits.filter(severity__gte=OuterRef("severity"))
    alerts = Alert.objects.filter(action__isnull=True, unsaid="", due_at__lte=now).exclude(chat__key="")
    return alerts.filter(~Exists(as_bad)).order_by("-severity", "created_at", "pk")


def _tell(chat: ModeratorsChat, due: list[Alert], now: datetime) -> None:
    """One message about as many of these as fit into it, the worst first; the rest stays unsaid, with the reason."""
    reasons = {alert.pk: needless(alert) for alert in due}
    needed = [alert for alert in due if not reasons[alert.pk]]
    for alert in due:
        if reasons[alert.pk]:
            Alert.objects.filter(pk=alert.pk).update(unsaid=reasons[alert.pk])
    if not needed:
        return
    action = Action.objects.create(
        kind=ActionKind.ALERT, chat=chat, group=group_of(chat), severity=needed[0].severity, created_at=now
    )
    for alert in needed[:MOST_TOLD]:
        alert.action, alert.number = action, _free_number(chat, now)
        alert.save(update_fields=["action", "number"])
    Alert.objects.filter(pk__in=[alert.pk for alert in needed[MOST_TOLD:]]).update(action=action, unsaid=BUDGET)
    write(action)


def write(action: Action) -> str:
    """The text of an alert as things stand now, kept on its row."""
    alerts = list(action.alerts.filter(unsaid="").select_related("sighting", "chat").order_by("number"))
    if alerts:
        action.text = wording.message(alerts[0].chat, alerts, action.alerts.filter(unsaid=BUDGET).count())
        action.save(update_fields=["text"])
    return action.text


def group_of(chat: ModeratorsChat) -> Group | None:
    """The WhatsApp group that is the chat; None for a chat with one person."""
    if chat.kind != ChatKind.GROUP:
        return None
    return Group.objects.filter(jid=unseal(chat.address)).first()


def needless(alert: Alert) -> str:
    """Why nobody needs to be told of it any more, in one word; empty when they do."""
    own = set(alert.chat.own_groups().values_list("pk", flat=True))
    groups = set(alert.groups.values_list("pk", flat=True)) & own
    said = Decision.objects.filter(url_hash=alert.url_hash, undone_at__isnull=True, at__gt=alert.created_at)
    decided = set(said.values_list("group", flat=True))
    is_gone = alert.sighting is not None and alert.sighting.withdrawn_at is not None
    claims = (
        (not groups, NOT_ITS_GROUP),
        (None in decided or groups <= decided, DECIDED),
        (is_gone and alert.verdict != Verdict.MALICIOUS, WITHDRAWN),
    )
    return next((reason for holds, reason in claims if holds), "")


def _free_number(chat: ModeratorsChat, now: datetime) -> int:
    """The smallest number that meant nothing in this chat for 30 days."""
    recent = Q(created_at__gt=now - NUMBER_KEPT) | Q(action__created_at__gt=now - NUMBER_KEPT)
    taken = set(Alert.objects.filter(recent, chat=chat, number__isnull=False).values_list("number", flat=True))
    return next(number for number in range(1, len(taken) + 2) if number not in taken)
