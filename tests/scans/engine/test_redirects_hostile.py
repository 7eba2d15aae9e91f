"""A hostile server costs at most the caps, and what it served is never taken for innocent."""

from __future__ import annotations

import asyncio
from time import monotonic, process_time

import pytest

from scans.engine.arrivals import look_at
from scans.engine.findings import NotCheckedReason
from scans.engine.journeys import Journey, Stop
from scans.engine.redirects import Limits
from scans.engine.scoring import Verdict, assess
from tests.sites import Sites, hostile
from tests.sites.servers import Behaviour
from tests.sites.visits import followed

# Given to each journey; a scan gives three seconds.
SECONDS = 0.6
# On top of it: the page that was read is looked at, and the machine may be busy.
SLACK = 1.0

BROKEN = [
    hostile.drip_head,
    hostile.silence,
    hostile.flood_of_headers,
    hostile.one_long_header,
    hostile.flood_of_informational_answers,
    hostile.gzip_bomb,
    hostile.too_short,
    hostile.two_lengths,
    hostile.chunked_nonsense,
    hostile.garbage,
    hostile.odd_status,
    hostile.reset,
    hostile.hang_up,
]


def verdict(journey: Journey) -> Verdict:
    findings, gaps = look_at(journey)
    return assess(findings, gaps).verdict


@pytest.mark.parametrize("behaviour", [*BROKEN, hostile.drip], ids=lambda behaviour: behaviour.__name__)
def test_a_server_that_misbehaves_costs_its_time_at_most_and_is_never_benign(
    sites: Sites, behaviour: Behaviour
) -> None:
    sites.behave("evil.example", "/", behaviour)
    start = monotonic()

    journey = followed(sites, "http://evil.example/", seconds=SECONDS)

    assert monotonic() - start < SECONDS + SLACK
    assert journey.stopped_because in (Stop.TIMED_OUT, Stop.UNREACHABLE)
    assert verdict(journey) is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("url", "behaviour"),
    [
        ("https://evil.example:8443/", hostile.garbage),
        ("https://evil.example:8443/", hostile.hang_up),
        ("https://evil.example:8443/", hostile.silence),
        ("https://evil.example:8443/", hostile.reset),
        ("http://evil.example:8080/", hostile.garbage),
        ("http://evil.example:8080/", hostile.silence),
    ],
)
def test_a_port_that_speaks_neither_tls_nor_http_is_never_benign(sites: Sites, url: str, behaviour: Behaviour) -> None:
    sites.raw(behaviour)

    journey = followed(sites, url, seconds=SECONDS)

    assert journey.stopped_because in (Stop.TIMED_OUT, Stop.UNREACHABLE)
    assert verdict(journey) is Verdict.UNKNOWN


def test_of_an_endless_body_no_more_than_the_cap_is_read(sites: Sites) -> None:
    written = 0

    async def endless(writer: asyncio.StreamWriter) -> None:
        nonlocal written
        writer.write(hostile.HTML_HEAD + b"\r\n<title>Endless</title>")
        for _ in range(1024):
            writer.write(b"<p>more</p>\n" * 5461)
            await writer.drain()
            written += 65_532

    sites.behave("evil.example", "/", endless)

    journey = followed(sites, "http://evil.example/", limits=Limits(body=100_000))

    assert journey.stopped_because is Stop.ARRIVED
    assert journey.page is not None
    assert journey.page.title == "Endless"
    # What the sockets of both sides hold comes on top.
    assert written < 16 * hostile.MIB
    assert verdict(journey) is Verdict.UNKNOWN


