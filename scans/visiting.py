"""Opening strangers' links: with which client, as whom, and when not at all."""

from __future__ import annotations

import httpx
from django.conf import settings

from scans.engine import netguard
from scans.engine.analyze import Visit
from scans.engine.ceiling import Ceiling
from scans.engine.findings import NotCheckedReason
from scans.engine.kinds.lookonly import REMOVED
from scans.engine.redirects import USER_AGENT
from scans.models import Scan


def open_client() -> httpx.AsyncClient:
    """The guarded client of this process. Processes under test start with another function in this one's place."""
    return netguard.client()


def ordinary_visit() -> Visit:
    """How this installation opens a link."""
    return Visit(settings.VISIT_USER_AGENT or USER_AGENT, checks_cloaking=settings.VISIT_CLOAKING_CHECK)


def visit_of(scan: Scan) -> Visit | NotCheckedReason:
    """How the link of a scan is opened, or why it is not; look-only links are known to those who follow."""
    if not Ceiling(scan.ceiling).allows(Ceiling.HASH):
        return NotCheckedReason.NOT_ALLOWED
    if scan.fetch_url is None and REMOVED in scan.url:
        return NotCheckedReason.LOOK_ONLY
    return ordinary_visit()
