"""Asking one provider in a test, as those who consult them do."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime

import httpx

from scans.engine.findings import Finding
from scans.engine.links import parse
from scans.engine.providers.provider import Answered, Call, Facts, Provider

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
KEY = "K-e_y0123456789"


def ask(provider: Provider, *urls: str, key: str = KEY, transport: httpx.AsyncBaseTransport | None = None) -> Answered:
    """What a provider replies about the subjects of these links."""

    async def asking() -> Answered:
        async with httpx.AsyncClient(transport=transport) as client:
            subjects = provider.subjects([parse(url) for url in urls])
            return await provider.ask(subjects, Call(client, key, NOW))

    return asyncio.run(asking())


def judge(provider: Provider, answered: Answered, *urls: str) -> list[Finding]:
    """What follows for these links from an answer."""
    return judge_facts(provider, {subject: reply.facts for subject, reply in answered.replies.items()}, *urls)


def judge_facts(provider: Provider, facts: Mapping[str, Facts], *urls: str) -> list[Finding]:
    return provider.judge([parse(url) for url in urls], facts)
