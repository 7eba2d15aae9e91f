"""The card in a browser: what is blurred until asked for, and what can be copied."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage

pytestmark = pytest.mark.browser

CARD = "/desk/queue/?show=all&q=a-link-with-a-long-story"


def card(opened: OpenPage) -> Page:
    page = opened(CARD)
    page.locator("#queue .open").click()
    expect(page.locator(".picture")).to_be_visible()
    return page


def test_the_picture_of_a_page_is_blurred_until_it_is_asked_for_by_keyboard_too(opened: OpenPage) -> None:
    page = card(opened)
    picture, ask = page.locator(".picture img"), page.get_by_label("Show it")

    picture.scroll_into_view_if_needed()
    expect(picture).to_have_css("filter", "blur(28px)")
    expect(picture).to_have_js_property("complete", True)
    ask.focus()
    page.keyboard.press("Space")
    expect(picture).to_have_css("filter", "none")
    page.keyboard.press("Space")
    expect(picture).to_have_css("filter", "blur(28px)")
