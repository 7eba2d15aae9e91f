"""The providers' pages, on a phone and on a desk."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.fitting import assert_fits

pytestmark = pytest.mark.browser

LIST = "/admin/scans/providerstate/"
VIRUSTOTAL = "a[href*='/providerstate/virustotal/change/']"


@pytest.mark.parametrize(("phone", "dark"), [(True, False), (True, True), (False, False)])
def test_the_providers_fit_their_screen_and_a_key_is_typed_unseen(
    opened: OpenPage, shots: Path, phone: bool, dark: bool
) -> None:
    page = opened(LIST, phone=phone, dark=dark)
    shot = f"{'phone' if phone else 'desk'}-{'dark' if dark else 'light'}.png"
    expect(page.locator(VIRUSTOTAL)).to_be_visible()
    assert_fits(page)
    page.screenshot(path=shots / f"providers-{shot}", full_page=True)

    page.locator(VIRUSTOTAL).click()
    expect(page.get_by_text("What leaves this machine").first).to_be_visible()
    assert_fits(page)
    page.screenshot(path=shots / f"provider-{shot}", full_page=True)

    page.get_by_role("button", name="Set the key").click()
    key = page.locator("[name=key]")
    expect(key).to_have_attribute("type", "password")
    expect(key).to_have_value("")
    assert_fits(page)
