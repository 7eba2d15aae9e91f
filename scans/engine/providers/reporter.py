"""The shape of a reporter: a provider whose report takes it long, so that it is asked first and looked at later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from scans.engine.findings import Finding
from scans.engine.links import Link
from scans.engine.providers.provider import Call, Card, Facts, Reply
from scans.engine.scoring import Assessment


@dataclass(frozen=True, slots=True)
class Report:
    """A finished report: the reply that is kept for its subject, and files by kind (`screenshot`, `dom`)."""

    reply: Reply
    files: Mapping[str, bytes]


class Reporter(Protocol):
    """Submits a link, and collects the report when it is ready."""

    @property
    def card(self) -> Card:
        """What is said of it without asking; max_requests is of one submit or collect."""

    @property
    def first_look(self) -> timedelta:
        """How long after the submission the report may be there."""

    def wants(self, link: Link, assessment: Assessment) -> bool:
        """Whether a report about a link that was judged so is worth its price."""

    def subject(self, link: Link) -> str:
        """What its reply is kept under."""

    async def submit(self, link: Link, call: Call) -> str:
        """Hand the link over and return the report's number; raises ProviderError."""

    async def collect(self, reference: str, call: Call) -> Report | None:
        """The report, None while it is not ready; raises ProviderError."""

    def judge(self, link: Link, facts: Facts) -> list[Finding]:
        """Findings from the facts of a report; pure."""
