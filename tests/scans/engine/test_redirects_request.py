"""One request of a visit: what a site learns from it, and what is read of its answer."""

from __future__ import annotations

import pytest

from scans.engine.links import parse
from scans.engine.redirects import USER_AGENT, address_of
from tests.sites import Sites
from tests.sites.visits import followed


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
