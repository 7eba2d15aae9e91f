"""Sixty hostile texts in every text column, and every page of desk and back office opened in a browser on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request

from tests.browser.conftest import Watch
from tests.browser.house import PHONE, House
from tests.browser.touring import Tour, walk

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

PROGRAM = Path(__file__).with_name("hostile.py")
# Whoever asks for the name that stands in every payload has run one.
TRIPWIRE = "Object.defineProperty(window, 'zqx', {get() { console.error('a payload ran: ' + Error().stack); }})"
# An element's kind: its name and its attributes' names. What scripts of ours switch on and off is left out.
KINDS = """() => [...new Set([...document.querySelectorAll('*')].map(element => [
    element.localName,
    ...element.getAttributeNames()
        .filter(name => !['style', 'class', 'open', 'checked', 'selected'].includes(name)).sort(),
].join(' ')))]"""
LIVE_LINKS = """() => [...document.querySelectorAll('a[href], area[href], form[action]')]
    .map(element => element.getAttribute('href') || element.getAttribute('action') || '')
    .map(address => URL.canParse(address, location) ? new URL(address, location).href : address)
    .filter(address => !address.startsWith(location.origin + '/'))"""


@dataclass
class Crawl:
    """What stood on the pages that were opened, by page."""

    page: Page
    address: str
    kinds: dict[str, set[str]] = field(default_factory=dict)
    live_links: dict[str, list[str]] = field(default_factory=dict)
    elsewhere: list[str] = field(default_factory=list)

    def note_request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.address}/", "data:", "blob:")):
            self.elsewhere.append(f"{self.page.url}: {request.url}")

    def all(self, tour: Tour) -> None:
        for name in walk(self.page, self.address, tour):
            self.kinds[name] = set(self.page.evaluate(KINDS))
            self.live_links[name] = self.page.evaluate(LIVE_LINKS)


@dataclass(frozen=True, slots=True)
class Crawled:
    """The same pages with ordinary words and with hostile ones."""

    harmless: Crawl
    hostile: Crawl
    complaints: list[str]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Crawled]:
    house, watch = House.in_folder(tmp_path_factory.mktemp("hostile")), Watch()
    ordinary = Tour.of(house, PROGRAM, "harmless")
    context = chromium.new_context(viewport=PHONE)
    context.add_init_script(TRIPWIRE)
    page = context.new_page()
    watch.on(page)
    harmless, hostile = Crawl(page, house.address), Crawl(page, house.address)
    with house.served():
        harmless.all(ordinary)
        page.on("request", hostile.note_request)
        hostile.all(Tour.of(house, PROGRAM, "hostile"))
        yield Crawled(harmless, hostile, watch.beyond_refusals)
    context.close()


def test_no_payload_runs_and_no_page_complains(crawled: Crawled) -> None:
    assert crawled.complaints == []


def test_no_page_asks_another_host_for_anything(crawled: Crawled) -> None:
    assert crawled.hostile.elsewhere == []


def test_no_hostile_text_becomes_an_element_or_an_attribute(crawled: Crawled) -> None:
    known: set[str] = set().union(*crawled.harmless.kinds.values())

    added = {name: kinds - known for name, kinds in crawled.hostile.kinds.items() if kinds - known}

    assert added == {}


def test_no_hostile_address_becomes_a_link(crawled: Crawled) -> None:
    known = {link for links in crawled.harmless.live_links.values() for link in links}

    added = {name: set(links) - known for name, links in crawled.hostile.live_links.items() if set(links) - known}

    assert added == {}


def test_every_page_was_opened_with_both_kinds_of_words(crawled: Crawled) -> None:
    opened = [{name.rstrip("-0123456789") for name in crawl.kinds} for crawl in (crawled.harmless, crawled.hostile)]

    assert opened[0] == opened[1]
    assert len(crawled.hostile.kinds) > 150
