"""Forgetting a member or a group, in steps that each take what is still there: killed in the middle, it goes on."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Replace
from django.utils import timezone

from groups.models import Group
from groups.policy import State
from scans.leases import held
from scans.models import Scan
from waclient import queue
from waclient.alerts.binding import is_keyed, unbind
from waclient.models import (
    Action,
    ActionState,
    Alert,
    Decision,
    Erasure,
    ModeratorsChat,
    Newcomer,
    PendingWork,
    QueueItem,
    Report,
    Sighting,
    SimulatedMessage,
)
from waclient.retention import exporting, personal
from wbscanner import audit
from wbscanner.models import ApiToken

JOB = "erasing"
LEASE = timedelta(minutes=2)
SECONDS = 10.0
ROWS_A_STEP = 100
ERASED = "erased"


def carry_out(seconds: float = SECONDS) -> int:
    """Go on with what was asked for, until the time is over; returns how many rows were removed or changed."""
    ends_at, done = time.monotonic() + seconds, 0
    with held(JOB, timezone.now(), LEASE) as is_ours:
        while is_ours and time.monotonic() < ends_at:
            erasure = Erasure.objects.filter(ended_at=None).order_by("pk").first()
            if erasure is None:
                break
            done += step(erasure)
    return done


def step(erasure: Erasure) -> int:
    """Up to ROWS_A_STEP rows of the first table that has some; where none has, the end is written down."""
    with transaction.atomic():
        count = _group_step(erasure.group_key) if erasure.group_key is not None else _member_step(erasure.keys)
        open_ = Erasure.objects.filter(pk=erasure.pk, ended_at=None)
        if count:
            open_.update(done=F("done") + count)
        elif open_.update(ended_at=timezone.now(), keys=[], group_key=None):
            what = "group.erase" if erasure.group_key is not None else "member.erase"
            details = {"erasure": erasure.pk, "rows": erasure.done}
            audit.record(erasure.asked_by, what, ERASED, details=details)
    return count


def left(erasure: Erasure) -> int:
    """How many rows are still to be removed or changed, counted now."""
    if erasure.group_key is None:
        return exporting.count(list(personal.of_member(erasure.keys)))
    group = Group.objects.filter(pk=erasure.group_key).first()
    tables = list(personal.of_group(group)) if group else [("audit", personal.audited(erasure.group_key))]
    return exporting.count(tables)


def _member_step(keys: Sequence[str]) -> int:
    steps: tuple[Callable[[Sequence[str]], int], ...] = (
        _work, _answers, _questions, _newcomers, _trust, _chats, _sightings, _signatures, _notes,
    )  # fmt: skip
    return next((count for one in steps if (count := one(keys))), 0)


def _work(keys: Sequence[str]) -> int:
    return _removed(PendingWork.objects.filter(pk__in=[row.pk for row in personal.work(keys)]))


def _answers(keys: Sequence[str]) -> int:
    return _removed(Action.objects.filter(pk__in=[row.pk for row in personal.answered(keys)]))


def _questions(keys: Sequence[str]) -> int:
    asked = Report.objects.filter(by__in=keys)
    return _removed(Action.objects.filter(quotes__in=asked.exclude(quotes="").values("quotes"))) or _removed(asked)


def _newcomers(keys: Sequence[str]) -> int:
    return _removed(Newcomer.objects.filter(member__in=keys))


def _trust(keys: Sequence[str]) -> int:
    groups = personal.trusting(keys)
    for group in groups:
        group.trusted = [one for one in group.trusted if one not in keys]
        group.save(update_fields=["trusted"])
    return len(groups)


def _chats(keys: Sequence[str]) -> int:
    bound = list(ModeratorsChat.objects.filter(is_keyed(list(keys))))
    return sum(unbind(chat, by=ERASED) for chat in bound)


def _sightings(keys: Sequence[str]) -> int:
    """The links stay, nobody's: neither their sender nor the number of the message, by which a phone shows them."""
    rows = list(personal.posted(keys).order_by("pk")[:ROWS_A_STEP])
    mine = [row.pk for row in rows]
    Action.objects.filter(sighting__in=mine, state=ActionState.PENDING).update(state=ActionState.SKIPPED, reason=ERASED)
    for row in rows:
        row.sender, row.sender_alt, row.sender_address, row.message_id = "", "", None, f"{ERASED} {row.pk}"
    Sighting.objects.bulk_update(rows, ["sender", "sender_alt", "sender_address", "message_id"])
    return len(rows)


def _signatures(keys: Sequence[str]) -> int:
    """Where their own commands and answers stand: a decision stays, the digits of who made it go."""
    count = 0
    for key in keys:
        for rows, column in personal.signed([key]):
            count += rows.update(**{column: Replace(column, Value(key[: personal.SHORT]), Value(ERASED))})
    return count


def _notes(keys: Sequence[str]) -> int:
    return int(personal.noted(keys).update(details={}))


def _group_step(group_key: int) -> int:
    group = Group.objects.filter(pk=group_key).first()
    if group is None:
        return int(personal.audited(group_key).update(target="", group_ids=[], details={}))
    Group.objects.filter(pk=group_key).update(state=State.OFF)  # nothing more is read meanwhile
    return _told_of(group) or _links_of(group) or _rest_of(group)


def _told_of(group: Group) -> int:
    """What moderators' chats were told of this group: the text may name it."""
    alerts = Alert.objects.filter(groups=group)
    Action.objects.filter(alerts__in=alerts.values("pk")).update(text="")
    return _removed(alerts)


def _links_of(group: Group) -> int:
    """Its messages' links; the verdict of one that no other group posted goes along."""
    rows = list(group.sightings.order_by("pk").values_list("pk", "url_hash")[:ROWS_A_STEP])
    count = Sighting.objects.filter(pk__in=[pk for pk, _hash in rows]).delete()[0]
    for url_hash in {url_hash for _pk, url_hash in rows}:
        if Sighting.objects.filter(url_hash=url_hash).exists():
            queue.refresh(url_hash)
            continue
        QueueItem.objects.filter(url_hash=url_hash).delete()
        if not Decision.objects.filter(url_hash=url_hash, group=None, undone_at=None).exists():
            count += Scan.objects.filter(url_hash=url_hash).delete()[0]
    return int(count)


def _rest_of(group: Group) -> int:
    tables: list[QuerySet[Any]] = [
        group.actions.all(),
        group.reports.all(),
        group.decisions.all(),
        group.overrides.all(),
        PendingWork.objects.filter(ref__startswith=group.jid),
        SimulatedMessage.objects.filter(chat=group.jid),
    ]
    if count := next((count for rows in tables if (count := _removed(rows))), 0):
        return count
    for token in ApiToken.objects.exclude(group_ids=None):
        if str(group.pk) in (token.group_ids or []):
            token.group_ids = [one for one in token.group_ids or [] if one != str(group.pk)]
            token.save(update_fields=["group_ids"])
    return int(group.delete()[0])


def _removed(rows: QuerySet[Any]) -> int:
    keys = list(rows.order_by("pk").values_list("pk", flat=True)[:ROWS_A_STEP])
    return int(rows.model._default_manager.filter(pk__in=keys).delete()[0]) if keys else 0
