"""Every page of desk and back office on a phone: what axe-core finds in light and dark, widths, targets, movement."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser.barriers import barriers_of
from tests.browser.conftest import Demo
from tests.browser.house import PHONE
from tests.browser.touring import become

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def test_nothing_on_any_page_keeps_anybody_out(demo: Demo, chromium: Browser) -> None:
    found = barriers_of(demo, chromium, phone=True)

    assert found == [], "\n".join(found)


def test_forced_colours_leave_marks_and_edges(demo: Demo, chromium: Browser) -> None:
    context = chromium.new_context(viewport=PHONE, forced_colors="active")
    page = context.new_page()
    become(page, demo.address, demo.tour.sessions["owner"])

    page.goto(f"{demo.address}/desk/queue/")
    marks = page.evaluate("[...document.querySelectorAll('.item .v')].map(one => getComputedStyle(one).fill)")
    edges = page.evaluate("[...document.querySelectorAll('.desk .btn')].map(one => getComputedStyle(one).borderWidth)")
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    context.close()

    assert marks and paper not in marks
    assert edges and "0px" not in edges
