"""A login that ends while a page stands open: decisions, lists and live parts lead to the login and back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Desk, Watch
from tests.browser.house import DESKTOP, PHONE
from tests.factories import PASSWORD

pytestmark = pytest.mark.browser

SESSION = "sessionid"


@pytest.fixture
def page(request: pytest.FixtureRequest, desk: Desk, chromium: Browser, login_state: Any) -> Iterator[Page]:
    """A page of the owner's, wide where the test is about the queue beside the card."""
    size = DESKTOP if "wide" in request.node.name else PHONE
    context = chromium.new_context(viewport=size, storage_state=login_state, locale="en", base_url=desk.address)
    page, watch = context.new_page(), Watch()
    watch.on(page)
    yield page
    context.close()
    refused = ("401: ", "console: Failed to load resource")
    assert [one for one in watch.complaints if not one.startswith(refused)] == []


def log_in(page: Page) -> None:
    page.fill("[name=username]", "ada")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")


def test_a_decision_made_after_the_login_ended_is_sent_with_one_tap_more(page: Page) -> None:
    page.goto("/desk/queue/")
    page.locator("#queue .item .open").first.click()
    expect(page.locator("h1.says")).to_be_visible()
    page.context.clear_cookies(name=SESSION)

    page.click(".thumb [value=unsure]")
    expect(page.locator("text=What you sent is kept")).to_be_visible()
    log_in(page)
    page.click("text=Send it now")

    expect(page.locator(".toast")).to_be_visible()
    expect(page.locator("h1.says")).to_be_visible()


def test_on_a_wide_queue_a_key_pressed_too_late_decides_after_the_login(page: Page) -> None:
    page.goto("/desk/queue/?show=all")
    expect(page.locator("#pane .verdict")).to_be_visible()
    page.context.clear_cookies(name=SESSION)

    page.keyboard.press("n")
    log_in(page)
    page.click("text=Send it now")

    expect(page.locator(".toast")).to_be_visible()
    assert page.url.endswith("/desk/queue/?show=all")


def test_on_a_wide_queue_the_next_link_is_shown_after_the_login(page: Page) -> None:
    page.goto("/desk/queue/?show=all")
    expect(page.locator("#pane .verdict")).to_be_visible()
    page.context.clear_cookies(name=SESSION)

    page.keyboard.press("j")
    log_in(page)

    expect(page.locator("#pane .verdict")).to_be_visible()
    assert page.url.endswith("/desk/queue/?show=all")


@pytest.mark.parametrize(("path", "part"), [("/admin/", "#now"), ("/desk/queue/", "#fresh"), ("/desk/phone/", "#live")])
def test_a_page_that_renews_itself_goes_to_the_login_and_back(page: Page, path: str, part: str) -> None:
    page.goto(path)
    expect(page.locator(part)).to_be_attached()
    page.context.clear_cookies(name=SESSION)

    page.evaluate(f"htmx.ajax('GET', document.querySelector('{part}').getAttribute('hx-get'), '{part}')")
    page.wait_for_url("**/admin/login/**")
    log_in(page)

    page.wait_for_url(re.compile(rf"{path}$"))
    expect(page.locator(part)).to_be_attached()


def test_a_page_that_is_written_on_stays_and_says_that_the_login_ended(page: Page) -> None:
    page.goto("/desk/queue/")
    page.locator("#queue .tick input").first.check()
    page.context.clear_cookies(name=SESSION)

    page.evaluate("htmx.ajax('GET', document.querySelector('#fresh').getAttribute('hx-get'), '#fresh')")
    expect(page.locator("#login-ended")).to_be_visible()
    page.click(".bulk [value=unsure]")
    log_in(page)
    page.click("text=Send it now")

    expect(page.locator(".toast")).to_be_visible()
