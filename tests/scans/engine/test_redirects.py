"""Where links lead, over real sockets: every way of sending on, every reason to stop."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from time import monotonic

import pytest

from scans.engine.journeys import Stop
from scans.engine.links import parse
from scans.engine.redirects import USER_AGENT, Limits, address_of, follow
from tests.sites import Sites
from tests.sites.certificates import Fault
from tests.sites.hostile import silence
from tests.sites.visits import followed, way


@pytest.fixture(scope="module")
def internet() -> Iterator[Sites]:
    with Sites.start() as started:
        yield started


@pytest.fixture
def sites(internet: Sites) -> Sites:
    internet.forget()
    return internet


@pytest.mark.parametrize("status", [200, 204, 403, 404, 410, 500, 503])
def test_a_page_that_answers_is_an_arrival_with_its_status(sites: Sites, status: int) -> None:
    sites.page("shop.example", status=status)

    journey = followed(sites, "https://shop.example/")

    assert way(journey) == [("https://shop.example/", "posted", status)]
    assert (journey.stopped_because, journey.final) == (Stop.ARRIVED, journey.hops[0].link)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_every_redirecting_status_is_followed(sites: Sites, status: int) -> None:
    sites.redirect("a.example", to="https://b.example/", status=status)

    journey = followed(sites, "https://a.example/")

    assert way(journey) == [("https://a.example/", "posted", status), ("https://b.example/", "redirect", 404)]


@pytest.mark.parametrize(
    ("location", "end"),
    [
        ("https://b.example/x?y=1", "https://b.example/x?y=1"),
        ("//b.example/x", "https://b.example/x"),
        ("/next", "https://a.example/next"),
        ("next", "https://a.example/deep/next"),
        ("?q", "https://a.example/deep/page?q"),
        ("HTTPS://B.EXAMPLE", "https://b.example/"),
        (r"\\b.example\x", "https://b.example/x"),
        ("https:b.example", "https://a.example/deep/b.example"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://user:pw@b.example/", "https://user:pw@b.example/"),
        ("https://b.example/#part", "https://b.example/"),
        (" https://b.example/ ", "https://b.example/"),
    ],
)
def test_a_location_is_read_as_a_browser_does(sites: Sites, location: str, end: str) -> None:
    sites.redirect("a.example", "/deep/page", to=location)
    sites.page("a.example", "/deep/page?q", status=404)

    journey = followed(sites, "https://a.example/deep/page")

    assert way(journey) == [("https://a.example/deep/page", "posted", 302), (end, "redirect", 404)]
    assert journey.stopped_because is Stop.ARRIVED


@pytest.mark.parametrize("status", [200, 300, 304, 305, 306, 404])
def test_a_location_of_another_status_leads_nowhere(sites: Sites, status: int) -> None:
    sites.redirect("a.example", to="https://b.example/", status=status)

    assert way(followed(sites, "http://a.example/")) == [("http://a.example/", "posted", status)]


def test_refresh_header_refresh_in_the_page_and_script_are_followed(sites: Sites) -> None:
    sites.page("a.example", headers={"Refresh": "0; url=https://b.example/"}, body="wait")
    sites.page("b.example", body='<meta http-equiv="Refresh" content="3;URL=\'//c.example/\'">')
    sites.page("c.example", body='<script>window.location.href = "https:\\/\\/d.example\\/";</script>')
    sites.page("d.example", body="<title>The end</title>")

    journey = followed(sites, "https://a.example/")

    assert way(journey) == [
        ("https://a.example/", "posted", 200),
        ("https://b.example/", "refresh", 200),
        ("https://c.example/", "meta", 200),
        ("https://d.example/", "script", 200),
    ]
    assert journey.page is not None
    assert (journey.page.title, journey.page.host) == ("The end", "d.example")
    assert [page.host for page in journey.passed] == ["a.example", "b.example", "c.example"]


def test_addresses_of_a_page_are_relative_to_what_the_page_says(sites: Sites) -> None:
    sites.page("a.example", body='<base href="https://b.example/x/"><meta http-equiv=refresh content="0;url=y">')

    assert followed(sites, "https://a.example/").final.url == "https://b.example/x/y"


@pytest.mark.parametrize(
    "body",
    [
        '<meta http-equiv="refresh" content="30">',
        '<meta http-equiv="refresh" content="5; url=/">',
        '<meta http-equiv="refresh" content="5; url=#top">',
        '<script>location.href = "https://a.example/"</script>',
        '<meta http-equiv="refresh" content="0; url=javascript:alert(1)">',
        '<meta http-equiv="refresh" content="900; url=https://b.example/">',
        '<noscript><meta http-equiv="refresh" content="0; url=https://b.example/"></noscript>',
        '<textarea><meta http-equiv="refresh" content="0; url=https://b.example/"></textarea>',
        '<!-- <meta http-equiv="refresh" content="0; url=https://b.example/"> -->',
    ],
)
def test_a_page_that_reloads_itself_or_only_seems_to_send_on_is_the_end(sites: Sites, body: str) -> None:
    sites.page("a.example", body=body)

    journey = followed(sites, "https://a.example/")

    assert (len(journey.hops), journey.stopped_because) == (1, Stop.ARRIVED)


def test_a_wrapped_address_is_taken_out_and_the_wrapper_never_asked(sites: Sites) -> None:
    sites.redirect("short.example", "/x", to="https://l.facebook.com/l.php?u=https%3A%2F%2Fshop.example%2F")

    journey = followed(sites, "https://www.google.com/url?q=https://short.example/x")

    assert way(journey) == [
        ("https://www.google.com/url?q=https://short.example/x", "posted", None),
        ("https://short.example/x", "wrapped", 302),
        ("https://l.facebook.com/l.php?u=https%3A%2F%2Fshop.example%2F", "redirect", None),
        ("https://shop.example/", "wrapped", 404),
    ]
    assert sites.urls() == ["https://short.example/x", "https://shop.example/"]


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


def test_a_site_learns_nothing_about_the_way_or_the_visitor(sites: Sites) -> None:
    sites.page("a.example", status=302, headers={"Location": "http://b.example/", "Set-Cookie": "id=1; Domain=example"})
    sites.redirect("b.example", to="https://a.example/again")

    followed(sites, "https://name:secret@a.example/")

    for seen in sites.requests:
        assert not {"cookie", "referer", "authorization", "origin"} & set(seen.headers)
        assert seen.headers["user-agent"] == USER_AGENT
        assert seen.headers["accept-encoding"] == "identity"
    assert len(sites.requests) == 3


def test_the_user_agent_is_the_callers_to_choose(sites: Sites) -> None:
    followed(sites, "https://a.example/", user_agent="group desk/1")

    assert sites.requests[0].headers["user-agent"] == "group desk/1"


@pytest.mark.parametrize(
    ("raw", "address"),
    [
        ("https://a.example/?utm_source=x&b=1#c", "https://a.example/?utm_source=x&b=1"),
        ("HTTP://A.example:80", "http://a.example/"),
        ("https://user:pw@a.example/", "https://a.example/"),
    ],
)
def test_what_is_opened_is_what_was_posted_without_user_and_fragment(raw: str, address: str) -> None:
    assert address_of(parse(raw)) == address


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


@pytest.mark.parametrize(
    ("headers", "offers"),
    [
        ({"Content-Type": "application/vnd.android.package-archive"}, ".apk"),
        (
            {"Content-Type": "application/octet-stream", "Content-Disposition": 'attachment; filename="Invite.APK"'},
            ".apk",
        ),
        ({"Content-Disposition": "attachment; filename*=UTF-8''update.exe"}, ".exe"),
        ({"Content-Type": "application/x-msdownload"}, ".exe"),
        ({"Content-Type": "application/pdf", "Content-Disposition": "attachment; filename=menu.pdf"}, ""),
        ({"Content-Type": "image/png"}, ""),
    ],
)
def test_a_download_is_known_by_its_headers_and_its_body_not_read(
    sites: Sites, headers: dict[str, str | None], offers: str
) -> None:
    sites.page("a.example", "/get", headers=headers, body="<title>Not a page</title>")

    page = followed(sites, "https://a.example/get").page

    assert page is not None
    assert (page.offers, page.is_download) == (offers, bool(offers))
    if "Content-Type" in headers:
        assert page.title == ""


@pytest.mark.parametrize("content_type", ["text/html", "TEXT/HTML;charset=x", "application/xhtml+xml", None, "html"])
def test_what_a_browser_shows_as_a_page_is_read(sites: Sites, content_type: str | None) -> None:
    sites.page("a.example", headers={"Content-Type": content_type}, body="<title>Read</title>")

    page = followed(sites, "https://a.example/").page

    assert page is not None
    assert page.title == "Read"
