from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Desk, OpenPage

pytestmark = pytest.mark.browser

LISTS = {
    "sightings": "waclient/sighting",
    "actions": "waclient/action",
    "decisions": "waclient/decision",
    "connection": "waclient/connection",
    "work": "waclient/pendingwork",
    "groups": "groups/group",
    "overrides": "overrides/override",
    "chats": "waclient/moderatorschat",
    "scans": "scans/scan",
    "lists": "scans/feed",
    "tokens": "wbscanner/apitoken",
    "settings": "wbscanner/setting",
    "jobs": "django_q/ormq",
    "failures": "django_q/failure",
    "logins": "axes/accessattempt",
}
FORMS = {
    "override-add": "overrides/override/add",
    "token-add": "wbscanner/apitoken/add",
    "list-add": "scans/feed/add",
    "chat-add": "waclient/moderatorschat/add",
}
OURS = "main .btn, .desk .btn, a.row-link, .desk select, .desk .input, .desk .tabs a, .desk .waits a, .desk .counts a"
MIN_TARGET = 44


def assert_fits(page: Page) -> None:
    widths = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert widths[0] <= widths[1], page.url


def assert_targets(page: Page) -> None:
    boxes = [(target.inner_text(), target.bounding_box()) for target in page.locator(OURS).all() if target.is_visible()]
    small = [(text, box) for text, box in boxes if box and box["height"] < MIN_TARGET - 0.5]
    assert not small


@pytest.mark.parametrize(("phone", "dark"), [(True, False), (True, True), (False, False), (False, True)])
@pytest.mark.parametrize("name", LISTS)
def test_a_list_fits_its_screen_and_keeps_the_policy(
    opened: OpenPage, shots: Path, name: str, phone: bool, dark: bool
) -> None:
    page = opened(f"/admin/{LISTS[name]}/", phone=phone, dark=dark)

    expect(page.locator("#changelist")).to_be_visible()
    page.screenshot(path=shots / f"{name}-{'360' if phone else '1280'}-{'dark' if dark else 'light'}.png")
    assert_fits(page)
    assert page.evaluate("document.documentElement.classList.contains('dark')") is dark


@pytest.mark.parametrize("phone", [True, False])
@pytest.mark.parametrize("name", LISTS)
def test_every_detail_page_fits_and_runs_no_stored_script(
    opened: OpenPage, shots: Path, name: str, phone: bool
) -> None:
    page = opened(f"/admin/{LISTS[name]}/", phone=phone)
    links = page.locator("#result_list tbody a[href*='/change/']").evaluate_all("links => links.map(link => link.href)")

    for number, link in enumerate(list(dict.fromkeys(links))[:8]):
        page.goto(link)
        expect(page.locator("#content-main")).to_be_visible()
        assert_fits(page)
        if number == 0:
            page.screenshot(path=shots / f"{name}-detail-{'360' if phone else '1280'}.png", full_page=True)
            assert_targets(page)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("phone", [True, False])
def test_the_dashboard_and_forms_fit(opened: OpenPage, shots: Path, phone: bool, dark: bool) -> None:
    page = opened("/admin/", phone=phone, dark=dark)
    size = f"{'360' if phone else '1280'}-{'dark' if dark else 'light'}"
    page.screenshot(path=shots / f"dashboard-{size}.png", full_page=True)
    assert_fits(page)
    assert_targets(page)

    for name, path in FORMS.items():
        page.goto(page.url.partition("/admin/")[0] + f"/admin/{path}/")
        page.screenshot(path=shots / f"{name}-{size}.png", full_page=True)
        assert_fits(page)
        assert_targets(page)


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


def stamp(seconds: float) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).strftime("%Y-%m-%d %H:%M:%S.%f")


def show(desk: Desk, **columns: object) -> None:
    blank = {"wish": "", "qr_text": "", "qr_number": 0, "qr_expires_at": None, "pair_code": "", "jid": ""}
    desk.write("waclient_connection", 1, **{"beat_at": stamp(0), **blank, **columns})


def test_the_pairing_page_follows_the_socket(desk: Desk, opened: OpenPage, shots: Path) -> None:
    show(desk, phase="never_paired")
    page = opened("/desk/phone/")
    page.screenshot(path=shots / "phone-unpaired-360-light.png", full_page=True)
    assert_fits(page)
    assert_targets(page)
    page.click("button:has-text('Show a QR code')")
    expect(page.locator("text=Asked.")).to_be_visible()

    show(desk, phase="pairing", qr_text="https://wa.example/#one", qr_number=1, qr_expires_at=stamp(60))
    picture = page.locator("img.qr")
    expect(picture).to_be_visible(timeout=6000)
    first = picture.get_attribute("src")
    expect(page.locator("text=code 1 of 6")).to_be_visible()
    left = int(page.locator("[data-seconds]").inner_text())
    page.wait_for_timeout(2200)
    assert left - 4 <= int(page.locator("[data-seconds]").inner_text()) < left

    show(desk, phase="pairing", qr_text="https://wa.example/#two", qr_number=2, qr_expires_at=stamp(20))
    expect(page.locator("text=code 2 of 6")).to_be_visible(timeout=6000)
    assert picture.get_attribute("src") != first
    page.screenshot(path=shots / "phone-qr-360-light.png", full_page=True)
    assert_fits(page)

    show(desk, phase="connected", jid="34600000000@s.whatsapp.net", connected_at=stamp(0))
    expect(page.locator("text=Linked and listening")).to_be_visible(timeout=6000)
    expect(picture).to_have_count(0)


def test_a_phone_number_stays_in_its_field_while_the_page_is_live(desk: Desk, opened: OpenPage, shots: Path) -> None:
    show(desk, phase="never_paired")
    page = opened("/desk/phone/?by=code")
    page.fill("#phone", "+34 600")

    for _turn in range(3):
        page.wait_for_timeout(1500)
        desk.write("waclient_connection", 1, beat_at=stamp(0))
    expect(page.locator("#phone")).to_have_value("+34 600")
    page.screenshot(path=shots / "phone-code-360-light.png", full_page=True)

    show(desk, phase="pairing", pair_code="R1HS-5XV3", pairing_ends_at=stamp(150))
    expect(page.locator(".code")).to_be_visible(timeout=6000)
    page.screenshot(path=shots / "phone-code-shown-360-light.png", full_page=True)
    assert_fits(page)


@pytest.mark.parametrize("dark", [False, True])
def test_the_pairing_page_on_a_wide_screen(desk: Desk, opened: OpenPage, shots: Path, dark: bool) -> None:
    show(desk, phase="pairing", qr_text="https://wa.example/#wide", qr_number=3, qr_expires_at=stamp(20))
    page = opened("/desk/phone/", phone=False, dark=dark)
    expect(page.locator("img.qr")).to_be_visible()
    page.screenshot(path=shots / f"phone-qr-1280-{'dark' if dark else 'light'}.png", full_page=True)
    assert_fits(page)


@pytest.mark.parametrize("dark", [False, True])
def test_the_pages_before_login_fit(opened: OpenPage, shots: Path, dark: bool) -> None:
    page = opened("/admin/login/", dark=dark, logged_in=False)
    page.screenshot(path=shots / f"login-360-{'dark' if dark else 'light'}.png")
    assert_fits(page)
