"""The page Privacy on a phone, and what is printed from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.conftest import OpenPage
from tests.browser.fitting import assert_fits, assert_targets

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("path", ["/desk/privacy/", "/desk/privacy/people/?sighting=1"])
def test_privacy_fits_a_phone(opened: OpenPage, shots: Path, path: str) -> None:
    page = opened(path, phone=True)

    page.screenshot(path=shots / f"privacy-{len(path)}-360-light.png", full_page=True)
    assert_fits(page)
    assert_targets(page)


@pytest.mark.parametrize("path", ["/desk/privacy/record/", "/desk/groups/1/notice/"])
def test_what_is_printed_is_a4_without_links(opened: OpenPage, shots: Path, path: str) -> None:
    page = opened(path, phone=True)
    assert_fits(page)

    page.emulate_media(media="print")
    assert not page.locator("a").is_visible()
    paper = page.pdf(prefer_css_page_size=True)
    assert b"/MediaBox [0 0 594.9" in paper or b"/MediaBox [0 0 595" in paper
    page.set_viewport_size({"width": 658, "height": 987})  # what the margins leave of A4 at 96 dots an inch
    assert_fits(page)
    page.screenshot(path=shots / f"{path.strip('/').split('/')[-1]}-a4.png", full_page=True)
