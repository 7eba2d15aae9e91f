"""A real web server on a database of its own, and Debian's Chromium to look at it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.house import CHROMIUM, DESKTOP, FLAGS, PHONE, House
from tests.browser.touring import Tour
from tests.factories import PASSWORD

SEED, SHOWN = (Path(__file__).with_name(name) for name in ("seed.py", "shown.py"))


@dataclass(frozen=True, slots=True)
class Desk:
    """The running desk: its address, its owner's set-up link (used up by the first login) and its database."""

    address: str
    setup_link: str
    database: Path

    def write(self, table: str, key: object, **columns: object) -> None:
        """Change one row as another process would."""
        names = ", ".join(f"{name} = ?" for name in columns)
        with sqlite3.connect(self.database, timeout=20) as connection:
            connection.execute(f"UPDATE {table} SET {names} WHERE id = ?", [*columns.values(), key])
        connection.close()


@dataclass
class Watch:
    """What a page complained about: broken policy, script errors, dialogs, answers that are errors."""

    complaints: list[str] = field(default_factory=list)

    def on(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("dialog", self._dialog)
        page.on("response", self._response)

    @property
    def beyond_refusals(self) -> list[str]:
        """The complaints, without those of a form that says what is wrong with it."""
        refused = ("422: ", "console: Failed to load resource")
        return [one for one in self.complaints if not one.startswith(refused)]

    def _console(self, message: Any) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"console: {message.text}")

    def _dialog(self, dialog: Any) -> None:
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _response(self, response: Any) -> None:
        if response.status >= 400:
            self.complaints.append(f"{response.status}: {response.url}")


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    house = House.in_folder(tmp_path_factory.mktemp("desk"))
    setup_link = house.run(SEED).strip().splitlines()[-1]
    with house.served():
        yield Desk(house.address, setup_link, house.database)


@dataclass(frozen=True, slots=True)
class Demo:
    """The demo's month, served; every kind of its pages, and whose sessions open them."""

    address: str
    tour: Tour


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    house = House.in_folder(tmp_path_factory.mktemp("demo"))
    house.run("manage.py", "prepare", "--no-link")
    house.run("manage.py", "demo")
    tour = Tour.of(house, SHOWN)
    with house.served():
        yield Demo(house.address, tour)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def login_state(desk: Desk, chromium: Browser) -> Any:
    """The owner's cookies: made through the set-up link, then a real login."""
    context = chromium.new_context(viewport=PHONE)
    page, watch = context.new_page(), Watch()
    watch.on(page)
    page.goto(desk.setup_link)
    page.fill("[name=username]", "ada")
    page.fill("[name=password1]", PASSWORD)
    page.fill("[name=password2]", PASSWORD)
    page.click("button")
    page.wait_for_url("**/desk/set-up/language/")
    context.clear_cookies()
    page.goto(f"{desk.address}/admin/")
    page.fill("[name=username]", "ada")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_selector("h1:has-text('need')")
    assert watch.complaints == []
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture(scope="session")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pictures go: BROWSER_SHOTS, or a folder of the run's own."""
    folder = Path(os.environ.get("BROWSER_SHOTS") or tmp_path_factory.mktemp("shots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


OpenPage = Callable[..., Page]


@pytest.fixture
def opened(desk: Desk, chromium: Browser, login_state: Any) -> Iterator[OpenPage]:
    """opened(path, phone=True, dark=False): a page as the owner sees it; afterwards it must not have complained.

    `locale` is the language that the browser asks for.
    """
    contexts: list[BrowserContext] = []
    watch = Watch()

    def open_page(
        path: str, *, phone: bool = True, dark: bool = False, logged_in: bool = True, locale: str = "en"
    ) -> Page:
        context = chromium.new_context(
            viewport=PHONE if phone else DESKTOP,
            color_scheme="dark" if dark else "light",
            storage_state=login_state if logged_in else None,
            locale=locale,
        )
        contexts.append(context)
        page = context.new_page()
        watch.on(page)
        page.goto(desk.address + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert watch.complaints == []
