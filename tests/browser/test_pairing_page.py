"""The page that links the phone follows what the socket writes: codes, countdown, the end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Desk, OpenPage
from tests.browser.fitting import assert_fits, assert_targets

pytestmark = pytest.mark.browser


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
