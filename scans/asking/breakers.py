"""Circuit breakers: a provider that fails is left alone for a while, then asked by one scan alone."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from scans.engine.consult import Fault
from scans.engine.providers.provider import Trouble
from scans.models import ProviderState

# So many failures within so long open the breaker, for so long.
MOST_FAILURES = 5
WINDOW = timedelta(seconds=60)
OPEN = timedelta(seconds=30)
# How long the one scan that tries again may take to say how it went.
PROBE = timedelta(seconds=10)
# A quota that was refused without saying for how long, and a key that was refused.
QUOTA_PAUSE = timedelta(seconds=60)
KEY_PAUSE = timedelta(minutes=10)
# No pause is longer (calls.LONGEST_RETRY_AFTER): one that is was begun by a clock that was ahead.
LONGEST_PAUSE = timedelta(hours=24)
# Columns that belong to the breaker, as they are while nothing is wrong.
CLOSED = {"failures": 0, "failing_since": None, "open_until": None, "probe_until": None}


def may_ask(state: ProviderState | None, now: datetime) -> bool:
    """Whether a provider may be asked now; after a pause only the one that gets the probe may."""
    if state is None or state.open_until is None:
        return True
    if now < state.open_until <= now + LONGEST_PAUSE:
        return False
    free = ProviderState.objects.filter(pk=state.pk, open_until=state.open_until)
    free = free.filter(Q(probe_until=None) | Q(probe_until__lte=now) | Q(probe_until__gt=now + LONGEST_PAUSE))
    return bool(free.update(probe_until=now + PROBE))


def note_answer(name: str, now: datetime) -> None:
    """It answered: whatever was wrong is over."""
    ProviderState.objects.update_or_create(name=name, defaults={**CLOSED, "last_answer_at": now})


def note_fault(name: str, fault: Fault, now: datetime) -> None:
    """It failed: counted, and the breaker opened when it hangs, asks to be left alone, or has failed too often."""
    with transaction.atomic():
        ProviderState.objects.get_or_create(name=name)
        state = ProviderState.objects.select_for_update().get(name=name)
        was_open = state.open_until is not None
        state.last_failure_at, state.last_error, state.probe_until = now, fault.message[:300], None
        pause = _asked_pause(fault)
        if fault.trouble is Trouble.QUOTA:  # it is there and says so
            state.failures, state.failing_since = 0, None
        else:
            _count(state, now)
            if fault.is_hanging or was_open or state.failures >= MOST_FAILURES:
                pause = max(pause, OPEN)
        if pause:
            earlier = state.open_until if state.open_until and state.open_until <= now + LONGEST_PAUSE else now
            state.open_until = max(now + min(pause, LONGEST_PAUSE), earlier)
        state.save(
            update_fields=[
                "failures", "failing_since", "open_until", "probe_until", "last_failure_at", "last_error",
            ]
        )  # fmt: skip


def is_out_of_quota(state: ProviderState) -> bool:
    """Whether it is left alone because its quota is used up, not because it failed."""
    return state.failures == 0


def _count(state: ProviderState, now: datetime) -> None:
    if state.failing_since is None or not now - WINDOW < state.failing_since <= now + WINDOW:
        state.failures, state.failing_since = 0, now
    state.failures += 1


def _asked_pause(fault: Fault) -> timedelta:
    """For how long it asked to be left alone, or made clear that asking is of no use."""
    if fault.retry_after is not None:
        return timedelta(seconds=fault.retry_after)
    return {Trouble.QUOTA: QUOTA_PAUSE, Trouble.BAD_KEY: KEY_PAUSE}.get(fault.trouble, timedelta())
