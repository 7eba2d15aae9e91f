"""The card in a browser: what is blurred until asked for, and what can be copied."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.fitting import assert_fits

pytestmark = pytest.mark.browser

CARD = "/desk/queue/?show=all&q=a-link-with-a-long-story"


def card(opened: OpenPage) -> Page:
    page = opened(CARD)
    page.locator("#queue .open").click()
    expect(page.locator(".picture")).to_be_visible()
    return page


def test_a_group_named_by_one_endless_word_widens_nothing(opened: OpenPage) -> None:
    assert_fits(card(opened))


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


def test_the_harmless_address_is_copied_by_keyboard_and_the_page_says_so(opened: OpenPage) -> None:
    page = card(opened)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    button = page.get_by_role("button", name="Copy the harmless address")

    button.focus()
    page.keyboard.press("Enter")

    expect(page.locator(".copy [role=status]")).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == "hxxps://a-link-with-a-long-story[.]shop-deals-and-more[.]example/offer"
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.locator(".copy [role=status]").evaluate("status => { status.textContent = ''; }")
    button.click()
    expect(page.locator(".copy [role=status]")).to_have_text("Copied")
