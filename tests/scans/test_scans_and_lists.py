"""Scans look every address on the way up in the lists in use, and note what lists on trial say and what to look up."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from scans.engine.feeds.entries import Kind
from scans.engine.feeds.expressions import keys_of
from scans.engine.feeds.lists import days_now
from scans.engine.feeds.snapshot import Slot
from scans.engine.feeds.source import Use
from scans.engine.links import parse
from scans.engine.scoring import Verdict
from scans.lists import listed
from scans.models import Scan
from tests.scans.engine.feeds.installing import entry, installed, slot
from tests.scans.scanned import scanned
from tests.sites import Sites

pytestmark = pytest.mark.django_db

SHORT, TRAP = "https://short.example/x", "https://trap.example/login"


@pytest.fixture(autouse=True)
def lists_of_the_test(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    """A folder of lists of the test's own."""
    settings.DATA_DIR = tmp_path
    listed._lists.cache_clear()
    yield tmp_path / "feeds"
    listed._lists.cache_clear()


@pytest.fixture(autouse=True)
def way(internet: Sites) -> None:
    internet.redirect("short.example", "/x", to=TRAP)
    internet.page("trap.example", "/login", body="<title>Hello</title>")


def codes(scan: Scan) -> set[str]:
    return {finding.code for finding in scan.reasons if finding.points}


def test_without_lists_a_scan_says_so() -> None:
    scan = scanned(SHORT)

    assert {(gap.source, gap.reason) for gap in scan.gaps} >= {("feeds", "none_loaded")}
    assert scan.watched == []


@pytest.mark.parametrize("only", [slot("good", Use.GOOD), slot("new", Use.NEW), slot("trial", is_on_trial=True)])
def test_while_no_list_of_bad_links_counts_a_scan_says_so(lists_of_the_test: Path, only: Slot) -> None:
    installed(lists_of_the_test, {only: [entry(Kind.DOMAIN, "elsewhere.example", days_now())]})

    assert ("feeds", "none_loaded") in {(gap.source, gap.reason) for gap in scanned(SHORT).gaps}


def test_a_list_that_names_an_address_on_the_way_decides(lists_of_the_test: Path) -> None:
    installed(lists_of_the_test, {slot("bad", is_verified=True): [entry(Kind.URL, "trap.example/login", days_now())]})

    scan = scanned(SHORT)

    assert (scan.verdict, "listed_url" in codes(scan)) == (Verdict.MALICIOUS, True)
    assert "feeds" not in {gap.source for gap in scan.gaps}


def test_what_a_list_on_trial_says_is_noted_and_changes_no_verdict(lists_of_the_test: Path) -> None:
    trial = slot("trial", is_on_trial=True)
    installed(lists_of_the_test, {trial: [entry(Kind.URL, "trap.example/login", days_now())]})

    scan = scanned(SHORT)

    assert (scan.verdict, codes(scan)) == (Verdict.BENIGN, set())
    assert [(said["code"], said["params"]["list"]) for said in scan.watched] == [("listed_url", "trial")]


def test_the_keys_of_every_address_on_the_way_are_kept() -> None:
    scan = scanned(SHORT)

    assert bytes(scan.list_keys or b"") == keys_of([parse(SHORT), parse(TRAP)])


def test_lists_that_cannot_be_read_never_mean_benign(lists_of_the_test: Path) -> None:
    installed(lists_of_the_test, {slot("bad"): [entry(Kind.HOST, "other.example", days_now())]})
    shutil.rmtree(lists_of_the_test / "snapshot" / "1")

    scan = scanned(SHORT)

    assert scan.verdict == Verdict.UNKNOWN
    assert ("feed:lists", "failed") in {(gap.source, gap.reason) for gap in scan.gaps}
