"""Whether a page fits its screen and its targets a thumb."""

from __future__ import annotations

from playwright.sync_api import Page

MIN_TARGET = 44  # CSS pixels
TOO_WIDE = "document.documentElement.scrollWidth > innerWidth"
SMALL = f"""() => [...document.querySelectorAll(
    'main .btn, .desk .btn, a.row-link, .desk select, .desk .input, .desk .tabs a, .desk .waits a, .desk .counts a')]
    .filter(target => target.checkVisibility() && target.getBoundingClientRect().height < {MIN_TARGET - 0.5})
    .map(target => target.textContent.trim().slice(0, 40) || target.outerHTML.slice(0, 80))"""


def assert_fits(page: Page) -> None:
    assert not page.evaluate(TOO_WIDE), page.url


def assert_targets(page: Page) -> None:
    assert page.evaluate(SMALL) == []
