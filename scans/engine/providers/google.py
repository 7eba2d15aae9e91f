"""What Google's interfaces have in common: how they say that a key is not valid, and what their terms ask for."""

from __future__ import annotations

from datetime import timedelta

from scans.engine.findings import Finding
from scans.engine.providers.calls import Refused
from scans.engine.providers.provider import ProviderError, Trouble

CODES = frozenset({"safe_browsing", "web_risk"})
# "Must not show a site as unsafe unless the data was refreshed within the last 30 minutes" (terms of use). They are
# used up in three places: an answer is kept, a scan made of it is reused, and what is said of that waits to be sent.
ANSWER_KEPT = timedelta(minutes=10)
SCAN_USED = timedelta(minutes=15)

# With status 400, not 401: `API key not valid. Please pass a valid API key.`, reason API_KEY_INVALID.
_BAD_KEY = ("API_KEY", "API key")


def refusal(error: Refused) -> ProviderError:
    """What a refused request means: a bad key, or what it was."""
    if any(mark in error.said for mark in _BAD_KEY):
        return ProviderError("it refuses the key", Trouble.BAD_KEY)
    return error


def is_from_google(finding: Finding) -> bool:
    """Whether a finding comes from Google, whose terms then ask to be named."""
    return finding.points > 0 and finding.code in CODES
