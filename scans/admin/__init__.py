"""The scans' pages in the back office: each module registers its own."""

from __future__ import annotations

from scans.admin.feeds import FeedAdmin
from scans.admin.providers import ProviderAdmin
from scans.admin.reports import ReportAdmin
from scans.admin.scan import ScanAdmin

__all__ = ["FeedAdmin", "ProviderAdmin", "ReportAdmin", "ScanAdmin"]
