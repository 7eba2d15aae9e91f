"""The tables of scans: analyses, what left the house, lists, providers, reports."""

from __future__ import annotations

from scans.models.disclosure import Disclosure, DisclosureKind
from scans.models.feed import Feed, FeedState, Generation, Stage
from scans.models.lease import Lease
from scans.models.provider import ProviderAnswer, ProviderState, ProviderTimes, Quota
from scans.models.report import Artifact, ArtifactKind, PendingReport, ReportState
from scans.models.scan import (
    CEILING_CHOICES,
    LEASE,
    MAX_ATTEMPTS,
    VERDICT_CHOICES,
    Cause,
    Priority,
    Scan,
    ScanQuerySet,
    Status,
)

__all__ = [
    "CEILING_CHOICES",
    "LEASE",
    "MAX_ATTEMPTS",
    "VERDICT_CHOICES",
    "Artifact",
    "ArtifactKind",
    "Cause",
    "Disclosure",
    "DisclosureKind",
    "Feed",
    "FeedState",
    "Generation",
    "Lease",
    "PendingReport",
    "Priority",
    "ProviderAnswer",
    "ProviderState",
    "ProviderTimes",
    "Quota",
    "ReportState",
    "Scan",
    "ScanQuerySet",
    "Stage",
    "Status",
]
