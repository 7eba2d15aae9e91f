"""Parts of pages that ask for themselves again, in a browser whose clock the test turns."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Desk
from tests.browser.house import PHONE

pytestmark = pytest.mark.browser

HIDE = "Object.defineProperty(document, 'visibilityState', { get: () => 'hidden' })"
LIVE = "**/desk/dashboard/live/"


@pytest.fixture
def page(desk: Desk, chromium: Browser, login_state: object) -> Page:
    context = chromium.new_context(viewport=PHONE, storage_state=login_state, base_url=desk.address)  # type: ignore[arg-type]
    page = context.new_page()
    page.clock.install()
    return page


def test_what_did_not_change_is_not_sent_and_not_moved(page: Page) -> None:
    page.goto("/admin/")
    with page.expect_response(LIVE) as first:
        page.clock.run_for(5000)
    first.value.finished()
    page.wait_for_function("!document.querySelector('#now.htmx-request, #now.htmx-settling, #now.htmx-added')")
    page.evaluate("document.querySelector('#now').dataset.mark = 'the same'")
    with page.expect_response(LIVE) as again:
        page.clock.run_for(5000)

    assert (first.value.status, again.value.status) == (200, 304)
    assert page.locator("#now").get_attribute("data-mark") == "the same"
    page.context.close()


def test_a_page_that_nobody_looks_at_asks_every_half_minute(page: Page) -> None:
    page.add_init_script(HIDE)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "live" in request.url else None)
    page.goto("/admin/")
    page.clock.run_for(29_000)
    assert asked == []

    with page.expect_response(LIVE):
        page.clock.run_for(1_100)
    page.context.close()
