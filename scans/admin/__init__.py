"""The scans' pages in the back office: each module registers its own."""

from __future__ import annotations

from scans.admin.scan import ScanAdmin

__all__ = ["ScanAdmin"]
