"""Where links lead, over real sockets: every way of sending on."""

from __future__ import annotations

import pytest

from scans.engine.journeys import Stop
from tests.sites import Sites
from tests.sites.visits import followed, way


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
