"""Whether a provider may be used at all: its switch, its key, and how much of the link may leave the house."""

from __future__ import annotations

from dataclasses import dataclass

from scans.asking import keys as provider_keys
from scans.engine.ceiling import Ceiling
from scans.engine.findings import NotCheckedReason
from scans.engine.providers.provider import Card
from scans.models import ProviderState


@dataclass(frozen=True, slots=True)
class Access:
    """The key to ask with, or why nothing may be asked."""

    key: str = ""
    gap: NotCheckedReason | None = None


def is_on(card: Card, state: ProviderState | None) -> bool:
    """What somebody chose in the desk, otherwise what the provider's own file says."""
    return card.is_on if state is None or state.is_on is None else state.is_on


def access(card: Card, state: ProviderState | None, ceiling: Ceiling) -> Access:
    """How a provider is asked about a link of this ceiling."""
    if not is_on(card, state):
        return Access(gap=NotCheckedReason.SWITCHED_OFF)
    if not ceiling.allows(card.ceiling):
        return Access(gap=NotCheckedReason.NOT_ALLOWED)
    key, _place = provider_keys.find(card, state)
    if card.key_name and not key:
        return Access(gap=NotCheckedReason.NO_KEY)
    return Access(key)
