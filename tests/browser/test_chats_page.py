"""A moderators' chat is made on a phone: its groups, its code, its page."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.fitting import assert_fits, assert_targets

pytestmark = pytest.mark.browser


def test_a_chat_is_made_on_a_phone_and_its_code_can_be_copied(opened: OpenPage, shots: Path) -> None:
    page = opened("/admin/waclient/moderatorschat/add/")
    assert_fits(page)
    page.get_by_label("Name").fill("Night watch")
    page.locator("input[type=checkbox]").first.check()
    page.screenshot(path=shots / "chat-add-360.png", full_page=True)

    page.get_by_role("button", name="Save").click()

    assert len(page.get_by_label("Code").input_value()) == len("ABCD-2345")
    assert_fits(page)
    assert_targets(page)
    page.screenshot(path=shots / "chat-code-360.png", full_page=True)
    page.get_by_role("link", name="I have written it").click()
    expect(page.get_by_role("button", name="Make a code")).to_be_visible()
    assert_fits(page)
    assert_targets(page)
    page.screenshot(path=shots / "chat-page-360.png", full_page=True)
