"""What providers allow in a span of time: reserved before they are asked, exactly, by all processes together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction

from scans.engine.findings import NotCheckedReason
from scans.engine.providers.provider import Card, Span
from scans.models import Quota

# Seconds of a sliding span, and of the slices in which its requests are counted. A slice counts until the last moment
# of it has left the span, so that no span of that length ever holds more than the limit.
SLIDING: Mapping[Span, tuple[int, int]] = {Span.MINUTE: (60, 1), Span.HOUR: (3600, 60)}
# How far the clocks of several machines may be apart.
SKEW = timedelta(seconds=30)
# Below this share of a limit only the riskier links are asked about.
SAVED_SHARE = 0.2
# Calls that must be left, and half of the limit besides, before one reserves a second try.
PLENTY = 20


@dataclass(frozen=True, slots=True)
class Use:
    """How much of one allowance is spent."""

    span: Span
    spent: int
    limit: int

    @property
    def left(self) -> int:
        return max(self.limit - self.spent, 0)


@dataclass(frozen=True, slots=True)
class Grant:
    """How often one call may be tried (each try is reserved), or why not at all."""

    tries: int = 0
    gap: NotCheckedReason | None = None


def reserve(card: Card, now: datetime, units: int | None = None) -> bool:
    """Take `units` requests (those of one call, unless told) out of every allowance of a provider, or none at all."""
    units = card.max_requests if units is None else units
    with transaction.atomic():
        rows = _locked(card)
        is_allowed = all(use.left >= units for use in _uses(card, rows, now))
        if is_allowed:
            _spend(rows, units, now)
    return is_allowed


def grant(card: Card, now: datetime, *, is_urgent: bool) -> Grant:
    """Reserve one call, or two tries of it where there is plenty; a quota near its end is kept for urgent ones."""
    with transaction.atomic():
        rows = _locked(card)
        uses = _uses(card, rows, now)
        if any(use.left < card.max_requests for use in uses):
            return Grant(gap=NotCheckedReason.QUOTA)
        if not is_urgent and any(use.left < use.limit * SAVED_SHARE for use in uses):
            return Grant(gap=NotCheckedReason.SAVED)
        tries = 2 if card.is_safe_to_repeat and all(_is_plenty(card, use) for use in uses) else 1
        _spend(rows, tries * card.max_requests, now)
    return Grant(tries)


def give_back(card: Card, units: int, taken_at: datetime) -> None:
    """Return requests that were reserved at that moment and never sent."""
    if units <= 0:
        return
    with transaction.atomic():
        for row in _locked(card):
            key = str(_slice(Span(row.span), taken_at))
            if key in row.spent:
                row.spent = {**row.spent, key: max(row.spent[key] - units, 0)}
                row.save(update_fields=["spent"])


def uses(cards: Iterable[Card], now: datetime) -> dict[str, list[Use]]:
    """What is spent of every allowance, by provider; one query."""
    by_name = {card.name: card for card in cards}
    rows: dict[str, list[Quota]] = {account_of(card): [] for card in by_name.values()}
    for row in Quota.objects.filter(provider__in=rows).order_by("id"):
        rows[row.provider].append(row)
    return {name: _uses(card, rows[account_of(card)], now) for name, card in by_name.items()}


def account_of(card: Card) -> str:
    """Whose rows count what it spends."""
    return card.account or card.name


def _is_plenty(card: Card, use: Use) -> bool:
    return use.left >= max(PLENTY * card.max_requests, use.limit // 2)


def _locked(card: Card) -> list[Quota]:
    """The provider's rows, nobody else's until the transaction ends: by their lock, or as SQLite's only writer."""
    spans, account = {allowance.span for allowance in card.allowances}, account_of(card)
    rows = Quota.objects.select_for_update().filter(provider=account).order_by("span")
    if not spans:
        return list(rows.filter(limit__isnull=False))
    missing = spans - {Span(row.span) for row in rows}
    if missing:
        Quota.objects.bulk_create(
            [Quota(provider=account, span=span) for span in sorted(missing)], ignore_conflicts=True
        )
    return list(rows.all())


def _uses(card: Card, rows: Iterable[Quota], now: datetime) -> list[Use]:
    limits = {allowance.span: allowance.limit for allowance in card.allowances}
    spent = dict.fromkeys(limits, 0)
    for row in rows:
        span = Span(row.span)
        if row.limit is not None:
            limits[span] = row.limit
        if span in limits:
            spent[span] = sum(_current(span, row.spent, now).values())
    return [Use(span, spent.get(span, 0), limits[span]) for span in Span if span in limits]


def _spend(rows: Iterable[Quota], units: int, now: datetime) -> None:
    for row in rows:
        span = Span(row.span)
        key, kept = str(_slice(span, now)), _kept(span, row.spent, now)
        row.spent = {**kept, key: kept.get(key, 0) + units}
        row.updated_at = now
        row.save(update_fields=["spent", "updated_at"])


def _current(span: Span, spent: Mapping[str, int], now: datetime) -> dict[str, int]:
    """The slices that count now; those that a wrong clock put far ahead do not."""
    moment = now.timestamp()
    if span not in SLIDING:
        return {key: count for key, count in spent.items() if int(key) == _slice(span, now)}
    length, width = SLIDING[span]
    return {key: count for key, count in spent.items() if moment - length - width < int(key) <= moment + length}


def _kept(span: Span, spent: Mapping[str, int], now: datetime) -> dict[str, int]:
    """The slices that count now, or do by the clock of another machine that is a little behind."""
    return {**_current(span, spent, now - SKEW), **_current(span, spent, now)}


def _slice(span: Span, now: datetime) -> int:
    """When the slice of a moment began, in seconds since 1970."""
    if span in SLIDING:
        width = SLIDING[span][1]
        return int(now.timestamp()) // width * width
    day = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return int((day if span is Span.DAY else day.replace(day=1)).timestamp())
