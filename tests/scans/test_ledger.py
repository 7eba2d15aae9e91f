"""Every request about a link has its row, whatever becomes of the worker that made it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from django.utils import timezone

from scans import visiting
from scans.asking import consulting
from scans.carrying_out import perform_scan, run_next_scan, run_waiting_scans
from scans.engine.ceiling import Ceiling
from scans.engine.links import Link, parse
from scans.engine.providers.provider import Allowance, ProviderError, Span
from scans.engine.scoring import Verdict
from scans.models import LEASE, MAX_ATTEMPTS, Disclosure, DisclosureKind, Quota, Scan
from scans.services import request_scan
from tests.scans.oracles import Oracle, card, oracle, raises
from tests.sites import Sites

pytestmark = pytest.mark.django_db

SHOP = "https://shop.example.com/"
Install = Callable[..., None]


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch, plain_internet: Sites) -> Install:
    """Puts these providers in place of the program's."""
    return lambda *oracles: monkeypatch.setattr(consulting, "registry", lambda: oracles)


def told() -> list[tuple[str, str]]:
    rows = Disclosure.objects.exclude(kind=DisclosureKind.VISIT).order_by("id")
    return list(rows.values_list("provider", "kind"))


def claimed() -> Scan:
    request_scan(parse(SHOP), Ceiling.HOST)
    scan = Scan.claim(timezone.now())
    assert scan is not None
    return scan


class WorkerKilled(BaseException):
    """Ends the worker where it stands, as far as its rows are concerned."""


def test_who_was_told_is_known_when_the_worker_is_killed_before_it_stores_anything(
    install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(oracle("one", raises(), Allowance(Span.DAY, 100)))

    def killed(*_stored: object) -> None:
        raise WorkerKilled

    with monkeypatch.context() as until_here:
        until_here.setattr("scans.carrying_out.store", killed)
        with pytest.raises(WorkerKilled):
            perform_scan(claimed())

    assert told() == [("one", "host")]
    assert sum(Quota.objects.get().spent.values()) == 2  # both tries: lost rather than spent twice


def test_a_scan_that_killed_its_workers_still_says_who_was_told(
    install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(oracle("one"))

    def killed(*_stored: object) -> None:
        raise WorkerKilled

    with monkeypatch.context() as until_here:
        until_here.setattr("scans.carrying_out.store", killed)
        with pytest.raises(WorkerKilled):
            perform_scan(claimed())
    Scan.objects.update(attempts=MAX_ATTEMPTS, lease_until=timezone.now() - LEASE)

    run_next_scan()

    assert told() == [("one", "host")]


def test_a_worker_that_was_given_up_leaves_what_it_told_in_the_record(install: Install) -> None:
    install(oracle("one", raises(ProviderError("status 500")), is_safe_to_repeat=False))
    slow = claimed()
    Scan.objects.update(lease_until=timezone.now() - timedelta(seconds=1), fence=slow.fence + 1)

    perform_scan(slow)

    assert told() == [("one", "host")]


def test_who_could_not_be_reached_for_want_of_a_client_was_told_nothing(
    install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(oracle("one"))

    def open_client() -> None:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(visiting, "open_client", open_client)

    perform_scan(claimed())

    assert told() == []


class Deleting(Oracle):
    """While it is asked what to be told, somebody deletes the scan of the link."""

    def subjects(self, links: Sequence[Link]) -> Sequence[str]:
        Scan.objects.filter(host="gone.example").delete()
        return [link.host for link in links]


@pytest.mark.django_db(transaction=True)
def test_a_scan_whose_row_is_gone_takes_no_other_along(install: Install) -> None:
    provider = Deleting(card("one"))
    install(provider)
    request_scan(parse("https://gone.example/"), Ceiling.HOST)
    request_scan(parse(SHOP), Ceiling.HOST)

    run_waiting_scans(10)

    assert provider.asked == [("shop.example.com",)]
    assert Scan.objects.get().verdict == Verdict.BENIGN
    assert told() == [("one", "host")]
