"""The whole first run in a real browser: from the one-time link to the first judged link, with the real processes."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from groups.models import Group
from groups.policy import Preset, State
from scans.engine.scoring import Verdict
from scans.models import Disclosure, Scan
from tests.browser.conftest import Watch
from tests.browser.fitting import assert_fits, assert_targets
from tests.browser.house import DESKTOP, PHONE, wait_until_it_answers
from tests.e2e.conftest import live_rows, sites, template, whatsapp
from tests.e2e.installation import Installation, wait_for
from tests.factories import PASSWORD
from tests.ports import free_port
from tests.sites import Sites
from tests.whatsapp_server.server import WhatsAppServer
from waclient.models import Action, ActionKind, ActionState, Phase

pytestmark = pytest.mark.browser
__all__ = ["live_rows", "sites", "template", "whatsapp"]

CODES = 3  # the first of the usual six lives for a minute; where fewer are offered, each lives for twenty seconds
CODE_CHANGES_WITHIN = 50_000  # ms
JUDGED_WITHIN = 20_000


@pytest.fixture(scope="session", autouse=True)
def rows_beside_a_browser() -> Iterator[None]:
    """Playwright keeps an event loop in this thread, where Django refuses to look at rows unless told so."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield


class WithDesk(Installation):
    """An installation with its web server too; `link` is the one-time link that it prints."""

    address = ""

    @property
    def environment(self) -> dict[str, str]:
        return {**super().environment, "BASE_URL": self.address}

    def open_desk(self) -> str:
        port = free_port()
        self.address = f"http://127.0.0.1:{port}"
        said = self.manage("prepare").stdout
        command = [sys.executable, "-m", "gunicorn", "wbscanner.wsgi", "--bind", f"127.0.0.1:{port}", "--threads", "4"]
        web = self.start("web", command)
        wait_until_it_answers(port, lambda: web.is_running)
        return next(line.strip() for line in said.splitlines() if "/setup/" in line)


@pytest.fixture
def installation(whatsapp: WhatsAppServer, sites: Sites, template: Path, tmp_path: Path) -> Iterator[WithDesk]:
    """Prepared, and nothing runs yet."""
    whatsapp.reset()
    made = WithDesk(tmp_path / "first", whatsapp, sites, template)
    yield made
    made.close()
    whatsapp.reset()


OpenLink = Callable[..., Page]


@pytest.fixture
def become_owner(chromium: Browser) -> Iterator[OpenLink]:
    """Open the one-time link and make the account, on a phone or a wide screen; no page may complain."""
    watch, contexts = Watch(), []

    def open_link(link: str, *, phone: bool = True) -> Page:
        context = chromium.new_context(viewport=PHONE if phone else DESKTOP)
        contexts.append(context)
        page = context.new_page()
        watch.on(page)
        page.goto(link)
        page.fill("[name=username]", "ada")
        page.fill("[name=password1]", PASSWORD)
        page.fill("[name=password2]", PASSWORD)
        page.click("button")
        return page

    yield open_link
    for context in contexts:
        context.close()
    assert watch.complaints == []


def step(page: Page, number: int) -> None:
    expect(page.get_by_text(f"Step {number} of 6")).to_be_visible()
    assert_fits(page)
    assert_targets(page)


def test_from_the_one_time_link_to_the_first_judged_link(installation: WithDesk, become_owner: OpenLink) -> None:
    link = installation.open_desk()
    installation.start_worker()
    installation.start_socket(WHATSAPP="simulated")
    installation.wait_phase(Phase.CONNECTED)

    page = become_owner(link)
    step(page, 2)
    page.select_option("[name=language]", "es")
    page.select_option("[name=time_zone]", "Europe/Madrid")
    page.click("text=Save and go on")
    step(page, 3)
    expect(page.get_by_text("Linked and listening")).to_be_visible()
    page.click("text=Choose the groups")
    step(page, 4)
    groups = installation.rows(Group)
    assert not groups.exclude(state=State.OFF).exists()  # nothing is read before it is ticked
    expect(page.get_by_text("it cannot delete").first).to_be_visible()
    page.check("label:has-text('Parents of class 4b') input")
    page.click("text=Read these groups")
    step(page, 5)
    expect(page.locator("[name=preset]:checked")).to_have_value("watch")
    page.click("text=Save and go on")
    step(page, 6)
    page.click("text=Judge the test link")
    expect(page.get_by_text("It works")).to_be_visible(timeout=JUDGED_WITHIN)
    assert_fits(page)
    page.click("text=Finish the set-up")
    expect(page.get_by_text("The set-up is over")).to_be_visible()
    expect(page.locator("a[href='/desk/set-up/']")).to_have_count(0)

    assert list(groups.exclude(state=State.OFF).values_list("name", "state", "preset")) == [
        ("Parents of class 4b", State.WATCH, Preset.WATCH)
    ]
    assert installation.rows(Scan).get().verdict == Verdict.MALICIOUS
    assert not installation.rows(Disclosure).exists()
    notices = installation.rows(Action).filter(kind=ActionKind.NOTICE, state=ActionState.SENT)
    assert "enlaces" in wait_for(lambda: notices.values_list("text", flat=True).first(), "the arrival notice")
    assert page.request.get(link).status == 410


def what_the_camera_sees(page: Page) -> str:
    picture = page.locator("img.qr").screenshot()
    [code] = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)).convert("L"))
    return str(code.text)


def test_a_phone_scans_the_second_code_from_the_screen(installation: WithDesk, become_owner: OpenLink) -> None:
    link = installation.open_desk()
    installation.server.offer_codes(CODES)
    installation.start_socket()
    installation.wait_phase(Phase.NEVER_PAIRED)
    page = become_owner(link, phone=False)
    page.click("text=Skip this step")
    step(page, 3)

    page.click("text=Show a QR code")
    expect(page.get_by_text("code 1 of")).to_be_visible(timeout=JUDGED_WITHIN)
    first = what_the_camera_sees(page)
    expect(page.get_by_text("code 2 of")).to_be_visible(timeout=CODE_CHANGES_WITHIN)
    second = what_the_camera_sees(page)
    assert first != second
    installation.server.scan(second)

    expect(page.get_by_text("Linked and listening")).to_be_visible(timeout=JUDGED_WITHIN)
    expect(page.locator("img.qr")).to_have_count(0)
    assert page.url.endswith("/desk/set-up/phone/")
    page.click("text=Choose the groups")
    step(page, 4)
