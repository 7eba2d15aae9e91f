"""Single keys where one expects them: from the card into the search, to the queue, and back to one's place."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage

pytestmark = pytest.mark.browser

CURRENT = "#queue .item[aria-current]"


def looked_at(page: Page) -> str:
    expect(page.locator(CURRENT)).to_have_count(1)
    return page.locator(CURRENT).get_attribute("data-link") or ""


def test_a_search_begins_on_the_card_and_ends_by_escape(opened: OpenPage) -> None:
    page = opened("/desk/queue/?show=all&q=correos", phone=False)
    first = looked_at(page)
    page.locator(f"{CURRENT} .open").press("Enter")
    expect(page.locator("h1.says")).to_be_visible()
    page.keyboard.press("/")

    expect(page.locator("#find")).to_be_focused()
    expect(page.locator("#find")).to_have_value("correos")
    page.keyboard.type("x")
    page.keyboard.press("Escape")
    expect(page.locator("#find")).to_have_value("correos")
    page.keyboard.press("j")
    expect(page.locator(f"{CURRENT}[data-link='{first}']")).to_have_count(0)
    assert looked_at(page)


def test_one_comes_back_to_the_link_one_looked_at(opened: OpenPage) -> None:
    page = opened("/desk/queue/", phone=False)
    page.keyboard.press("j")
    page.keyboard.press("j")
    chosen = looked_at(page)

    page.keyboard.press("Enter")
    expect(page.locator("h1.says")).to_be_visible()
    page.go_back()

    expect(page.locator("#pane .verdict")).to_be_visible()
    assert looked_at(page) == chosen


@pytest.mark.parametrize("path", ["/admin/", "/admin/waclient/sighting/", "/desk/me/"])
def test_g_and_q_lead_to_the_queue_from_everywhere(opened: OpenPage, path: str) -> None:
    page = opened(path, phone=False)
    page.keyboard.press("g")
    page.keyboard.press("q")

    page.wait_for_url("**/desk/queue/")


def test_a_choice_keeps_the_search_and_tells_no_numbers_of_another(opened: OpenPage) -> None:
    page = opened("/desk/queue/?q=correos")
    expect(page.locator(".filters b")).to_have_count(0)

    page.click(".filters a:has-text('All')")

    expect(page.locator("#find")).to_have_value("correos")
