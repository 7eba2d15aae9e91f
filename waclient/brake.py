"""The brake: at any sign that WhatsApp restricts the number nothing is sent for a while; scanning goes on."""

from __future__ import annotations

import logging
import re
from datetime import datetime

from django.conf import settings
from django.db import transaction

from waclient.models import Action, ActionState, Connection
from wbscanner import audit

log = logging.getLogger(__name__)

# Digits count as a code only by themselves, not inside an id or a number.
RESTRICTION = re.compile(r"(?<![\w.])429(?!\w|\.\d)|rate-overlimit|too many|temporarily banned")
# Refusals that are about one group (announcements only, removed from it), not about the number.
OF_ONE_GROUP = re.compile(r"(?<![\w.])40[134](?!\w|\.\d)|not-authorized|forbidden|item-not-found|no lid")
FAILURES = 3
TRIED = [ActionState.SENT, ActionState.FAILED, ActionState.UNCERTAIN]


def is_on(now: datetime) -> bool:
    """Whether nothing may be sent now."""
    return Connection.objects.filter(held_until__gt=now).exists()


def hold(because: str, now: datetime, *, until: datetime | None = None) -> None:
    """Stop sending for SEND_BRAKE, or until a later moment; a longer stop that is on stays."""
    ends_at = max(now + settings.SEND_BRAKE, until or now)
    held_until = Connection.get().held_until
    if held_until is not None and held_until > ends_at:
        return
    log.error("nothing is sent until %s: %s", ends_at.isoformat(timespec="seconds"), because)
    Connection.write(held_until=ends_at, held_at=now, held_because=because[:200])


def release(*, by: str) -> bool:
    """A person lets sending go on; audited. False when nothing was held."""
    with transaction.atomic():
        if not Connection.objects.filter(held_until__isnull=False).update(held_until=None):
            return False
        audit.record(by, "connection.release", "phone")
    return True


def judge(words: str, now: datetime) -> None:
    """After a send that went wrong: pull the brake on a restriction, or when the last few all went wrong."""
    if RESTRICTION.search(words) is not None:
        hold(f"WhatsApp said: {words}", now)
    elif _have_all_failed():
        hold(f"{FAILURES} sends in a row failed, the last with: {words}", now)


def judge_answer(words: str, now: datetime) -> bool:
    """After a question that was not answered: pull the brake on a restriction; whether it was one."""
    is_restricted = RESTRICTION.search(words) is not None
    if is_restricted:
        hold(f"WhatsApp said to a question: {words}", now)
    return is_restricted


def _have_all_failed() -> bool:
    """Whether the last sends since the brake was last pulled went wrong, not counting refusals of one group."""
    tried = Action.objects.filter(state__in=TRIED, claimed_at__isnull=False)
    held_at = Connection.get().held_at
    if held_at is not None:
        tried = tried.filter(claimed_at__gt=held_at)
    last = tried.order_by("-claimed_at", "-pk").values_list("state", "reason")[:FAILURES]
    return len(last) == FAILURES and all(_is_sign(state, reason) for state, reason in last)


def _is_sign(state: str, reason: str) -> bool:
    return state != ActionState.SENT and OF_ONE_GROUP.search(reason) is None
