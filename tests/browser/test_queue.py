"""The queue and the card in a browser: by keyboard only, by thumb only (T14 of the acceptance list)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.fitting import assert_fits, assert_targets

pytestmark = pytest.mark.browser

ITEMS = "#queue .item"
TEN = 10
# Links that stay in the list when they are decided about.
SOME = "?show=all&q=correos"


def waiting(page: Page) -> int:
    """How many links the page says need somebody."""
    return int(page.locator("#queue h1").inner_text().split()[0])


def looked_at(page: Page) -> str:
    return page.locator(f"{ITEMS}[aria-current]").get_attribute("data-link") or ""


def assert_above(page: Page, upper: str, lower: str) -> None:
    """One box ends on the screen before the other begins."""
    above, below = page.locator(upper).bounding_box(), page.locator(lower).bounding_box()
    assert above is not None
    assert below is not None
    assert above["y"] >= 0
    assert above["y"] + above["height"] <= below["y"]


def spoken(page: Page, selector: str) -> str:
    """What a screen reader says of an element, counters of the style sheet too."""
    session = page.context.new_cdp_session(page)
    found = session.send("Runtime.evaluate", {"expression": f"document.querySelector('{selector}')"})["result"]
    tree = session.send("Accessibility.queryAXTree", {"objectId": found["objectId"], "role": "StaticText"})
    return "".join(node["name"]["value"] for node in tree["nodes"])


def test_ten_links_are_decided_by_keyboard_only(opened: OpenPage) -> None:
    page = opened("/desk/queue/", phone=False)
    expect(page.locator("#pane .verdict")).to_be_visible()
    before = waiting(page)

    for number in range(TEN):
        link = looked_at(page)
        page.keyboard.press("cfn"[number % 3])
        expect(page.locator(f"{ITEMS}[data-link='{link}']")).to_have_count(0)
        expect(page.locator(f"{ITEMS}[aria-current]")).to_have_count(1)

    assert waiting(page) == before - TEN
    page.keyboard.press("u")
    expect(page.locator(f"{ITEMS}[data-link='{link}']")).to_have_count(1)
    assert waiting(page) == before - TEN + 1


def test_the_keys_move_select_search_explain_and_can_be_switched_off(opened: OpenPage, shots: Path) -> None:
    page = opened("/desk/queue/", phone=False)
    expect(page.locator("#pane .verdict")).to_be_visible()
    first = looked_at(page)
    page.screenshot(path=shots / "queue-1280-light.png")

    page.keyboard.press("j")
    assert looked_at(page) != first
    page.keyboard.press("k")
    assert looked_at(page) == first
    page.keyboard.press("x")
    expect(page.locator(".bulk")).to_be_visible()
    page.keyboard.press("x")
    page.keyboard.press("/")
    expect(page.locator("#find")).to_be_focused()
    page.keyboard.type("cfn?")
    assert waiting(page) > 0
    page.locator("#find").blur()
    page.keyboard.press("?")
    page.uncheck("#keys-on")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    assert looked_at(page) == first
    page.keyboard.press("?")
    page.check("#keys-on")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("h1.says")).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("q")
    expect(page.locator("#queue")).to_be_visible()


def test_ten_links_are_decided_by_thumb_only(opened: OpenPage, shots: Path) -> None:
    page = opened("/desk/queue/")
    before = waiting(page)
    page.screenshot(path=shots / "queue-360-light.png", full_page=True)
    assert_fits(page)

    page.locator(f"{ITEMS} .open").first.click()
    for number in range(TEN):
        expect(page.locator("h1.says")).to_be_visible()
        if number == 0:
            page.screenshot(path=shots / "card-360-light.png")
            assert_fits(page)
            assert_targets(page)
        here = re.escape(page.url)
        page.locator(".thumb button").nth(number % 3).click()
        page.wait_for_url(re.compile(rf"^(?!{here}$)"))
    expect(page.locator(".toast")).to_be_visible()
    page.locator(".opts-fold summary").click()
    assert_above(page, ".toast", ".thumb")
    page.locator(".opts-fold summary").click()
    assert_above(page, ".says", ".toast")
    page.locator(".toast button").click()
    expect(page.locator(".toast")).to_have_count(0)
    page.locator("[data-up]").click()

    assert waiting(page) == before - TEN + 1


def test_the_bar_of_the_selected_counts_them_and_does_not_hide_the_row_that_is_looked_at(opened: OpenPage) -> None:
    page = opened("/desk/queue/?show=all", phone=False)
    expect(page.locator(f"{ITEMS}[aria-current]")).to_have_count(1)

    for key in ["x", *"jjjjjjjj", "x"]:
        page.keyboard.press(key)

        expect(page.locator(".bulk")).to_be_visible()
        assert_above(page, f"{ITEMS}[aria-current]", ".bulk")
    assert "Selected links (2)" in spoken(page, ".bulk strong")


def test_several_links_are_decided_at_once_and_the_filter_stays(opened: OpenPage, shots: Path) -> None:
    page = opened(f"/desk/queue/{SOME}")
    boxes = page.locator(f"{ITEMS} .tick input")
    boxes.nth(0).check()
    boxes.nth(1).check()
    page.screenshot(path=shots / "queue-bulk-360-light.png")

    page.locator(".bulk button:has-text('Not sure')").click()

    expect(page.locator(".toast")).to_be_visible()
    expect(page.locator("#find")).to_have_value("correos")
    page.locator(".toast button").click()
    expect(page.locator(".toast")).to_have_count(0)


def test_what_the_answer_covers_is_chosen_on_the_card(opened: OpenPage) -> None:
    page = opened(f"/desk/queue/{SOME}")
    page.locator(f"{ITEMS} .open").first.click()
    scope = page.locator(".opts-fold .scope")
    expect(scope).to_have_text("This link · My groups that have it · no end")
    page.locator(".opts-fold summary").click()
    page.locator(".seg label:has-text('Whole host')").click()
    page.select_option("select[name=where]", label="All groups, new ones too")
    page.select_option("select[name=until]", "7")
    expect(scope).to_have_text("Whole host · All groups, new ones too · 7 days")
    page.locator(".thumb button:has-text('It is a scam')").click()
    page.goto(page.url.partition("/desk/")[0] + "/admin/overrides/override/")

    expect(page.locator("tr:has-text('correos-paquete')").first).to_be_visible()


def test_the_toast_goes_by_itself_when_nothing_can_be_undone_without_a_trace(opened: OpenPage) -> None:
    page = opened(f"/desk/queue/{SOME}", phone=False)
    expect(page.locator("#pane .verdict")).to_be_visible()
    page.keyboard.press("n")
    expect(page.locator(".toast")).to_be_visible()

    expect(page.locator(".toast")).to_have_count(0, timeout=12_000)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("phone", [True, False])
def test_queue_card_and_check_fit(opened: OpenPage, shots: Path, phone: bool, dark: bool) -> None:
    size = f"{'360' if phone else '1280'}-{'dark' if dark else 'light'}"
    page = opened("/desk/queue/?show=all", phone=phone, dark=dark)
    page.screenshot(path=shots / f"queue-all-{size}.png")
    assert_fits(page)
    address = page.locator(f"{ITEMS} .open").first.get_attribute("href")
    page.goto(f"{page.url.partition('/desk/')[0]}{address}")
    page.screenshot(path=shots / f"card-{size}.png", full_page=True)
    assert_fits(page)
    page.goto(page.url.partition("/desk/")[0] + "/desk/check/")
    page.screenshot(path=shots / f"check-{size}.png")
    assert_fits(page)
    assert_targets(page)


def test_a_double_click_decides_about_one_link_and_says_nothing_is_wrong(opened: OpenPage) -> None:
    page = opened("/desk/queue/", phone=False)
    expect(page.locator("#pane .verdict")).to_be_visible()
    before = waiting(page)

    page.locator("#pane [value=unsure]").dblclick()
    expect(page.locator(".toast")).to_be_visible()
    expect(page.locator("#pane .verdict")).to_be_visible()
    page.wait_for_load_state("networkidle")

    assert waiting(page) == before - 1
    expect(page.locator(".note.bad")).to_have_count(0)
