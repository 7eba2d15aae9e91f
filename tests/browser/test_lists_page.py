"""The page of a list: its terms before it is used, and what it would change, on a phone and on a desk."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.fitting import assert_fits, assert_targets

pytestmark = pytest.mark.browser


def name_of(phone: bool, dark: bool) -> str:
    return f"{'360' if phone else '1280'}-{'dark' if dark else 'light'}"


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("phone", [True, False])
def test_what_a_list_on_trial_would_change_fits_its_screen(
    opened: OpenPage, shots: Path, phone: bool, dark: bool
) -> None:
    page = opened("/admin/scans/feed/?q=Neighbourhood", phone=phone, dark=dark)
    page.click("#result_list a[href*='/change/'] >> nth=0")

    expect(page.locator("ul.trial > li").first).to_be_visible()
    expect(page.locator("ul.trial a")).to_have_count(0)
    page.screenshot(path=shots / f"list-trial-{name_of(phone, dark)}.png", full_page=True)
    assert_fits(page)
    assert_targets(page)


@pytest.mark.parametrize("phone", [True, False])
def test_a_list_of_the_program_is_switched_on_after_its_terms_were_read(
    opened: OpenPage, shots: Path, phone: bool
) -> None:
    page = opened("/admin/scans/feed/?q=OpenPhish", phone=phone)
    page.click("#result_list a[href*='/change/'] >> nth=0")
    page.screenshot(path=shots / f"list-page-{name_of(phone, False)}.png", full_page=True)
    assert_fits(page)
    page.click("button:has-text('Put on trial'), button:has-text('Switch off')")

    page.screenshot(path=shots / f"list-question-{name_of(phone, False)}.png", full_page=True)
    assert_fits(page)
    assert_targets(page)
    page.click("button.solid")

    expect(page.locator("text=Done for 1 row.")).to_be_visible()


def test_a_key_is_typed_blind(opened: OpenPage, shots: Path) -> None:
    page = opened("/admin/scans/feed/?q=URLhaus")
    page.click("#result_list a[href*='/change/'] >> nth=0")
    page.click("button:has-text('Set the key')")

    expect(page.locator("input[name=key]")).to_have_attribute("type", "password")
    page.screenshot(path=shots / "list-key-360-light.png", full_page=True)
    assert_fits(page)
    assert_targets(page)
