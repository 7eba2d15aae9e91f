"""A scan opens the link, keeps the way, and says what left this machine."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import serializers
from django.utils import timezone
from django_q.models import OrmQ
from pytest_django import Settings

from scans.carrying_out import run_next_scan
from scans.engine.ceiling import Ceiling
from scans.engine.journeys import How
from scans.engine.links import parse
from scans.engine.redirects import USER_AGENT
from scans.engine.scoring import Verdict
from scans.models import Disclosure, DisclosureKind, Scan
from scans.services import KnownLink, request_scan, rescan
from scans.tasks import forget_fetch_urls
from tests.scans.scanned import gap, next_ended, scanned
from tests.sites import Answer, Seen, Sites, hostile
from tests.sites.servers import Behaviour

pytestmark = pytest.mark.django_db

CANARY = "c4n4ryT0k3nZ9x8Y7w6V5u4"
SHOP = "https://shop.example.com/"
FORGED = "https://xn--pypal-4ve.com/login"


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
    again = next_ended()

    assert (internet.connections, internet.directions.lookups, Disclosure.objects.count()) == (0, [], 0)
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


def test_a_forgotten_link_is_opened_again_by_what_is_kept_of_it(internet: Sites) -> None:
    internet.redirect("shop.example.com", to="https://elsewhere.example/")
    internet.page("elsewhere.example", body="<title>Hello</title>")
    first = scanned("https://anna:secret@shop.example.com/")
    Scan.objects.update(last_seen_at=timezone.now() - timedelta(days=9))
    assert forget_fetch_urls() == 1
    first.refresh_from_db()

    rescan(first)
    again = next_ended()

    assert (again.verdict, again.score, again.hops) == (first.verdict, first.score, first.hops)
    assert again.way[0].url_hash == first.url_hash


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


def test_of_the_page_at_the_end_a_fingerprint_is_kept_and_none_of_its_words(internet: Sites) -> None:
    names = ("number", "holder", "month", "year", "code", "bank", "street", "town")
    body = "<title>Parcel office</title>" + "".join(f"<input name={name}-of-the-card>" for name in names)
    for host in ("one.example", "two.example"):
        internet.page(host, "/pay", body=body)

    first, second = scanned("https://one.example/pay"), scanned("https://two.example/pay")

    assert first.page_hash == second.page_hash != ""
    assert "of-the-card" not in serializers.serialize("json", [first, second])
