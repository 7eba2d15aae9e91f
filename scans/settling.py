"""After providers were asked: their answers are kept, their health noted, and what was not sent is given back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from scans import answers, breakers, quotas
from scans.consulting import Plan
from scans.engine.ceiling import Ceiling
from scans.engine.consult import Outcome, Turn
from scans.models import Disclosure, DisclosureKind, Scan

# A provider that is told nothing of the link is no disclosure.
KINDS = {
    Ceiling.HASH: DisclosureKind.HASH,
    Ceiling.HOST: DisclosureKind.HOST,
    Ceiling.URL: DisclosureKind.URL,
}


def settle(plan: Plan, outcomes: Sequence[Outcome], now: datetime) -> None:
    """Write down what came of a plan's turns, one outcome each; belongs to nobody's scan, so it counts in any case."""
    for turn, outcome in zip(plan.turns, outcomes, strict=True):
        if not turn.is_asked:
            continue
        card = turn.provider.card
        quotas.give_back(card, turn.tries * card.max_requests - outcome.requests, plan.made_at)
        if outcome.fault is not None:
            breakers.note_fault(card.name, outcome.fault, now)
        elif outcome.was_told:
            breakers.note_answer(card.name, now)
            answers.keep(card.name, outcome.replies, now)


def disclosures(scan: Scan, turns: Sequence[Turn], outcomes: Sequence[Outcome], now: datetime) -> list[Disclosure]:
    """What left the house for a scan: one unsaved row for each provider that was asked just now."""
    told = [turn.provider.card for turn, outcome in zip(turns, outcomes, strict=True) if outcome.was_told]
    return [
        Disclosure(scan=scan, kind=KINDS[card.ceiling], provider=card.name, at=now)
        for card in told
        if card.ceiling in KINDS
    ]
