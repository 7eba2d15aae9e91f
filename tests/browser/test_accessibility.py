"""Every page of desk and back office on a phone and a wide screen: what axe-core finds, widths, targets, movement."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.axe import COLOURS, EVERYTHING, grave_findings
from tests.browser.conftest import Demo
from tests.browser.house import DESKTOP, PHONE
from tests.browser.touring import become, walk

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

IS_PART = "document.doctype === null"  # what a page reloads of itself, opened alone
DARK = """() => { document.documentElement.classList.add('dark')
    return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))) }"""
TOO_WIDE = "document.documentElement.scrollWidth > innerWidth"
MOVING = """document.getAnimations().filter(one => one.effect.getTiming().duration > 1)
    .map(one => one.animationName || one.transitionProperty)"""
SMALL = """() => [...document.querySelectorAll(
    'main .btn, .desk .btn, a.row-link, .desk select, .desk .input, .desk .tabs a, .desk .waits a, .desk .counts a')]
    .filter(target => target.checkVisibility() && target.getBoundingClientRect().height < 43.5)
    .map(target => target.textContent.trim().slice(0, 40) || target.outerHTML.slice(0, 80))"""


def problems(page: Page, phone: bool) -> list[str]:
    """What keeps somebody out of the page as it stands, in light and in dark colours."""
    found = grave_findings(page, EVERYTHING)
    found += ["wider than the screen"] if page.evaluate(TOO_WIDE) else []
    found += [f"moves: {one}" for one in page.evaluate(MOVING)]
    found += [f"hard to hit: {one}" for one in page.evaluate(SMALL)] if phone else []
    page.evaluate(DARK)
    found += [f"in the dark: {one}" for one in grave_findings(page, COLOURS)]
    return found


@pytest.mark.parametrize("phone", [True, False], ids=["360", "1280"])
def test_nothing_on_any_page_keeps_anybody_out(demo: Demo, chromium: Browser, phone: bool) -> None:
    context = chromium.new_context(viewport=PHONE if phone else DESKTOP, reduced_motion="reduce")
    page, found = context.new_page(), dict[str, list[str]]()

    for name in walk(page, demo.address, demo.tour):
        if not page.evaluate(IS_PART) and (seen := problems(page, phone)):
            found[name] = seen
    context.close()

    assert found == {}, "\n".join(f"{name}: {one}" for name, ones in found.items() for one in ones)


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
