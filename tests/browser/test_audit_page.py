"""The audit trail with one thumb: found, opened, left and come back to, taken out."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.fitting import assert_fits, assert_targets

pytestmark = pytest.mark.browser

TOUCHED = ".audit .spans a, .audit .used a, .audit summary, .audit .meta a"
MIN_TARGET = 44


@pytest.mark.parametrize(("phone", "dark"), [(True, False), (False, True)])
def test_entries_are_found_by_a_filter_that_survives_going_back_and_are_taken_out(
    opened: OpenPage, shots: Path, phone: bool, dark: bool
) -> None:
    page = opened("/desk/audit/", phone=phone, dark=dark)
    assert_fits(page)
    page.screenshot(path=shots / f"audit-{'360' if phone else '1280'}-{'dark' if dark else 'light'}.png")

    page.locator(".find summary").click()
    assert_fits(page)
    page.select_option("[name=what]", "link.fine")
    page.fill("[name=q]", "ada")
    page.get_by_role("button", name="Show", exact=True).click()
    page.get_by_role("link", name="7 days").click()

    sentences = page.locator(".says")
    expect(sentences.first).to_contain_text("ada said that")
    page.locator(".raw summary").first.click()
    expect(page.locator(".raw pre").first).to_contain_text('"action": "link.fine"')
    assert_fits(page)
    assert_targets(page)
    heights = page.locator(TOUCHED).evaluate_all("all => all.map(one => one.getBoundingClientRect().height)")
    assert min(heights) >= MIN_TARGET - 0.5

    found, address = sentences.count(), page.url
    page.locator(".meta a").first.click()
    expect(page.locator(".audit pre")).to_contain_text("link.fine")
    assert_fits(page)
    page.get_by_role("link", name="Back to the entries found").click()
    expect(page).to_have_url(address)
    page.locator(".meta a").first.click()
    page.wait_for_url("**/desk/audit/*/**")
    page.go_back()
    expect(page).to_have_url(address)
    expect(sentences).to_have_count(found)

    with page.expect_download() as download:
        page.get_by_role("link", name="Export as CSV").click()
    assert download.value.suggested_filename.startswith("audit-2")
    lines = Path(download.value.path()).read_text().splitlines()
    assert lines[0].startswith("at,actor,says,action")
    assert len(lines) == found + 1
