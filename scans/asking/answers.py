"""What providers answered before, kept as long as their own rules allow; of the subject only its hash is stored."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db.models import Q

from scans.engine.providers.provider import Facts, Reply
from scans.models import ProviderAnswer

# Rows that one step of the purge removes.
PURGED_AT_ONCE = 1_000

Kept = Mapping[str, Mapping[str, Facts]]


def kept(subjects: Mapping[str, Iterable[str]], now: datetime) -> Kept:
    """Facts by provider and subject, of the answers that are still good; one query at most."""
    hashes = {name: {subject_hash(subject): subject for subject in asked} for name, asked in subjects.items()}
    wanted = [Q(provider=name, subject_hash__in=by_hash) for name, by_hash in hashes.items() if by_hash]
    if not wanted:
        return {}
    found: dict[str, dict[str, Facts]] = {}
    for row in ProviderAnswer.objects.filter(_any(wanted), expires_at__gt=now):
        found.setdefault(row.provider, {})[hashes[row.provider][row.subject_hash]] = row.facts
    return found


def keep(name: str, replies: Mapping[str, Reply], now: datetime) -> None:
    """Store a provider's replies that may be kept at all, in place of older ones."""
    rows = [
        ProviderAnswer(
            provider=name,
            subject_hash=subject_hash(subject),
            facts=dict(reply.facts),
            made_at=now,
            expires_at=now + reply.keep,
        )
        for subject, reply in replies.items()
        if reply.keep > timedelta()
    ]
    ProviderAnswer.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["provider", "subject_hash"],
        update_fields=["facts", "made_at", "expires_at"],
    )


def purge(now: datetime) -> int:
    """Remove answers whose time is over, PURGED_AT_ONCE at most; how many."""
    ended = ProviderAnswer.objects.filter(expires_at__lte=now).order_by("expires_at").values_list("pk", flat=True)
    count, _by_model = ProviderAnswer.objects.filter(pk__in=list(ended[:PURGED_AT_ONCE])).delete()
    return count


def subject_hash(subject: str) -> str:
    """What is stored of a subject: SHA-256, hexadecimal."""
    return hashlib.sha256(subject.encode("utf-8", "surrogatepass")).hexdigest()


def _any(conditions: Iterable[Q]) -> Q:
    joined = Q()
    for condition in conditions:
        joined |= condition
    return joined
