"""Opening every page of a tour in one browser, as whoever it is for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.browser.house import House

POST = """([path, fields]) => {
    const form = document.createElement('form')
    const token = document.querySelector('[name=csrfmiddlewaretoken]').value
    Object.assign(form, {method: 'post', action: path})
    for (const [name, value] of [['csrfmiddlewaretoken', token], ...fields]) {
        const field = document.createElement('textarea')
        Object.assign(field, {name, value})
        form.append(field)
    }
    document.body.append(form)
    form.submit()
}"""


@dataclass(frozen=True, slots=True)
class Tour:
    """What tests.desk.every_page found: sessions by visitor, pages to open, forms to post."""

    sessions: dict[str, str]
    addresses: list[dict[str, str]]
    posts: list[dict[str, Any]]

    @classmethod
    def of(cls, house: House, program: Path, *words: str) -> Tour:
        return cls(**json.loads(house.run(program, *words)))


def walk(page: Page, address: str, tour: Tour) -> Iterator[str]:
    """Open page after page; the name of each while it is open."""
    visitor = ""
    for one in sorted(tour.addresses, key=lambda one: one["visitor"] == "owner"):  # the posts are the owner's too
        if one["visitor"] != visitor:
            visitor = one["visitor"]
            become(page, address, tour.sessions.get(visitor, ""))
        page.goto(address + one["path"])
        yield one["name"]
    page.goto(f"{address}/desk/me/")  # a whole page, with the token that every post needs
    for post in tour.posts:
        with page.expect_navigation():
            page.evaluate(POST, [post["path"], post["fields"]])
        yield post["name"]


def become(page: Page, address: str, session: str) -> None:
    """The next pages are opened with this session; with none, as a stranger."""
    page.context.clear_cookies()
    if session:
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": address}])
