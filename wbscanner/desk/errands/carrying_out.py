"""Long pieces of work, carried out by the worker step by step: a crash repeats one step, or is said to end it."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django_q.tasks import async_task

from wbscanner.desk.errands import files
from wbscanner.desk.errands.kinds import KINDS
from wbscanner.desk.errands.steps import Step, Stopped
from wbscanner.models import Errand, ErrandState

log = logging.getLogger(__name__)

CARRY_OUT = "wbscanner.desk.errands.carrying_out.carry_out"
SECONDS = 15.0  # steps are begun so long, then others have their turn; inside JOB_TIMEOUT with the step begun last
LEASE = timedelta(seconds=70)  # a worker that is silent so long is dead: longer than JOB_TIMEOUT
MOST_TRIES = 3
KEPT = Errand.KEPT  # from its end on


class _Lost(Exception):
    """Another worker has taken it over; what was just done is taken back."""


def begin(kind: str, user: User, given: Mapping[str, Any], content: bytes = b"") -> Errand:
    """Have something done; with the file that was brought for it."""
    with transaction.atomic():
        errand = Errand.objects.create(kind=kind, asked_by=user, given=dict(given))
        if content:
            files.put(files.brought(errand), content)
        async_task(CARRY_OUT, errand.pk)  # a row too: stored together or not at all
    return errand


def say_yes(errand: Errand, place: Mapping[str, Any]) -> bool:
    """Let it go on that waited for a person's yes; False when somebody said it before."""
    with transaction.atomic():
        asked = Errand.objects.filter(pk=errand.pk, state=ErrandState.ASKS)
        is_first = asked.update(state=ErrandState.GOING_ON, place=dict(place), done=0, tries=0)
        if is_first:
            async_task(CARRY_OUT, errand.pk)
    return bool(is_first)


def carry_out(errand_id: int) -> str:
    """Go on with one for SECONDS; what is left then is queued again."""
    errand = _claim(errand_id, timezone.now())
    if errand is None:
        return "nothing to do"
    try:
        state = _go_on(errand)
    except Stopped as stop:
        state = ErrandState.FAILED
        _end(errand, state, problem=stop.code)
    except _Lost:
        return "another worker is at it"
    finally:
        Errand.objects.filter(pk=errand.pk, fence=errand.fence).update(until=None)
    if state == ErrandState.GOING_ON:
        async_task(CARRY_OUT, errand_id)
    if state in {ErrandState.DONE, ErrandState.FAILED}:
        files.brought(errand).unlink(missing_ok=True)
    return str(state)


def sweep() -> int:
    """Ring for those whose worker died, and forget what ended a day ago; how many were rung for."""
    now = timezone.now()
    left = Errand.objects.filter(_is_free(now), state=ErrandState.GOING_ON, asked_at__lt=now - timedelta(seconds=20))
    rung = list(left.values_list("pk", flat=True))
    for errand_id in rung:
        async_task(CARRY_OUT, errand_id)
    old = Errand.objects.exclude(state=ErrandState.GOING_ON).filter(asked_at__lt=now - KEPT)
    _forget(old.filter(Q(ended_at=None) | Q(ended_at__lt=now - KEPT)))
    files.remove_older(2 * KEPT.total_seconds())
    return len(rung)


def forget(kind: str) -> None:
    """Remove all of a kind with their files, whatever they are at."""
    _forget(Errand.objects.filter(kind=kind))


def _forget(rows: QuerySet[Errand]) -> None:
    for errand_id in list(rows.values_list("pk", flat=True)):
        Errand.objects.filter(pk=errand_id).delete()
        files.remove(errand_id)


def _is_free(now: datetime) -> Q:
    return Q(until=None) | Q(until__lte=now) | Q(until__gt=now + LEASE)


def _claim(errand_id: int, now: datetime) -> Errand | None:
    """The row when it is ours to go on with; one that broke off MOST_TRIES times in a row ends."""
    with transaction.atomic():
        free = Errand.objects.filter(_is_free(now), pk=errand_id, state=ErrandState.GOING_ON)
        errand = free.select_for_update().first()
        if errand is None:
            return None
        if errand.tries >= MOST_TRIES:
            _end(errand, ErrandState.FAILED, problem="broke_off")
            return None
        free.update(until=now + LEASE, fence=F("fence") + 1, tries=F("tries") + 1)
        errand.refresh_from_db()
    return errand


def _go_on(errand: Errand) -> ErrandState:
    """The state it is left in."""
    steps, ends_at, is_kept = KINDS[errand.kind].work(errand), time.monotonic() + SECONDS, True
    while time.monotonic() < ends_at or not is_kept:
        with transaction.atomic():
            step = next(steps, None)
            if step is None:
                _end(errand, ErrandState.DONE)
                return ErrandState.DONE
            _write(errand, step)
        if step.asks:
            return ErrandState.ASKS
        is_kept = step.is_kept
    return ErrandState.GOING_ON


def _write(errand: Errand, step: Step) -> None:
    columns: dict[str, Any] = {"done": step.done, "total": step.total, "until": timezone.now() + LEASE}
    if step.is_kept or step.asks:
        columns |= {"place": step.place, "tries": 0}
    if step.asks:
        columns["state"] = ErrandState.ASKS
    if not _ours(errand).update(**columns):
        raise _Lost


def _end(errand: Errand, state: ErrandState, problem: str = "") -> None:
    given = errand.given if KINDS[errand.kind].keeps_given else {}
    columns = {"state": state, "problem": problem, "given": given, "ended_at": timezone.now(), "until": None}
    if not _ours(errand).update(**columns):
        raise _Lost
    if state == ErrandState.FAILED:
        log.warning("piece of work %d (%s) ended: %s", errand.pk, errand.kind, problem)


def _ours(errand: Errand) -> QuerySet[Errand]:
    return Errand.objects.filter(pk=errand.pk, fence=errand.fence, state=ErrandState.GOING_ON)