@pytest.mark.parametrize(
    "padding",
    [
        b"<!--" + b" " * hostile.MIB + b"-->",
        b"<p>\n" * (hostile.MIB // 4),
        b"<a>" * 10_001,
        b"<input type=hidden>" * 501,
    ],
    ids=["comment", "text", "tags", "fields"],
)
def test_what_stands_behind_more_than_is_read_is_not_taken_for_innocent(sites: Sites, padding: bytes) -> None:
    sites.page("evil.example", body=padding + b"<title>PayPal - Log in</title><input type=password>")

    journey = followed(sites, "https://evil.example/")

    assert journey.stopped_because is Stop.ARRIVED
    assert verdict(journey) is not Verdict.BENIGN


def test_the_long_page_of_a_site_that_is_known_is_no_gap(sites: Sites) -> None:
    sites.page("www.paypal.com", body=b"<title>PayPal</title>" + b"<p>\n" * (hostile.MIB // 4))

    assert verdict(followed(sites, "https://www.paypal.com/")) is Verdict.BENIGN


def test_a_page_that_fits_exactly_is_read_wholly(sites: Sites) -> None:
    sites.page("shop.example", body=b"<title>Shop</title>".ljust(2_000))

    journey = followed(sites, "https://shop.example/", limits=Limits(body=2_000))

    assert verdict(journey) is Verdict.BENIGN


def test_a_scheme_without_an_end_is_kept_short(sites: Sites) -> None:
    sites.redirect("evil.example", to=f"{'a' * 60_000}:x")

    findings, _ = look_at(followed(sites, "https://evil.example/"))

    assert [finding.code for finding in findings] == ["leaves_the_web"]
    assert len(str(findings[0].as_dict())) < 300


def test_endless_redirects_end_at_the_cap(sites: Sites) -> None:
    async def onward(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /%d\r\n\r\n" % len(sites.requests))

    sites.behave("evil.example", "*", onward)

    journey = followed(sites, "http://evil.example/", limits=Limits(hops=4))

    assert (journey.stopped_because, len(sites.requests)) == (Stop.TOO_MANY_HOPS, 4)
    assert verdict(journey) is Verdict.UNKNOWN


def test_what_a_slow_page_showed_before_time_was_up_still_counts(sites: Sites) -> None:
    async def slow(writer: asyncio.StreamWriter) -> None:
        writer.write(hostile.HTML_HEAD + b"\r\n<title>PayPal - Log in</title><input type=password>")
        await writer.drain()
        await asyncio.sleep(5)

    sites.behave("evil.example", "/", slow)

    journey = followed(sites, "https://evil.example/", seconds=SECONDS)

    assert journey.stopped_because is Stop.TIMED_OUT
    assert verdict(journey) is Verdict.MALICIOUS


def test_a_body_that_promised_too_little_is_read_as_far_as_promised(sites: Sites) -> None:
    sites.behave("evil.example", "/", hostile.too_long)

    journey = followed(sites, "http://evil.example/")

    assert journey.stopped_because is Stop.ARRIVED
    assert journey.page is not None
    assert not journey.page.asks_password


BOMBS = {
    "opening brackets": "<",
    "nested tags": "<div>",
    "lists in lists": "<ul><li>",
    "tables in tables": "<table><tr><td>",
    "links in links": "<a href=x><div></a>",
    "end tags": "</b>",
    "comments": "<!--",
    "attributes": "<a b ",
    "open quotes": '<a x="',
    "scripts": "<script>location='",
    "short scripts": "<script>location</script>",
    "braces": "<script>function location(){" + "){" * 8000 + "</script>",
    "images": "<img alt=paypal>",
    "titles": "<title>x</title>",
    "refreshes": '<meta http-equiv=refresh content="">',
    "long attributes": "<input name='" + "password" * 1000 + "'>",
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS.keys())
def test_a_mebibyte_of_markup_is_looked_at_in_little_time(sites: Sites, bomb: str) -> None:
    sites.page("evil.example", body=(bomb * (hostile.MIB // len(bomb) + 1))[: hostile.MIB])
    start = process_time()

    journey = followed(sites, "http://evil.example/")

    # Together with serving and reading the mebibyte; a parser's tree of some of them takes more than 10 s.
    assert process_time() - start < 1.0
    assert journey.stopped_because is Stop.ARRIVED


def test_a_failure_is_a_gap_of_its_own_reason(sites: Sites) -> None:
    sites.nowhere("gone.example")

    findings, gaps = look_at(followed(sites, "http://gone.example/"))

    assert findings == []
    assert [(gap.source, gap.reason) for gap in gaps] == [("redirects", NotCheckedReason.FAILED)]
