"""From waiting Actions to WhatsApp, one a step: claim, send, write down what came of it."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils import timezone

from groups.models import Group
from groups.policy import State
from overrides.rules import Ruling
from scans.engine.findings import Finding
from scans.engine.scoring import Verdict
from waclient import pacing, replies, verdicts
from waclient.client import Client, MaybeSent, MessageRef, NotSent
from waclient.models import Action, ActionKind, ActionState, Sighting
from wbscanner import audit, secrets

log = logging.getLogger(__name__)

URGENCY = (ActionKind.DELETE, ActionKind.REACT, ActionKind.REPLY, ActionKind.NOTICE)
LOOK_AHEAD = 50
ASKED_MAX_AGE = timedelta(hours=24)
OUT_STATES = [ActionState.SENDING, ActionState.SENT, ActionState.UNCERTAIN]


class CannotResend(ValueError):
    """This action may not be sent again; the message says why."""


def limits() -> pacing.Limits:
    return pacing.Limits(
        gap_min=settings.SEND_GAP_MIN,
        gap_max=settings.SEND_GAP_MAX,
        group_gap=settings.SEND_GROUP_GAP,
        hourly=settings.SEND_HOURLY_CAP,
        daily=settings.SEND_DAILY_CAP,
    )


def recover() -> int:
    """At the start: what was being sent when the process died is uncertain, and stays so. Returns how many."""
    return Action.objects.filter(state=ActionState.SENDING).update(
        state=ActionState.UNCERTAIN, reason="the process ended while this was being sent"
    )


def send_next(client: Client, now: datetime) -> bool:
    """Handle the most urgent Action that may go out now; False when there is none."""
    if not client.is_ready:
        return False
    sent = _recent(now)
    is_spent = pacing.is_spent(limits(), sent, now)
    for action in _waiting(now).exclude(group__in=_resting(sent, now))[:LOOK_AHEAD]:
        if reason := _obstacle(action, now):
            return action.move(ActionState.PENDING, ActionState.SKIPPED, reason=reason)
        if is_spent:
            if action.kind == ActionKind.NOTICE:
                continue  # not about a link: it may wait for the next hour
            return action.move(ActionState.PENDING, ActionState.SKIPPED, reason="budget")
        moment = pacing.earliest(limits(), sent, action.group_id, _seed(sent))
        if moment is None or moment <= now:
            return _send(action, client, now)
    return False


def _recent(now: datetime) -> list[pacing.Sent]:
    rows = Action.objects.filter(state__in=OUT_STATES, claimed_at__gt=now - pacing.DAY)
    return [pacing.Sent(at, group_id) for at, group_id in rows.values_list("claimed_at", "group_id") if at]


def _resting(sent: list[pacing.Sent], now: datetime) -> set[int]:
    """Groups that were written to a moment ago: what waits for them must not hide what waits for others."""
    gap = timedelta(seconds=settings.SEND_GROUP_GAP)
    return {one.group_id for one in sent if one.at + gap > now}


def _seed(sent: list[pacing.Sent]) -> int:
    """Of the last send: all that waits sees the same gap, so that nothing overtakes what is more urgent."""
    return int(max((one.at.timestamp() for one in sent), default=0.0) * 1000)


def _waiting(now: datetime) -> QuerySet[Action]:
    """The most urgent first; a notice waits until its group may be spoken to."""
    is_quiet = Q(group__muted_until__gt=now) | Q(group__left_at__isnull=False)
    is_watched = Q(group__state__in=[State.WATCH, State.LIVE])
    urgency = Case(*[When(kind=kind, then=Value(at)) for at, kind in enumerate(URGENCY)], output_field=IntegerField())
    rows = Action.objects.filter(state=ActionState.PENDING).annotate(urgency=urgency)
    rows = rows.filter(~Q(kind=ActionKind.NOTICE) | (is_watched & ~is_quiet))
    return rows.order_by("urgency", "created_at", "pk").select_related("group", "sighting")


def _obstacle(action: Action, now: datetime) -> str:
    """Why this may not be sent any more; empty when it may. What a person asked for is only bound by its group."""
    group, sighting = action.group, action.sighting
    if sighting is None:
        return ""
    claims = (
        (group.left_at is not None, "left"),
        (group.state != State.LIVE, "not_live"),
        (sighting.withdrawn_at is not None, "withdrawn"),
        (sighting.sender_address is None, "address_forgotten"),
        (not action.asked_by and group.is_muted(now), "muted"),
        (not action.asked_by and now - sighting.posted_at > settings.REPLY_MAX_AGE, "too_old"),
        (action.kind == ActionKind.DELETE and not group.bot_is_admin, "not_admin"),
    )
    reason = next((reason for holds, reason in claims if holds), "")
    return reason or ("allowed" if not action.asked_by and _is_allowed(sighting, group, now) else "")


def _is_allowed(sighting: Sighting, group: Group, now: datetime) -> bool:
    """Whether a person has said since that this link is fine."""
    override = verdicts.override_of(sighting, group, now)
    return override is not None and override.ruling == Ruling.ALLOW


def _send(action: Action, client: Client, now: datetime) -> bool:
    if not action.move(ActionState.PENDING, ActionState.SENDING, claimed_at=now):
        return False
    try:
        message_id = _call(action, client)()
    except secrets.Unreadable as error:
        return action.move(ActionState.SENDING, ActionState.FAILED, reason=f"the sender's address is {error}"[:200])
    except NotSent as error:
        if error.is_temporary:
            action.move(ActionState.SENDING, ActionState.PENDING, claimed_at=None)
        else:
            action.move(ActionState.SENDING, ActionState.FAILED, claimed_at=None, reason=str(error)[:200])
        log.warning("action %d was not sent: %s", action.pk, error)
        return not error.is_temporary
    except MaybeSent as error:
        action.move(ActionState.SENDING, ActionState.UNCERTAIN, reason=str(error)[:200])
        log.warning("action %d may have been sent: %s", action.pk, error)
        return True
    except Exception as error:  # whatever the library raised, the message may be out; the row must not stay in hand
        action.move(ActionState.SENDING, ActionState.UNCERTAIN, reason=type(error).__name__)
        log.exception("action %d may have been sent", action.pk)
        return True
    action.move(ActionState.SENDING, ActionState.SENT, sent_at=timezone.now(), wa_message_id=message_id)
    return True


def _call(action: Action, client: Client) -> Callable[[], str]:
    if action.sighting is None:
        return lambda: client.say(action.group.jid, action.text)
    address, _other = json.loads(secrets.decrypt(settings.INSTALLATION_KEY, action.sighting.sender_address or ""))
    ref = MessageRef(chat=action.group.jid, message_id=action.sighting.message_id, sender=address)
    calls: dict[str, Callable[[], str]] = {
        ActionKind.REACT: lambda: client.react(ref, action.text),
        ActionKind.REPLY: lambda: client.reply(ref, _true_text(action, action.sighting)),
        ActionKind.DELETE: lambda: client.delete(ref),
    }
    return calls[action.kind]


def _true_text(action: Action, sighting: Sighting | None) -> str:
    """What was planned; a reply whose deletion did not happen is worded anew, so that it claims no removal."""
    deletion = Action.objects.filter(sighting=sighting, kind=ActionKind.DELETE).exclude(state=ActionState.SENT)
    if sighting is None or not deletion.exists():
        return action.text
    findings = [Finding.from_dict(finding) for finding in sighting.facts.get("findings", [])]
    verdict = sighting.verdict or Verdict.MALICIOUS
    place, leads_to = sighting.place, sighting.leads_to
    text = replies.warning(verdict, sighting.host, findings, is_removed=False, place=place, leads_to=leads_to)
    Action.objects.filter(pk=action.pk).update(text=text)
    return text


def send_again(action: Action, *, by: str) -> None:
    """Put an action that did not go out back into the outbox because a person asked; audited.

    Raises CannotResend for one that was sent or is waiting, or whose message is over 24 h old.
    """
    before = ActionState(action.state)
    if before not in {ActionState.FAILED, ActionState.UNCERTAIN, ActionState.SKIPPED}:
        raise CannotResend("Only what failed, is uncertain or was held back can be sent again.")
    if action.sighting is not None and timezone.now() - action.sighting.posted_at > ASKED_MAX_AGE:
        raise CannotResend("The message is more than 24 hours old: nothing is said about it any more.")
    with transaction.atomic():
        if not action.move(before, ActionState.PENDING, asked_by=by, reason="", claimed_at=None):
            raise CannotResend("Somebody was faster: look at its state again.")
        audit.record(by, "action.send_again", str(action.pk), group_ids=[str(action.group_id)], details={"was": before})
