"""Where a link leads, on a phone and on a desk."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Desk, OpenPage
from tests.browser.fitting import assert_fits

pytestmark = pytest.mark.browser

LONGEST = "SELECT id FROM scans_scan ORDER BY json_array_length(hops) DESC, id LIMIT 1"


@pytest.mark.parametrize(("phone", "dark"), [(True, False), (True, True), (False, False)])
def test_a_long_way_fits_its_screen(opened: OpenPage, desk: Desk, shots: Path, phone: bool, dark: bool) -> None:
    with sqlite3.connect(desk.database, timeout=20) as connection:
        [scan] = connection.execute(LONGEST).fetchone()
    connection.close()

    page = opened(f"/admin/scans/scan/{scan}/change/", phone=phone, dark=dark)

    expect(page.locator("ol.chain > li")).to_have_count(6)
    expect(page.locator("ol.chain a")).to_have_count(0)
    expect(page.get_by_text("What left this machine")).to_be_visible()
    assert_fits(page)
    page.screenshot(
        path=shots / f"scan-{'phone' if phone else 'desk'}-{'dark' if dark else 'light'}.png", full_page=True
    )
