"""What Google's interfaces have in common: how they say that a key is not valid."""

from __future__ import annotations

from scans.engine.providers.calls import Refused
from scans.engine.providers.provider import ProviderError, Trouble

# With status 400, not 401: `API key not valid. Please pass a valid API key.`, reason API_KEY_INVALID.
_BAD_KEY = ("API_KEY", "API key")


def refusal(error: Refused) -> ProviderError:
    """What a refused request means: a bad key, or what it was."""
    if any(mark in error.said for mark in _BAD_KEY):
        return ProviderError("it refuses the key", Trouble.BAD_KEY)
    return error
