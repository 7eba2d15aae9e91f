"""A scan opens the link, keeps the way, and says what left this machine."""

from __future__ import annotations

import errno
import logging
import threading
import time
from datetime import timedelta
from typing import NoReturn

import pytest
from django.core import serializers
from django.utils import timezone
from django_q.models import OrmQ
from pytest_django import Settings

from scans import carrying_out, visiting
from scans.carrying_out import AT_ONCE, run_next_scan, run_waiting_scans
from scans.engine import netguard
from scans.engine.analyze import SCAN_SECONDS, Visit
from scans.engine.ceiling import Ceiling
from scans.engine.findings import NotChecked, NotCheckedReason
from scans.engine.journeys import How
from scans.engine.links import parse
from scans.engine.redirects import USER_AGENT
from scans.engine.scoring import Verdict
from scans.models import Disclosure, DisclosureKind, Scan, Status
from scans.services import KnownLink, request_scan, rescan
from scans.tasks import forget_fetch_urls, run_scan
from scans.visiting import ordinary_visit
from tests.sites import Answer, Seen, Sites, hostile
from tests.sites.servers import Behaviour

pytestmark = pytest.mark.django_db

CANARY = "c4n4ryT0k3nZ9x8Y7w6V5u4"
SHOP = "https://shop.example.com/"
FORGED = "https://xn--pypal-4ve.com/login"


def scanned(url: str, ceiling: Ceiling = Ceiling.HASH) -> Scan:
    request_scan(parse(url), ceiling, reuse=False)
    scan = run_next_scan()
    assert scan is not None
    scan.refresh_from_db()
    return scan


def never_opened() -> NoReturn:
    raise OSError(errno.EMFILE, "Too many open files")


def gap(scan: Scan) -> str:
    """Why it is not known where the link leads; empty when it is."""
    return next((each.reason for each in scan.gaps if each.source == "redirects"), "")


def test_the_way_is_kept_with_how_and_what_was_answered(internet: Sites) -> None:
    internet.redirect("short.example", "/x", to="https://shop.example.com/a?id=7")
    internet.page("shop.example.com", "/a", body="<title>Shop</title>")

    scan = scanned("https://short.example/x")

    assert [(hop.url, hop.host, hop.registrable_domain, hop.how, hop.status) for hop in scan.way] == [
        ("https://short.example/x", "short.example", "short.example", How.POSTED, 302),
        ("https://shop.example.com/a?id=7", "shop.example.com", "example.com", How.REDIRECT, 200),
    ]
    assert [hop.url_hash for hop in scan.way] == [scan.url_hash, parse("https://shop.example.com/a?id=7").url_hash]
    assert (scan.verdict, gap(scan)) == (Verdict.BENIGN, "")


def test_a_link_that_leads_to_a_scam_is_one(internet: Sites) -> None:
    internet.redirect("short.example", "/x", to=FORGED)
    internet.page("xn--pypal-4ve.com", "/login", body="<title>Hello</title>")

    assert scanned("https://short.example/x").verdict == Verdict.MALICIOUS


def test_opening_a_link_is_one_disclosure_a_scan(plain_internet: Sites) -> None:
    scan = scanned(SHOP)

    visit = Disclosure.objects.get()
    assert (visit.scan, visit.kind, visit.provider) == (scan, DisclosureKind.VISIT, "")


def test_nothing_leaves_under_a_ceiling_of_nothing(internet: Sites) -> None:
    internet.everywhere()

    scan = scanned(SHOP, Ceiling.NOTHING)

    assert (internet.connections, internet.directions.lookups, Disclosure.objects.count()) == (0, [], 0)
    assert (scan.verdict, scan.hops, gap(scan)) == (Verdict.BENIGN, [], "not_allowed")


@pytest.mark.parametrize(
    "url",
    [
        f"https://chat.whatsapp.com/{CANARY}",
        f"https://t.me/+{CANARY}",
        f"https://example.com/reset-password?token={CANARY}",
        f"https://example.com/reset/{CANARY}",
        f"https://www.google.com/url?q=https%3A%2F%2Fexample.com%2Freset%2F{CANARY}",
        f"https://www.google.com/url?q=https%3A%2F%2Fchat.whatsapp.com%2F{CANARY}",
        f"https://l.facebook.com/l.php?u=https%3A%2F%2Fexample.com%2Freset%3Ftoken%3D{CANARY}&h=AT0x",
    ],
)
def test_a_link_that_is_never_opened_is_not_opened_and_its_secret_is_not_kept(internet: Sites, url: str) -> None:
    internet.everywhere()

    first = scanned(url, Ceiling.URL)
    rescan(first)
    again = run_next_scan()

    assert again is not None
    assert (internet.connections, internet.directions.lookups, Disclosure.objects.count()) == (0, [], 0)
    again.refresh_from_db()
    assert (gap(first), gap(again)) == ("look_only", "look_only")
    assert (again.fetch_url, again.verdict, again.hops) == (None, first.verdict, first.hops)
    assert CANARY not in serializers.serialize("json", [*Scan.objects.all(), *OrmQ.objects.all()])


