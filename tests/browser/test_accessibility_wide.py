"""Every page of desk and back office on a wide screen: widths, movement. Another worker runs this file meanwhile."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser.barriers import barriers_of
from tests.browser.conftest import Demo

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def test_nothing_on_any_wide_page_keeps_anybody_out(demo: Demo, chromium: Browser) -> None:
    found = barriers_of(demo, chromium, phone=False)

    assert found == [], "\n".join(found)
