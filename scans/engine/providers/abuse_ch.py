"""What the services of abuse.ch have in common: their key, and how they say that they found nothing or failed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta

from scans.engine.providers.provider import ProviderError, Trouble
from scans.engine.providers.shapes import a_text

KEY_NAME = "ABUSE_CH_KEY"
KEY_HEADER = "Auth-Key"
# Their lists are made anew every five minutes.
KEPT_HIT = timedelta(hours=1)
KEPT_MISS = timedelta(minutes=15)

_BAD_KEYS = frozenset({"unknown_auth_key", "no_auth_key", "unauthorized"})


def has_results(answer: Mapping[str, object], nothing: Collection[str]) -> bool:
    """Whether an answer has something; `nothing` are the states of one that has not. Raises ProviderError."""
    status = a_text(answer.get("query_status"))
    if status == "ok":
        return True
    if status in nothing:
        return False
    if status in _BAD_KEYS:
        raise ProviderError("it refuses the key", Trouble.BAD_KEY)
    raise ProviderError("the answer has no state that is known", Trouble.NONSENSE)
