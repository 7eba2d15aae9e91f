"""The page of a group's own texts as a moderator on a phone uses it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.fitting import assert_fits, assert_targets

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("phone", "dark"), [(True, False), (False, True)])
def test_a_text_is_shown_as_it_will_be_said_while_it_is_written(
    opened: OpenPage, shots: Path, phone: bool, dark: bool
) -> None:
    page = opened("/desk/groups/1/texts/", phone=phone, dark=dark)
    preview = page.locator("#preview-warning")

    page.locator("#id_warning").press_sequentially("Look out: {host}")
    expect(preview).to_contain_text("Look out: parcel-fee[.]example")
    expect(preview).to_contain_text("of 220 characters")

    page.fill("#id_warning", "Look out: https://help.example {host}")
    page.locator("#id_warning").press("End")
    page.locator("#id_warning").press_sequentially("!")
    expect(preview).to_contain_text("could be tapped")
    page.screenshot(
        path=shots / f"texts-{'360' if phone else '1280'}-{'dark' if dark else 'light'}.png", full_page=True
    )
    assert_fits(page)
    if phone:
        assert_targets(page)
