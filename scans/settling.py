"""After providers were asked: their answers are kept, their health noted, and what was not sent is given back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from scans.asking import answers, breakers, latency, quotas
from scans.asking.consulting import Plan
from scans.asking.latency import Took
from scans.engine.consult import Outcome
from scans.models import Disclosure


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
    latency.note(_took(plan, outcomes), now)
    _strike_out(plan, outcomes)


def _took(plan: Plan, outcomes: Sequence[Outcome]) -> dict[str, Took]:
    """How long the calls that were made took; of two tries the first one failed."""
    pairs = zip(plan.turns, outcomes, strict=True)
    return {
        turn.provider.card.name: Took(said.took, len(said.took) - (said.fault is None))
        for turn, said in pairs
        if said.took and said.requests
    }


def _strike_out(plan: Plan, outcomes: Sequence[Outcome]) -> None:
    """Take those out of the record of disclosures who were to be asked and were told nothing."""
    told = {turn.provider.card.name for turn, said in zip(plan.turns, outcomes, strict=True) if said.was_told}
    untold = [row.pk for row in plan.disclosed if row.provider not in told]
    if untold:
        Disclosure.objects.filter(pk__in=untold).delete()
