"""From waiting Actions to WhatsApp, one a step: claim, send, write down what came of it."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.policy import State
from scans.looks import WATCHED_FOR
from waclient import brake, budget, composing, pacing
from waclient.budget import Budget
from waclient.client import Client, MaybeSent, NotSent
from waclient.models import Action, ActionKind, ActionState, PendingWork, WorkKind
from waclient.obstacles import CORRECTIONS, obstacle
from waclient.saying import call_of
from wbscanner import audit, secrets

log = logging.getLogger(__name__)

URGENCY = (
    *(ActionKind.DELETE, ActionKind.REACT, ActionKind.REPLY, ActionKind.ALERT),
    *(ActionKind.FOLLOW_UP, ActionKind.RETRACT, ActionKind.SIGN, ActionKind.ANSWER),
    *(ActionKind.QUESTION, ActionKind.NOTICE),
)
# The notice is about no link; alerts are the only thing about links that waits (docs/decisions/0012-manners.md).
MAY_WAIT = frozenset({ActionKind.NOTICE, ActionKind.ALERT, ActionKind.QUESTION})
NO_GROUP = 0  # a moderators' chat keeps no distance between two messages but that between any two
LOOK_AHEAD = 50
ASKED_MAX_AGE = timedelta(hours=24)


class CannotResend(ValueError):
    """This action may not be sent again; the message says why."""


def recover() -> int:
    """At the start: what was being sent when the process died is uncertain, and stays so. Returns how many."""
    return Action.objects.filter(state=ActionState.SENDING).update(
        state=ActionState.UNCERTAIN, reason="the process ended while this was being sent"
    )


def send_next(client: Client, now: datetime) -> bool:
    """Handle the most urgent Action that may go out now; False when there is none."""
    if not client.is_ready or not Action.objects.filter(state=ActionState.PENDING).exists():
        return False
    left, is_held = budget.read(now), brake.is_on(now)
    for action in _waiting(now, left)[:LOOK_AHEAD]:
        if reason := obstacle(action, now):
            return _skip(action, client, reason)
        if is_held or not left.has_room(action, now):
            if action.kind in MAY_WAIT:
                continue
            return _skip(action, client, "brake" if is_held else "budget")
        moment, writing = _earliest(action, left, now) or now, composing.length(action)
        if now >= moment - writing:  # what is being written is only overtaken by what is more urgent
            return _write(action, client, now, moment, writing)
    return False


def _skip(action: Action, client: Client, reason: str) -> bool:
    composing.end(action, client)
    return action.move(ActionState.PENDING, ActionState.SKIPPED, reason=reason)


def _write(action: Action, client: Client, now: datetime, moment: datetime, writing: timedelta) -> bool:
    """Send it at its moment, after typing was shown for as long as writing it takes; False while that lasts."""
    if writing and not composing.is_shown(action, now):
        return composing.begin(action, client, now)
    if now < max(moment, (action.typing_at or now) + writing if writing else moment):
        return False
    is_done = _send(action, client, now)
    composing.end(action, client)
    return is_done


def _earliest(action: Action, left: Budget, now: datetime) -> datetime | None:
    """When it may go out, None for at once: a danger that is certain is marked without waiting while all is calm."""
    if _is_certain(action) and pacing.is_calm(left.sent, now):
        return None
    group_id = action.group_id if action.chat_id is None else NO_GROUP
    return pacing.earliest(left.limits, left.sent, group_id, _seed(left))


def _is_certain(action: Action) -> bool:
    """Whether it is the reaction to what needs no second opinion."""
    sighting = action.sighting
    return action.kind == ActionKind.REACT and sighting is not None and sighting.facts.get("is_conclusive") is True


def _resting(left: Budget, now: datetime) -> set[int]:
    """Groups that were written to a moment ago: what waits for them must not hide what waits for others."""
    gap = timedelta(seconds=left.limits.group_gap)
    return {one.group_id for one in left.sent if one.group_id is not None and one.at + gap > now}


def _seed(left: Budget) -> int:
    """Of the last send: all that waits sees the same gap, so that nothing overtakes what is more urgent."""
    return int(max((one.at.timestamp() for one in left.sent), default=0.0) * 1000)


def _waiting(now: datetime, left: Budget) -> QuerySet[Action]:
    """The most dangerous first, then the most urgent; a notice waits until its group may be spoken to."""
    is_quiet = Q(group__muted_until__gt=now) | Q(group__left_at__isnull=False)
    is_watched = Q(group__state__in=[State.WATCH, State.LIVE])
    is_certain = Q(kind=ActionKind.REACT, sighting__facts__is_conclusive=True)
    urgency = Case(*[When(kind=kind, then=Value(at)) for at, kind in enumerate(URGENCY)], output_field=IntegerField())
    rows = Action.objects.filter(state=ActionState.PENDING).annotate(urgency=urgency)
    rows = rows.filter(~Q(kind=ActionKind.NOTICE) | (is_watched & ~is_quiet))
    rows = rows.filter(~Q(group__in=_resting(left, now)) | is_certain | Q(chat__isnull=False))
    return rows.order_by("-severity", "urgency", "created_at", "pk").select_related("group", "chat", "sighting__group")


def _send(action: Action, client: Client, now: datetime) -> bool:
    if not action.move(ActionState.PENDING, ActionState.SENDING, claimed_at=now):
        return False
    try:
        message_id = call_of(action, client)()
    except secrets.Unreadable as error:
        reason = f"the sender's address is {error}"[:200]
        return action.move(ActionState.SENDING, ActionState.FAILED, claimed_at=None, reason=reason)
    except NotSent as error:
        return _refused(action, error, now)
    except MaybeSent as error:
        action.move(ActionState.SENDING, ActionState.UNCERTAIN, reason=str(error)[:200])
        log.warning("action %d may have been sent: %s", action.pk, error)
        brake.judge(str(error), now)
        return True
    except Exception as error:  # whatever the library raised, the message may be out; the row must not stay in hand
        action.move(ActionState.SENDING, ActionState.UNCERTAIN, reason=type(error).__name__)
        log.exception("action %d may have been sent", action.pk)
        brake.judge(type(error).__name__, now)
        return True
    action.move(ActionState.SENDING, ActionState.SENT, sent_at=timezone.now(), wa_message_id=message_id)
    return True


def _refused(action: Action, error: NotSent, now: datetime) -> bool:
    """What certainly did not go out waits again when it may work later; otherwise it has failed."""
    log.warning("action %d was not sent: %s", action.pk, error)
    if error.is_temporary:
        action.move(ActionState.SENDING, ActionState.PENDING, claimed_at=None)
        return False
    action.move(ActionState.SENDING, ActionState.FAILED, reason=str(error)[:200])
    if action.kind == ActionKind.DELETE and action.group is not None:  # perhaps the bot is no admin any more
        PendingWork.want(WorkKind.GROUP_INFO, action.group.jid, now)
    brake.judge(str(error), now)
    return True


def send_again(action: Action, *, by: str) -> None:
    """Put an action that did not go out back into the outbox because a person asked; audited.

    Raises CannotResend for one that was sent or is waiting, or whose message is over 24 h old (8 days: a correction).
    """
    before = ActionState(action.state)
    if before not in {ActionState.FAILED, ActionState.UNCERTAIN, ActionState.SKIPPED}:
        raise CannotResend(_("Only what failed, is uncertain or was held back can be sent again."))
    max_age = WATCHED_FOR if action.kind in CORRECTIONS else ASKED_MAX_AGE
    began_at = action.sighting.posted_at if action.sighting is not None else action.created_at
    if action.kind != ActionKind.NOTICE and timezone.now() - began_at > max_age:
        hours = max_age // timedelta(hours=1)
        said = _("The message is more than %(hours)d hours old: nothing is said about it any more.")
        raise CannotResend(said % {"hours": hours})
    with transaction.atomic():
        if not action.move(before, ActionState.PENDING, asked_by=by, reason="", claimed_at=None):
            raise CannotResend(_("Somebody was faster: look at its state again."))
        groups = [] if action.group_id is None else [str(action.group_id)]
        audit.record(by, "action.send_again", str(action.pk), group_ids=groups, details={"was": before})
