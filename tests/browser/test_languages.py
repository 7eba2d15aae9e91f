"""The desk in its other languages at 360 px: longer words, and the other direction."""

from __future__ import annotations

import sqlite3

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Desk, OpenPage
from tests.browser.fitting import assert_fits

pytestmark = pytest.mark.browser

MOST_READ = ("/admin/", "/desk/queue/", "/desk/link/{link}/", "/admin/groups/group/{group}/change/")
OTHERS = (
    "/admin/waclient/sighting/",
    "/admin/scans/providerstate/",
    "/desk/groups/{group}/texts/",
    "/desk/overrides/paste/",
    "/desk/privacy/",
    "/desk/set-up/language/",
    "/desk/me/",
)


def rows(desk: Desk) -> dict[str, object]:
    with sqlite3.connect(desk.database, timeout=20) as connection:
        ((group,),) = connection.execute("SELECT id FROM groups_group ORDER BY id LIMIT 1")
        ((link,),) = connection.execute("SELECT url_hash FROM waclient_queueitem ORDER BY rank DESC LIMIT 1")
    connection.close()
    return {"group": group, "link": link}


def start_of(page: Page, selector: str) -> float:
    """How far from the left edge something stands, in parts of the window."""
    box = page.locator(selector).first.bounding_box()
    assert box is not None
    width: float = page.evaluate("innerWidth")
    return (box["x"] + box["width"] / 2) / width


@pytest.mark.parametrize(
    ("language", "paths"),
    [("es", MOST_READ), ("pt", MOST_READ), ("fr", MOST_READ), ("de", MOST_READ + OTHERS), ("ar", MOST_READ + OTHERS)],
)
def test_the_main_pages_fit_a_phone_in_every_language(
    desk: Desk, opened: OpenPage, language: str, paths: tuple[str, ...]
) -> None:
    known = rows(desk)
    page = opened(paths[0], locale=language)
    for path in paths:
        page.goto(desk.address + path.format(**known))

        expect(page.locator("html")).to_have_attribute("lang", language)
        expect(page.locator("html")).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")
        assert_fits(page)


def test_in_arabic_the_menu_is_on_the_right_and_hosts_are_read_from_the_left(opened: OpenPage) -> None:
    page = opened("/desk/queue/", phone=False, locale="ar")

    assert start_of(page, "#nav-sidebar") > 0.8
    assert start_of(page, ".alive") < 0.2
    direction = page.locator(".host").first.evaluate("host => getComputedStyle(host).direction")
    assert direction == "ltr"


def test_a_language_is_chosen_on_the_page_of_the_login(opened: OpenPage) -> None:
    page = opened("/admin/login/", logged_in=False)
    assert_fits(page)

    page.get_by_role("button", name="العربية").click()

    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    assert_fits(page)
