"""Who is asked about a link, decided by rows: switches, keys, ceilings, kept answers, breakers and quotas."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction

from scans.asking import answers, breakers, quotas
from scans.asking.access import Access, access
from scans.engine import providers
from scans.engine.analyze import Inspection
from scans.engine.ceiling import Ceiling
from scans.engine.consult import Outcome, Turn, source_of
from scans.engine.findings import NotCheckedReason
from scans.engine.kinds.lookonly import REMOVED, displayable, is_look_only
from scans.engine.links import Link, parse
from scans.engine.providers.provider import Card, Facts, Provider
from scans.engine.providers.reporter import Reporter
from scans.engine.providers.submitted import submitted_url
from scans.models import Cause, Disclosure, DisclosureKind, ProviderState, Scan

log = logging.getLogger(__name__)

NOBODY = Outcome("providers", gap=NotCheckedReason.NONE_CONFIGURED)
# A provider that is told nothing of the link is no disclosure.
KINDS = {
    Ceiling.HASH: DisclosureKind.HASH,
    Ceiling.HOST: DisclosureKind.HOST,
    Ceiling.URL: DisclosureKind.URL,
}

States = Mapping[str, ProviderState]


def registry() -> tuple[Provider, ...]:
    """The providers of this process. Tests and processes under test have another function in this one's place."""
    return providers.PROVIDERS


def reporters() -> tuple[Reporter, ...]:
    """The reporters of this process; replaced like `registry`."""
    return providers.REPORTERS


@dataclass(frozen=True, slots=True)
class Plan:
    """Whose turn it is, what is to be said without asking anybody, and when the quotas were reserved.

    `disclosed` is stored before anybody is told: a worker that dies while it asks leaves it in the record.
    """

    turns: tuple[Turn, ...]
    known: tuple[Outcome, ...]
    made_at: datetime
    disclosed: tuple[Disclosure, ...] = ()


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A provider that has something to say about a link, before it is known what it said already."""

    provider: Provider
    access: Access
    links: tuple[Link, ...] = ()
    subjects: tuple[str, ...] = ()


def plan(scan: Scan, inspection: Inspection, now: datetime) -> Plan:
    """Decide for every provider whether it is asked; quotas are reserved, so that the plan has to be settled."""
    if not registry():
        return Plan((), () if reporters() else (NOBODY,), now)
    states = ProviderState.objects.in_bulk([provider.card.name for provider in registry()])
    candidates = [found for each in registry() if (found := _candidate(each, scan, inspection, states)) is not None]
    kept: answers.Kept = {}
    if not scan.passes_caches:
        kept = answers.kept({found.provider.card.name: found.subjects for found in candidates}, now)
    is_urgent = inspection.is_risky or scan.cause == Cause.ASKED
    turns = [_turn(found, kept.get(found.provider.card.name, {})) for found in candidates]
    return _granted(scan, turns, states, now, is_urgent=is_urgent)


def _candidate(provider: Provider, scan: Scan, inspection: Inspection, states: States) -> _Candidate | None:
    """None for a provider that has nothing to say about such links."""
    card = provider.card
    allowed = access(card, states.get(card.name), Ceiling(scan.ceiling))
    if allowed.gap is NotCheckedReason.SWITCHED_OFF:
        return _Candidate(provider, allowed)
    links = told(card, inspection.ends)
    if not links:
        return _Candidate(provider, Access(gap=allowed.gap or NotCheckedReason.LOOK_ONLY)) if inspection.ends else None
    try:
        subjects = tuple(dict.fromkeys(provider.subjects(links)))
    except Exception:  # whatever it is: what others say still counts
        log.exception("%s broke; the link counts as not fully checked.", source_of(card.name))
        return _Candidate(provider, Access(gap=NotCheckedReason.FAILED))
    return _Candidate(provider, allowed, links, subjects) if subjects else None


def told(card: Card, links: Sequence[Link]) -> tuple[Link, ...]:
    """The links as a provider gets to see them: as normalised, whole addresses only where they hold nothing private."""
    if card.ceiling is not Ceiling.URL:
        return tuple(parse(link.url) for link in links)
    return tuple(parse(displayable(link)) for link in links if _may_be_told(link))


def _may_be_told(link: Link) -> bool:
    """Whether it holds neither a key nor somebody's e-mail address; without that it would be another page."""
    return REMOVED not in link.url and not is_look_only(link) and submitted_url(link) == displayable(link)


def _turn(found: _Candidate, kept: Mapping[str, Facts]) -> Turn:
    asked = tuple(subject for subject in found.subjects if subject not in kept)
    is_answered = bool(found.subjects) and not asked
    gap = None if is_answered else found.access.gap
    return Turn(found.provider, found.links, kept, asked, found.access.key, gap=gap)


def _granted(scan: Scan, turns: Sequence[Turn], states: States, now: datetime, *, is_urgent: bool) -> Plan:
    """The turns as far as breakers and quotas let them be taken; one transaction, none where nobody is asked."""
    if not any(turn.is_asked for turn in turns):
        return Plan(tuple(turns), (), now)
    began = time.monotonic()
    with transaction.atomic():
        now += timedelta(seconds=time.monotonic() - began)  # another writer may have kept us waiting
        taken = [_grant(turn, states, now, is_urgent=is_urgent) if turn.is_asked else turn for turn in turns]
        disclosed = Disclosure.objects.bulk_create(_disclosures(scan, taken, now))
    return Plan(tuple(taken), (), now, tuple(disclosed))


def _disclosures(scan: Scan, turns: Sequence[Turn], now: datetime) -> list[Disclosure]:
    """What is about to leave the house for a scan: one unsaved row for each provider that is asked."""
    cards = [turn.provider.card for turn in turns if turn.is_asked]
    return [
        Disclosure(scan=scan, kind=KINDS[card.ceiling], provider=card.name, at=now)
        for card in cards
        if card.ceiling in KINDS
    ]


def _grant(turn: Turn, states: States, now: datetime, *, is_urgent: bool) -> Turn:
    card = turn.provider.card
    state = states.get(card.name)
    if state is not None and not breakers.may_ask(state, now):
        is_quota = breakers.is_out_of_quota(state)
        return replace(turn, gap=NotCheckedReason.QUOTA if is_quota else NotCheckedReason.PAUSED)
    granted = quotas.grant(card, now, is_urgent=is_urgent)
    return replace(turn, tries=granted.tries, gap=granted.gap)
