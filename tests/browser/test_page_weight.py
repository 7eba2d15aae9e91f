"""What a page costs on a slow line: bytes as they are sent, on a first visit and on the next one."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Demo
from tests.browser.house import PHONE
from tests.browser.touring import become

pytestmark = pytest.mark.browser

KIB = 1024
FIRST, AGAIN = 450 * KIB, 30 * KIB  # docs/architecture.md names them


@pytest.fixture
def page(demo: Demo, chromium: Browser) -> Page:
    return chromium.new_context(viewport=PHONE).new_page()


def weight(page: Page, address: str) -> int:
    """The bytes of every answer, with headers; what comes from the browser's own store counts nothing."""
    sizes: list[float] = []
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(address, wait_until="networkidle")
    session.detach()
    return int(sum(sizes))


@pytest.mark.parametrize("name", ["login", "queue", "card"])
def test_a_page_stays_light_on_a_slow_line(demo: Demo, page: Page, name: str) -> None:
    one = next(one for one in demo.tour.addresses if one["name"].startswith(name))
    become(page, demo.address, demo.tour.sessions.get(one["visitor"], ""))

    first = weight(page, demo.address + one["path"])
    again = weight(page, demo.address + one["path"])

    assert 0 < first <= FIRST
    assert 0 < again <= AGAIN
