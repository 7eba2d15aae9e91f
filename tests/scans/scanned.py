"""Links that are scanned at once, and what is not known of them, for tests."""

from __future__ import annotations

from scans.carrying_out import run_next_scan
from scans.engine.ceiling import Ceiling
from scans.engine.links import parse
from scans.models import Scan
from scans.services import request_scan


def scanned(url: str, ceiling: Ceiling = Ceiling.HASH) -> Scan:
    """The ended scan of a link that was just asked for."""
    request_scan(parse(url), ceiling, reuse=False)
    return next_ended()


def next_ended() -> Scan:
    """The scan that waited longest, ended, as its row says."""
    scan = run_next_scan()
    assert scan is not None
    scan.refresh_from_db()
    return scan


def gap(scan: Scan) -> str:
    """Why it is not known where the link leads; empty when it is."""
    return next((each.reason for each in scan.gaps if each.source == "redirects"), "")
