"""The desk before any script has run, and without any: it is there, and what matters can be done."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import Desk
from tests.browser.fitting import assert_fits
from tests.browser.house import PHONE
from tests.factories import PASSWORD

pytestmark = pytest.mark.browser

ALPINE = re.compile(r"/alpine[^/]*\.js")


@pytest.fixture
def contexts(chromium: Browser) -> Iterator[list[BrowserContext]]:
    opened: list[BrowserContext] = []
    yield opened
    for context in opened:
        context.close()


def test_without_script_one_logs_in_looks_decides_and_takes_it_back(
    desk: Desk, chromium: Browser, login_state: Any, contexts: list[BrowserContext]
) -> None:
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False, locale="en", base_url=desk.address)
    contexts.append(context)
    page = context.new_page()
    page.goto("/desk/queue/")
    page.fill("[name=username]", "ada")
    page.fill("[name=password]", PASSWORD)
    page.click("[type=submit]")
    expect(page.locator("#queue h1")).to_be_visible()
    assert_fits_without_script(page)

    page.locator("#queue .item .open").first.click()
    expect(page.locator("h1.says")).to_be_visible()
    page.click(".opts-fold summary")
    page.click(".seg label:has-text('Whole host')")
    page.click(".thumb [value=unsure]")
    expect(page.locator(".toast")).to_be_visible()
    page.click(".toast button")

    expect(page.locator("text=Taken back.")).to_be_visible()
    page.click("#nav-sidebar a[href='/admin/groups/group/']")
    expect(page.locator("#result_list")).to_be_visible()
    expect(page.locator("text=Log out")).to_be_visible()


def assert_fits_without_script(page: Page) -> None:
    """A picture of the whole page is as wide as the page is; no script can be asked."""
    width = int.from_bytes(page.screenshot(full_page=True)[16:20], "big")  # of the PNG's first chunk
    assert width == PHONE["width"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_is_there_in_its_colours_when_alpine_never_comes(
    desk: Desk, chromium: Browser, login_state: Any, contexts: list[BrowserContext], scheme: Any
) -> None:
    context = chromium.new_context(
        viewport=PHONE, storage_state=login_state, color_scheme=scheme, locale="en", base_url=desk.address
    )
    contexts.append(context)
    page = context.new_page()
    page.route(ALPINE, lambda route: route.abort())
    page.goto("/desk/queue/")

    expect(page.locator("html")).to_have_class("dark" if scheme == "dark" else "")
    assert_fits(page)
    page.locator("#queue .item .open").first.click()
    expect(page.locator("h1.says")).to_be_visible()
    page.locator("summary:has-text('Raw facts')").click()


def test_the_colours_that_a_reader_chose_hold_before_and_after_alpine(
    desk: Desk, chromium: Browser, login_state: Any, contexts: list[BrowserContext]
) -> None:
    context = chromium.new_context(storage_state=login_state, color_scheme="dark", locale="en", base_url=desk.address)
    contexts.append(context)
    page = context.new_page()
    page.goto("/desk/queue/")
    expect(page.locator("html")).to_have_class("dark")
    page.click(".account")
    page.click(".theme-switch >> text=Light")
    expect(page.locator("html")).to_have_class("light")

    page.route(ALPINE, lambda route: route.abort())
    page.reload()

    expect(page.locator("html")).not_to_have_class(re.compile("dark"))
