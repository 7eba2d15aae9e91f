"""The desk follows the colours of the reader's system, and asks before it does something to many rows."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.fitting import assert_targets

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("logged_in", [False, True])
def test_the_colours_are_those_of_the_system(opened: OpenPage, dark: bool, logged_in: bool) -> None:
    page = opened("/admin/" if logged_in else "/admin/login/", dark=dark, logged_in=logged_in)

    assert page.evaluate("document.documentElement.classList.contains('dark')") is dark
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/[0-9.]+/g).map(Number)")
    assert (max(paper[:3]) < 64) is dark, paper


def test_a_group_is_muted_from_the_list_with_a_question_in_between(opened: OpenPage, shots: Path) -> None:
    page = opened("/admin/groups/group/?q=Padres", phone=False)

    page.check("input.action-select >> nth=0")
    page.select_option("select[name=action]", "mute")
    page.click("button[name=index]")
    expect(page.locator("h1:has-text('Mute')")).to_be_visible()
    page.screenshot(path=shots / "question-1280-light.png")
    assert_targets(page)
    page.select_option("select[name=minutes]", "15")
    page.click("button:has-text('Mute')")

    expect(page.locator("text=Done for 1 row.")).to_be_visible()
    expect(page.locator("td:has-text('muted')").first).to_be_visible()
