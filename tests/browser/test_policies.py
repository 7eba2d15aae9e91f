"""Overrides by the dozen and a group's policy, with one thumb at 360 px."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Desk, OpenPage
from tests.browser.fitting import assert_fits, assert_targets
from tests.browser.test_backtest_page import watched

pytestmark = pytest.mark.browser


def test_overrides_are_pasted_seen_with_their_effect_saved_and_exported(opened: OpenPage, shots: Path) -> None:
    page = opened("/admin/overrides/override/")
    page.get_by_role("link", name="Paste many").click()
    page.fill(
        "[name=lines]", "en.wikipedia.example\nhttps://vote-for-my-niece.test/contest/42\nnew-scam.example\nno address"
    )
    page.fill("[name=reason]", "pasted on a phone")
    assert_fits(page)
    assert_targets(page)

    page.get_by_role("button", name="What would it decide?").click()

    expect(page.locator(".result .big")).to_contain_text("This would have decided")
    expect(page.locator(".lines .invalid")).to_contain_text("Line 4:")
    assert_fits(page)
    assert_targets(page)
    page.screenshot(path=shots / "overrides-effect.png", full_page=True)
    page.get_by_role("button", name="Save 3").click()
    expect(page.locator("textarea[name=lines]")).to_have_value("no address")
    page.get_by_role("link", name="Cancel").first.click()
    expect(page.locator("#result_list")).to_contain_text("new-scam[.]example")
    with page.expect_download() as download:
        page.get_by_role("link", name="Export as CSV").click()
    text = Path(download.value.path()).read_text()
    assert text.startswith("kind,target,shown,ruling")
    assert text.count("pasted on a phone") == 3


@pytest.mark.parametrize("dark", [False, True])
def test_a_policy_is_changed_tried_out_and_saved_with_one_thumb(
    opened: OpenPage, desk: Desk, shots: Path, dark: bool
) -> None:
    address = f"/admin/groups/group/{watched(desk)}/change/"
    page = opened(address, dark=dark)
    assert_fits(page)
    page.locator(".ladder label", has_text="Tell the moderators").last.click()
    page.fill("[name=quiet_from]", "22:00")
    page.fill("[name=quiet_to]", "06:00")
    look = page.get_by_role("button", name="What would it have done?")
    expect(look).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("button", name="Save", exact=True)).to_be_in_viewport(ratio=1)
    page.screenshot(path=shots / f"policy-{'dark' if dark else 'light'}.png")

    look.click()
    expect(page.locator("h1")).to_have_text("What would this policy have done?")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/admin/groups/group/")

    page.goto(desk.address + address)
    expect(page.locator("[name=on_suspicious][value=alert]")).to_be_checked()
    expect(page.locator(".hours")).to_have_attribute("aria-label", "As saved: quiet from 22:00 to 06:00")
    expect(page.locator(".chosen-one")).to_contain_text("My own")
