"""A moderator of one group tries, in a browser, every page and every form of another group."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.house import PHONE, House
from tests.browser.touring import become
from tests.rights.world import HOUSE, OURS, THEIRS

pytestmark = pytest.mark.browser

PROGRAM = Path(__file__).with_name("reaching.py")
KEPT_FOR_LOGINS = ("django_session", "axes_")
ENDS_THE_LOGIN = {"admin/logout/"}
ASK = """async ([method, path, fields]) => {
    const body = new URLSearchParams()
    const add = (name, value) => [value].flat().forEach(one => body.append(name, one))
    for (const [name, value] of Object.entries(fields)) add(name, value)
    add('csrfmiddlewaretoken', document.querySelector('[name=csrfmiddlewaretoken]').value)
    const answer = await fetch(path, {method, redirect: 'manual', body: method === 'GET' ? null : body})
    return [answer.type === 'opaqueredirect' ? 302 : answer.status, await answer.text()]
}"""


def rows(database: Path) -> dict[str, list[str]]:
    """Every row of every table but for what a login writes about itself."""
    with sqlite3.connect(database, timeout=20) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found = {
            name: sorted(map(repr, connection.execute(f'SELECT * FROM "{name}"')))
            for name in tables
            if not name.startswith(KEPT_FOR_LOGINS)
        }
    connection.close()
    return found


def ask(page: Page, method: str, one: dict[str, Any]) -> str:
    """The status; with the words of others that could be read."""
    status, text = page.evaluate(ASK, [method, one["path"], one["form"]])
    text = text.lower().replace(one["path"], "")
    return " ".join([str(status), *(word for word in (OURS, HOUSE) if word in text)])


def status_of(outcome: str) -> str:
    """What a browser sees of an outcome of the table."""
    return "302" if outcome == "login" else outcome.rstrip("!")


def test_a_moderator_reaches_nothing_of_another_group(tmp_path: Path, chromium: Browser) -> None:
    house = House.in_folder(tmp_path)
    said = json.loads(house.run(PROGRAM))
    asks = [one for one in said["asks"] if one["route"] not in ENDS_THE_LOGIN]
    refused = [one for one in asks if not one["POST"].endswith("!")]  # the others change what is one's own

    with house.served():
        page = chromium.new_context(viewport=PHONE).new_page()
        become(page, house.address, said["session"])
        page.goto(f"{house.address}/desk/queue/")
        assert THEIRS in page.content()  # it is logged in, and sees its own
        page.goto(f"{house.address}/desk/me/")

        read = {one["route"]: ask(page, "GET", one) for one in asks}
        before = rows(house.database)  # an export of what is one's own has its audit entry by now
        sent = {one["route"]: ask(page, "POST", one) for one in refused}

    assert read == {one["route"]: status_of(one["GET"]) for one in asks}
    assert sent == {one["route"]: status_of(one["POST"]) for one in refused}
    assert len(refused) > 100
    assert rows(house.database) == before
