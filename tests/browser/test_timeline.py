"""All checks of one link, on a phone and on a desk."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Desk, OpenPage
from tests.browser.fitting import assert_fits, assert_targets

pytestmark = pytest.mark.browser

THIRD = "SELECT id FROM scans_scan WHERE host LIKE 'a-link-with-a-long-story%' ORDER BY requested_at LIMIT 1 OFFSET 2"


@pytest.mark.parametrize(("phone", "dark"), [(True, False), (True, True), (False, False), (False, True)])
def test_a_links_story_fits_its_screen(opened: OpenPage, desk: Desk, shots: Path, phone: bool, dark: bool) -> None:
    with sqlite3.connect(desk.database, timeout=20) as connection:
        [scan] = connection.execute(THIRD).fetchone()
    connection.close()

    page = opened(f"/admin/scans/scan/{scan}/change/", phone=phone, dark=dark)

    expect(page.locator("ol.timeline > li")).to_have_count(7)
    expect(page.locator("ol.timeline > li").nth(2)).to_have_attribute("aria-current", "true")
    expect(page.locator("ol.timeline .row-link")).to_have_count(5)
    assert_fits(page)
    assert_targets(page)
    page.locator("ol.timeline").scroll_into_view_if_needed()
    name = f"timeline-{'phone' if phone else 'desk'}-{'dark' if dark else 'light'}.png"
    page.screenshot(path=shots / name, full_page=True)


def test_every_check_opens_from_every_other(opened: OpenPage, desk: Desk) -> None:
    with sqlite3.connect(desk.database, timeout=20) as connection:
        [scan] = connection.execute(THIRD).fetchone()
    connection.close()
    page = opened(f"/admin/scans/scan/{scan}/change/")

    page.locator("ol.timeline .row-link").last.click()

    expect(page.locator("ol.timeline > li").nth(5)).to_have_attribute("aria-current", "true")
