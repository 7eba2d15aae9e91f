"""Several links at once, and a provider that hangs: it costs its own answer and a few seconds, once."""

from __future__ import annotations

import time

import pytest

from scans.asking import consulting
from scans.carrying_out import AT_ONCE, run_waiting_scans
from scans.engine.ceiling import Ceiling
from scans.engine.findings import NotChecked
from scans.engine.links import parse
from scans.engine.scoring import Verdict
from scans.models import Scan
from scans.services import request_scan
from tests.scans.oracles import after, calls_bad, oracle
from tests.sites import Sites

pytestmark = pytest.mark.django_db


def test_a_provider_that_hangs_for_all_links_at_once_holds_up_no_other(
    plain_internet: Sites, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scans.engine.consult.ASK_SECONDS", 1.5)
    hanging, knows = oracle("hanging", after(60)), oracle("knows", calls_bad("shop0.example", "shop9.example"))
    monkeypatch.setattr(consulting, "registry", lambda: (hanging, knows))
    for number in range(AT_ONCE + 4):
        request_scan(parse(f"https://shop{number}.example/"), Ceiling.HOST)
    began = time.monotonic()

    run_waiting_scans(20)

    assert time.monotonic() - began < 4
    assert len(hanging.asked) == AT_ONCE
    assert len(knows.asked) == AT_ONCE + 4
    bad = Scan.objects.filter(verdict=Verdict.MALICIOUS).values_list("host", flat=True)
    assert set(bad) == {"shop0.example", "shop9.example"}
    said = {gap for scan in Scan.objects.all() for gap in scan.gaps if gap.source == "provider:hanging"}
    assert said == {NotChecked("provider:hanging", "failed"), NotChecked("provider:hanging", "paused")}
    assert not Scan.objects.filter(verdict=Verdict.BENIGN).exists()
