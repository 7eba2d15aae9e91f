"""Where a way ends, over real sockets: every reason to stop but a hostile server."""

from __future__ import annotations

import asyncio
from time import monotonic

import pytest

from scans.engine.journeys import Stop
from scans.engine.links import parse
from scans.engine.redirects import Limits, follow
from tests.sites import Sites
from tests.sites.certificates import Fault
from tests.sites.hostile import silence
from tests.sites.visits import followed, way


@pytest.mark.parametrize(
    "url",
    [
        "https://chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStUv",
        "https://wa.me/4915112345678?text=hi",
        "https://shop.example/reset-password?token=9f8a7b6c5d4e3f2a1b0c",
        "https://play.google.com/store/apps/details?id=com.whatsapp",
    ],
)
@pytest.mark.parametrize("is_posted", [True, False])
def test_a_look_only_link_is_never_opened_first_or_later(sites: Sites, url: str, is_posted: bool) -> None:
    sites.redirect("short.example", to=url)

    journey = followed(sites, url if is_posted else "https://short.example/")

    assert journey.stopped_because is Stop.LOOK_ONLY
    assert journey.detail
    assert journey.hops[-1].status is None
    assert sites.urls() == ([] if is_posted else ["https://short.example/"])


@pytest.mark.parametrize(
    ("location", "scheme"),
    [
        ("intent://scan/#Intent;scheme=zxing;end", "intent"),
        ("market://details?id=com.evil", "market"),
        ("upi://pay?pa=a@b&am=1", "upi"),
        ("javascript:alert(1)", "javascript"),
        ("data:text/html,<b>", "data"),
        ("tel:+4912345", "tel"),
        ("JaVaScRiPt:x", "javascript"),
    ],
)
def test_another_scheme_is_named_and_not_followed(sites: Sites, location: str, scheme: str) -> None:
    sites.redirect("a.example", to=location)

    journey = followed(sites, "https://a.example/")

    assert (journey.stopped_because, journey.detail) == (Stop.NOT_WEB, scheme)
    assert way(journey) == [("https://a.example/", "posted", 302)]


@pytest.mark.parametrize("location", ["http://", "https://exa mple.example/", "http://[::1", "http://a..b:99999/"])
def test_a_target_that_is_no_address_ends_the_way(sites: Sites, location: str) -> None:
    sites.redirect("a.example", to=location)

    assert followed(sites, "https://a.example/").stopped_because is Stop.INVALID


def test_a_script_that_sends_to_half_a_character_sends_nowhere(sites: Sites) -> None:
    sites.page("a.example", body="<script>location = '//b.example/\\ud800'</script>")

    assert followed(sites, "https://a.example/").stopped_because is Stop.INVALID


def test_a_loop_is_left_after_one_round(sites: Sites) -> None:
    sites.redirect("a.example", to="https://b.example/")
    sites.redirect("b.example", to="https://a.example/")

    journey = followed(sites, "https://a.example/")

    assert journey.stopped_because is Stop.LOOP
    assert sites.urls() == ["https://a.example/", "https://b.example/"]


def test_a_tracking_parameter_added_by_the_server_is_no_loop(sites: Sites) -> None:
    sites.redirect("a.example", "/", to="https://a.example/?utm_source=x")
    sites.page("a.example", "/?utm_source=x", body="<title>Here</title>")

    journey = followed(sites, "https://a.example/")

    assert (journey.stopped_because, len(journey.hops)) == (Stop.ARRIVED, 2)
    assert sites.requests[1].path == "/?utm_source=x"


def test_ten_addresses_are_opened_and_no_more(sites: Sites) -> None:
    for number in range(20):
        sites.redirect("a.example", f"/{number}", to=f"/{number + 1}")

    journey = followed(sites, "http://a.example/0")

    assert journey.stopped_because is Stop.TOO_MANY_HOPS
    assert len(sites.requests) == Limits().hops == 10
    assert [hop.status for hop in journey.hops] == [302] * 10 + [None]


@pytest.mark.parametrize(
    "location",
    ["http://10.0.0.1/", "http://localhost/", "http://[::1]/", "http://a.example:22/", "http://inside.example/"],
)
def test_every_hop_is_checked_by_the_guard(sites: Sites, location: str) -> None:
    sites.at("inside.example", "192.168.1.1")
    sites.redirect("a.example", to=location)

    journey = followed(sites, "https://a.example/")

    assert journey.stopped_because is Stop.BLOCKED
    assert journey.detail
    assert journey.hops[-1].status is None
    assert sites.connections == 1


def test_a_name_that_does_not_exist_is_unreachable(sites: Sites) -> None:
    sites.nowhere("gone.example")

    journey = followed(sites, "https://gone.example/")

    assert (journey.stopped_because, journey.page) == (Stop.UNREACHABLE, None)
    assert sites.connections == 0


@pytest.mark.parametrize("fault", [Fault.EXPIRED, Fault.OTHER_NAME, Fault.SELF_SIGNED])
def test_a_bad_certificate_ends_the_way_before_anything_is_asked(sites: Sites, fault: Fault) -> None:
    sites.page("bank.example", body="<input type=password>")
    sites.certificate("bank.example", fault)

    journey = followed(sites, "https://bank.example/")

    assert journey.stopped_because is Stop.BAD_CERTIFICATE
    assert sites.requests == []


def test_time_is_one_limit_over_all_hops(sites: Sites) -> None:
    for number in range(5):
        sites.redirect("a.example", f"/{number}", to=f"/{number + 1}")
    sites.behave("a.example", "/5", silence)
    start = monotonic()

    journey = followed(sites, "http://a.example/0", seconds=0.5)

    assert journey.stopped_because is Stop.TIMED_OUT
    assert [hop.status for hop in journey.hops] == [302] * 5 + [None]
    assert monotonic() - start < 2


def test_being_cancelled_passes_through(sites: Sites) -> None:
    sites.behave("a.example", "/", silence)

    async def cancelled() -> None:
        async with sites.client() as client:
            visit = asyncio.create_task(follow(parse("http://a.example/"), client))
            await asyncio.sleep(0.2)
            visit.cancel()
            await visit

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(cancelled())