def test_a_link_only_its_stripped_form_is_known_of_is_not_opened(internet: Sites) -> None:
    secret = parse(f"https://example.com/reset/{CANARY}")
    stripped = scanned(secret.url).url

    request_scan(KnownLink(secret.url_hash, stripped, secret.host, secret.registrable_domain), Ceiling.URL, reuse=False)
    run_next_scan()

    assert internet.connections == 0
    assert {gap(scan) for scan in Scan.objects.all()} == {"look_only"}


def test_a_secret_that_a_server_sends_on_to_is_neither_followed_nor_kept(internet: Sites) -> None:
    internet.redirect("short.example", "/x", to=f"https://anna:{CANARY}@example.com/reset?token={CANARY}")

    scan = scanned("https://short.example/x", Ceiling.URL)

    assert internet.urls() == ["https://short.example/x"]
    assert [hop.host for hop in scan.way] == ["short.example", "example.com"]
    assert CANARY not in serializers.serialize("json", Scan.objects.all())


@pytest.mark.parametrize("behaviour", [hostile.hang_up, hostile.garbage, hostile.reset], ids=lambda one: one.__name__)
def test_a_link_that_could_not_be_opened_is_unknown_never_benign(internet: Sites, behaviour: Behaviour) -> None:
    internet.behave("shop.example.com", "/", behaviour)

    scan = scanned(SHOP)

    assert (scan.verdict, gap(scan)) == (Verdict.UNKNOWN, "failed")
    assert Disclosure.objects.count() == 1


def test_a_name_that_does_not_exist_is_unknown_never_benign(internet: Sites) -> None:
    internet.nowhere("shop.example.com")

    scan = scanned(SHOP)

    assert (scan.verdict, gap(scan), scan.hops) == (Verdict.UNKNOWN, "failed", [])


def test_an_address_of_the_local_network_is_not_opened_and_no_disclosure(internet: Sites) -> None:
    internet.at("router.example", "192.168.1.1")

    scan = scanned("https://router.example/")

    assert internet.connections == 0
    assert (scan.verdict, gap(scan)) == (Verdict.UNKNOWN, "blocked")
    assert Disclosure.objects.count() == 0


def test_a_worker_that_was_given_up_leaves_no_second_way_behind(
    plain_internet: Sites, caplog: pytest.LogCaptureFixture
) -> None:
    request_scan(parse(SHOP), Ceiling.HOST)
    now = timezone.now()
    slow = Scan.claim(now)
    assert slow is not None
    Scan.objects.update(lease_until=now)
    run_next_scan(now + timedelta(seconds=1))

    with caplog.at_level(logging.WARNING):
        carrying_out.perform_scan(slow)

    assert "taken over" in caplog.text
    assert Disclosure.objects.count() == 1


def test_a_forgotten_link_is_opened_again_by_what_is_kept_of_it(internet: Sites) -> None:
    internet.redirect("shop.example.com", to="https://elsewhere.example/")
    internet.page("elsewhere.example", body="<title>Hello</title>")
    first = scanned("https://anna:secret@shop.example.com/")
    Scan.objects.update(last_seen_at=timezone.now() - timedelta(days=9))
    assert forget_fetch_urls() == 1
    first.refresh_from_db()

    rescan(first)
    again = run_next_scan()

    assert again is not None
    again.refresh_from_db()
    assert (again.verdict, again.score, again.hops) == (first.verdict, first.score, first.hops)
    assert again.way[0].url_hash == first.url_hash


