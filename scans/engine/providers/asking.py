"""Asking about several subjects that each take a request of their own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from scans.engine.providers.provider import Answered, Reply

# The posted address and the one it ends at.
MOST_SUBJECTS = 2


async def ask_each(subjects: Sequence[str], ask_one: Callable[[str], Awaitable[Reply]]) -> Answered:
    """The replies of the first MOST_SUBJECTS, asked at once; raises what the first of them raised."""
    asked = subjects[:MOST_SUBJECTS]
    replies = await asyncio.gather(*map(ask_one, asked), return_exceptions=True)
    answered: dict[str, Reply] = {}
    for subject, reply in zip(asked, replies, strict=True):
        if isinstance(reply, BaseException):
            raise reply
        answered[subject] = reply
    return Answered(answered, requests=len(asked))
