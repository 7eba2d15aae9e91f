"""A site that shows phones something else than a scanner."""

from __future__ import annotations

import asyncio

import pytest

from scans.engine.cloaking import PHONE, look_for_cloaking
from scans.engine.findings import Finding
from scans.engine.links import parse
from scans.engine.redirects import follow
from tests.sites import Answer, Seen, Sites


def looked_for(sites: Sites, url: str) -> Finding | None:
    async def visit() -> Finding | None:
        link = parse(url)
        async with sites.client() as client:
            return await look_for_cloaking(link, client, await follow(link, client), seconds=2)

    return asyncio.run(visit())


def send_phones(sites: Sites, to: str) -> None:
    def choose(seen: Seen) -> Answer:
        is_phone = seen.headers["user-agent"] == PHONE
        return Answer(302, {"Location": to}) if is_phone else Answer(body=b"<title>Nothing here</title>")

    sites.choose("a.example", "/", choose)


def test_another_site_for_phones_is_found(sites: Sites) -> None:
    send_phones(sites, "https://evil.example/")

    found = looked_for(sites, "https://a.example/")

    assert found is not None
    assert (found.code, found.param("host"), found.param("domain")) == ("cloaking", "a.example", "evil.example")


@pytest.mark.parametrize(
    "to",
    [
        "https://m.a.example/",
        "https://play.google.com/store/apps/details?id=a",
        "intent://a#Intent;end",
        "https://gone.example/",
    ],
)
def test_what_honest_sites_do_for_phones_is_not_cloaking(sites: Sites, to: str) -> None:
    sites.nowhere("gone.example")
    send_phones(sites, to)

    assert looked_for(sites, "https://a.example/") is None


def test_two_domains_of_one_owner_are_one_site(sites: Sites) -> None:
    sites.choose(
        "short.example", "/",
        lambda seen: Answer(302, {"Location": "https://fb.watch/x" if "Android" in seen.headers["user-agent"] else "https://www.facebook.com/x"}),
    )  # fmt: skip

    assert looked_for(sites, "https://short.example/") is None


def test_a_link_that_did_not_arrive_is_not_asked_again(sites: Sites) -> None:
    sites.redirect("a.example", to="https://a.example/")

    assert looked_for(sites, "https://a.example/") is None
    assert len(sites.requests) == 1
