"""What runs all the time looks at the rows that wait, not at the history of all scans."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from scans.models import Scan, ScanQuerySet, Status

pytestmark = pytest.mark.django_db

NOW = timezone.now()
ALL_THE_TIME: list[tuple[QuerySet[Scan], str]] = [
    (ScanQuerySet(Scan).claimable(NOW)[:5], "scan_unfinished"),
    (ScanQuerySet(Scan).pending().filter(status=Status.QUEUED, requested_at__lt=NOW), "scan_unfinished"),
    (Scan.objects.filter(look_again_at__lte=NOW, last_seen_at__lte=NOW - timedelta(days=8)), "scan_look_again"),
    (ScanQuerySet(Scan).untold()[:1], "scan_changed"),
]


@pytest.mark.parametrize(("rows", "index"), ALL_THE_TIME)
def test_what_runs_all_the_time_has_an_index_of_what_waits(rows: QuerySet[Scan], index: str) -> None:
    assert f"USING INDEX {index}" in rows.explain()
