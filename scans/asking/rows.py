"""What an installation chose about its providers: a row for each of them."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from scans.asking import breakers, consulting
from scans.asking import keys as provider_keys
from scans.asking.quotas import account_of
from scans.engine.providers.provider import Card, Span
from scans.models import ProviderState, Quota


def cards() -> dict[str, Card]:
    """What is said of every provider and reporter of the program, by name."""
    known = [provider.card for provider in consulting.registry()]
    known += [reporter.card for reporter in consulting.reporters()]
    return {card.name: card for card in known}


def sync() -> int:
    """A row for every provider of the program, so that it is found in the desk; how many were missing.

    Rows of providers that left the program stay: their key may be needed again.
    """
    names = set(cards())
    missing = names - set(ProviderState.objects.filter(pk__in=names).values_list("pk", flat=True))
    ProviderState.objects.bulk_create([ProviderState(name=name) for name in sorted(missing)], ignore_conflicts=True)
    return len(missing)


def switch(state: ProviderState, is_on: bool) -> None:
    """Have it asked, or not; whatever was wrong with it before is forgotten."""
    _change(state, is_on=is_on)


def set_key(state: ProviderState, key: str) -> None:
    """Store its key; raises BadKey. The health it had with the key before is forgotten."""
    _change(state, key=provider_keys.encrypted(provider_keys.cleaned(key)))


def remove_key(state: ProviderState) -> None:
    """Forget the key that was set in the desk; one from the environment stays in use."""
    _change(state, key="")


def set_limits(state: ProviderState, limits: Mapping[Span, int | None]) -> None:
    """Own limits take the place of the provider's; None goes back to those."""
    card = cards().get(state.name)
    account = account_of(card) if card else state.name
    with transaction.atomic():
        for span, limit in limits.items():
            changed = Quota.objects.filter(provider=account, span=span).update(limit=limit)
            if not changed and limit is not None:
                Quota.objects.create(provider=account, span=span, limit=limit)


def _change(state: ProviderState, **columns: object) -> None:
    ProviderState.objects.filter(pk=state.pk).update(**columns, **breakers.CLOSED)
    state.refresh_from_db()