def test_links_whose_servers_keep_silent_do_not_hold_up_the_others(internet: Sites) -> None:
    internet.everywhere()
    for number in range(AT_ONCE - 1):
        internet.behave(f"slow{number}.example", "/", hostile.silence)
        request_scan(parse(f"https://slow{number}.example/"), Ceiling.HOST)
    for number in range(AT_ONCE):
        request_scan(parse(f"https://quick{number}.example/"), Ceiling.HOST)

    assert run_waiting_scans(20) == 2 * AT_ONCE - 1

    order = list(Scan.objects.order_by("finished_at").values_list("verdict", flat=True))
    assert order == [Verdict.BENIGN] * AT_ONCE + [Verdict.UNKNOWN] * (AT_ONCE - 1)
    began = min(scan.started_at for scan in Scan.objects.all() if scan.started_at)
    ended = max(scan.finished_at for scan in Scan.objects.all() if scan.finished_at)
    assert ended - began < timedelta(seconds=2 * 3)


def test_after_its_time_a_worker_begins_nothing_more(plain_internet: Sites) -> None:
    request_scan(parse(SHOP), Ceiling.HOST)

    assert run_waiting_scans(0) == 0

    assert Scan.objects.get().status == Status.QUEUED


def test_unreadable_and_readable_links_are_all_ended_by_one_wake_up(plain_internet: Sites) -> None:
    broken = request_scan(parse("https://broken.example/"), Ceiling.HOST)
    Scan.objects.update(fetch_url="http://[broken/", url="also broken")
    request_scan(parse(SHOP), Ceiling.HOST)

    assert run_scan(broken.pk) == f"scan {broken.pk} rang, 2 done"

    assert list(Scan.objects.order_by("pk").values_list("verdict", flat=True)) == [Verdict.UNKNOWN, Verdict.BENIGN]
    assert NotChecked("local_checks", "unreadable") in Scan.objects.get(pk=broken.pk).gaps


def test_a_name_server_that_keeps_silent_costs_no_more_than_a_visit(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = threading.Event()

    def never_answers(_host: str) -> list[str]:
        ended.wait(20)
        return []

    monkeypatch.setattr(visiting, "open_client", lambda: netguard.client(resolve=never_answers))
    began = time.monotonic()

    scan = scanned(SHOP)

    took = time.monotonic() - began
    ended.set()
    assert (scan.verdict, gap(scan)) == (Verdict.UNKNOWN, "failed")
    assert took < SCAN_SECONDS


def test_sites_are_told_who_asks_as_the_installation_wishes(internet: Sites, settings: Settings) -> None:
    internet.everywhere()

    scanned(SHOP)
    settings.VISIT_USER_AGENT = "Neighbourhood watch"
    scanned(SHOP)

    assert [seen.headers["user-agent"] for seen in internet.requests] == [USER_AGENT, "Neighbourhood watch"]


@pytest.mark.parametrize("is_asked_for", [False, True])
def test_a_second_look_as_a_phone_is_taken_only_when_the_installation_asks_for_it(
    internet: Sites, settings: Settings, is_asked_for: bool
) -> None:
    def choose(seen: Seen) -> Answer:
        is_phone = "Android" in seen.headers["user-agent"]
        return (
            Answer(302, {"Location": "https://trap.example/"}) if is_phone else Answer(200, body=b"<title>Hi</title>")
        )

    internet.everywhere()
    internet.choose("shop.example.com", "/", choose)
    settings.VISIT_CLOAKING_CHECK = is_asked_for

    scan = scanned(SHOP)

    assert ("cloaking" in {finding.code for finding in scan.reasons}) is is_asked_for
    assert ("https://trap.example/" in internet.urls()) is is_asked_for


def test_without_a_client_links_are_judged_by_what_is_on_this_machine_and_none_is_benign(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(visiting, "open_client", never_opened)

    clean, forged = scanned(SHOP), scanned(FORGED)

    assert (clean.status, clean.verdict, gap(clean)) == (Status.DONE, Verdict.UNKNOWN, "failed")
    assert forged.verdict == Verdict.MALICIOUS
    assert Disclosure.objects.count() == 0


def test_a_link_that_breaks_its_own_judging_takes_no_other_along(
    internet: Sites, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Poison(Exception):
        """Nothing that anybody expects."""

    def visit_of(scan: Scan) -> Visit | NotCheckedReason:
        if scan.host == "poison.example":
            raise Poison
        return ordinary_visit()

    monkeypatch.setattr(visiting, "visit_of", visit_of)
    internet.everywhere()
    for host in ("a.example", "poison.example", "b.example"):
        request_scan(parse(f"https://{host}/"), Ceiling.HASH)

    run_waiting_scans(20)

    ended = {scan.host: (scan.status, scan.verdict) for scan in Scan.objects.all()}
    assert ended == {
        "a.example": (Status.DONE, Verdict.BENIGN),
        "poison.example": (Status.RUNNING, None),
        "b.example": (Status.DONE, Verdict.BENIGN),
    }
