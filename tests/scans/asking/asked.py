"""Who was asked and told what of a scanned link, and why others were not, for tests."""

from __future__ import annotations

from collections.abc import Callable

from scans.models import Disclosure, DisclosureKind, Scan

SHOP = "https://shop.example.com/"
Install = Callable[..., None]


def gaps(scan: Scan) -> dict[str, str]:
    """Why providers were not asked, by source."""
    return {gap.source: gap.reason for gap in scan.gaps if gap.source.startswith("provider")}


def told() -> list[tuple[str, str]]:
    """Who was told what, the visits left out."""
    rows = Disclosure.objects.exclude(kind=DisclosureKind.VISIT).order_by("id")
    return list(rows.values_list("provider", "kind"))
