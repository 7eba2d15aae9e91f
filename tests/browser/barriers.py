"""What keeps people out of pages: axe-core's findings, widths, targets, movement."""

from __future__ import annotations

from playwright.sync_api import Browser, Page

from tests.browser.axe import COLOURS, EVERYTHING, grave_findings
from tests.browser.conftest import Demo, Watch
from tests.browser.fitting import SMALL, TOO_WIDE
from tests.browser.house import DESKTOP, PHONE
from tests.browser.touring import walk

IS_PART = "document.doctype === null"  # what a page reloads of itself, opened alone
DARK = """() => { document.documentElement.classList.add('dark')
    return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))) }"""
MOVING = """document.getAnimations().filter(one => one.effect.getTiming().duration > 1)
    .map(one => one.animationName || one.transitionProperty)"""


def problems(page: Page, phone: bool) -> list[str]:
    """What keeps somebody out of the page as it stands; axe-core, a second a page, looks on a phone only."""
    found = ["wider than the screen"] if page.evaluate(TOO_WIDE) else []
    found += [f"moves: {one}" for one in page.evaluate(MOVING)]
    if phone:
        found += grave_findings(page, EVERYTHING)
        found += [f"hard to hit: {one}" for one in page.evaluate(SMALL)]
        page.evaluate(DARK)
        found += [f"in the dark: {one}" for one in grave_findings(page, COLOURS)]
    return found


def barriers_of(demo: Demo, chromium: Browser, *, phone: bool) -> list[str]:
    """Open every page of desk and back office; the page and what was found, for each problem."""
    context = chromium.new_context(viewport=PHONE if phone else DESKTOP, reduced_motion="reduce")
    page, watch, found = context.new_page(), Watch(), list[str]()
    watch.on(page)
    for name in walk(page, demo.address, demo.tour):
        if not page.evaluate(IS_PART):
            found += [f"{name}: {one}" for one in problems(page, phone)]
    context.close()
    return [*found, *watch.beyond_refusals]
