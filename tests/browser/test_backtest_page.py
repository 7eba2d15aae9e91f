"""What a policy would have done, on a phone and on a desk."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Desk, OpenPage
from tests.browser.fitting import assert_fits, assert_targets

pytestmark = pytest.mark.browser

SCREENS = [(True, False), (True, True), (False, False), (False, True)]


def watched(desk: Desk) -> int:
    """The group in which tests.browser.seed let a week of watching pass."""
    with sqlite3.connect(desk.database, timeout=20) as connection:
        [group] = connection.execute("SELECT id FROM groups_group WHERE name = 'Allotment gardeners'").fetchone()
    connection.close()
    return int(group)


def name(of: str, phone: bool, dark: bool) -> str:
    return f"{of}-{'phone' if phone else 'desk'}-{'dark' if dark else 'light'}.png"


@pytest.mark.parametrize(("phone", "dark"), SCREENS)
def test_what_a_form_would_do_is_tried_out_and_saved(
    opened: OpenPage, desk: Desk, shots: Path, phone: bool, dark: bool
) -> None:
    group = watched(desk)
    page = opened(f"/admin/groups/group/{group}/change/", phone=phone, dark=dark)
    page.check("[name=on_suspicious][value=reply]")
    page.screenshot(path=shots / name("backtest-form", phone, dark), full_page=True)

    page.get_by_role("button", name="What would it have done?").click()

    expect(page.locator("h1")).to_have_text("What would this policy have done?")
    expect(page.locator(".differs")).not_to_have_count(0)
    assert_fits(page)
    assert_targets(page)
    page.screenshot(path=shots / name("backtest", phone, dark), full_page=True)
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/admin/groups/group/")
    expect(page.locator("body")).to_contain_text("changed successfully")


@pytest.mark.parametrize(("phone", "dark"), SCREENS)
def test_the_question_whether_to_go_live_stands_on_the_dashboard(
    opened: OpenPage, desk: Desk, shots: Path, phone: bool, dark: bool
) -> None:
    page = opened("/admin/", phone=phone, dark=dark)

    expect(page.locator(".go-live")).to_contain_text("Should the bot answer in Allotment gardeners?")
    assert_fits(page)
    assert_targets(page)
    page.screenshot(path=shots / name("go-live", phone, dark), full_page=True)
    page.get_by_role("link", name="See each link").click()
    expect(page.locator("h1")).to_have_text("What would this policy have done?")
    page.screenshot(path=shots / name("backtest-now", phone, dark), full_page=True)
