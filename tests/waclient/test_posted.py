from __future__ import annotations

import logging
from datetime import UTC, datetime

import pytest

from scans.engine.findings import Finding
from scans.engine.links import MAX_TEXT, Link
from waclient import posted
from waclient.client import InboundMessage, Passage, Person
from waclient.models import Place
from waclient.posted import MAX_LINKS_PER_MESSAGE, MAX_TEXT_PER_MESSAGE, Posted, links_of

URL, OTHER = "https://shop.example.com/offer?id=7", "http://192.0.2.1/login.exe"
HIDDEN = "https://shop.exam\u202eple.com/offer?id=7"


def message(*passages: Passage, **more: object) -> InboundMessage:
    return InboundMessage("1@g.us", "3EB0", Person("1@lid"), datetime.now(UTC), passages=passages, **more)  # type: ignore[arg-type]


def codes(one: Posted) -> list[str]:
    return sorted(finding.code for finding in one.written)


@pytest.mark.parametrize("place", Place)
def test_a_link_keeps_the_place_where_it_stood(place: Place) -> None:
    (found,) = links_of(message(Passage(f"see {URL}", place)))

    assert (found.link.url, found.place, found.written) == (URL, place, ())


@pytest.mark.parametrize(
    ("places", "counts"),
    [
        ((Place.QUOTED, Place.TEXT), Place.TEXT),
        ((Place.TEXT, Place.QUOTED), Place.TEXT),
        ((Place.QUOTED, Place.CODE), Place.CODE),
        ((Place.DOCUMENT, Place.CODE), Place.CODE),
        ((Place.QUOTED, Place.DOCUMENT, Place.QUOTED), Place.DOCUMENT),
    ],
)
def test_a_link_in_several_places_counts_where_it_is_loudest(places: tuple[Place, ...], counts: Place) -> None:
    (found,) = links_of(message(*(Passage(URL, place) for place in places)))

    assert found.place == counts


def test_how_a_link_was_written_is_noted_beside_it() -> None:
    (found,) = links_of(message(Passage(HIDDEN)))

    assert (found.link.url, codes(found)) == (URL, ["bidi_control"])


def test_a_link_written_plainly_and_in_disguise_is_disguised() -> None:
    (found,) = links_of(message(Passage(f"{URL} is plain"), Passage(HIDDEN)))

    assert codes(found) == ["bidi_control"]


def test_a_disguise_in_a_quote_is_not_held_against_who_writes_the_link_plainly() -> None:
    (found,) = links_of(message(Passage(HIDDEN, Place.QUOTED), Passage(URL)))

    assert (found.place, found.written) == (Place.TEXT, ())


def test_a_link_that_fills_a_message_costs_no_more_than_twenty_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[str] = []

    def counting(link: Link) -> None:
        looks.append(link.raw)

    monkeypatch.setattr(posted, "WRITING", (counting,))

    links_of(message(*(Passage(f"{number} {URL}") for number in range(500)), *[Passage(OTHER)] * 500))

    assert (looks.count(URL), looks.count(OTHER)) == (20, 1)


# --- the preview


@pytest.mark.parametrize(
    ("text", "preview", "found"),
    [
        (f"see {URL}", URL, {URL: []}),
        ("see www.example.com", URL, {"https://www.example.com/": [], URL: []}),
        ("tap here", URL, {URL: []}),
        ("see https://paypal.com/", OTHER, {"https://paypal.com/": [], OTHER: ["preview_mismatch"]}),
        (f"see {URL}", "no address", {URL: []}),
    ],
)
def test_the_preview_is_judged_too_and_named_when_it_leads_elsewhere(
    text: str, preview: str, found: dict[str, list[str]]
) -> None:
    links = links_of(message(Passage(text), preview=preview, beside_preview=text))

    assert {one.link.url: codes(one) for one in links} == found


def test_an_address_in_a_description_does_not_excuse_a_preview_that_misleads() -> None:
    text = "see https://paypal.com/"

    links = links_of(message(Passage(text), Passage(OTHER), preview=OTHER, beside_preview=text))

    assert {one.link.host: codes(one) for one in links}["192.0.2.1"] == ["preview_mismatch"]


# --- limits


def test_a_message_with_too_many_links_says_so_on_each_of_those_that_are_judged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    text = " ".join(f"https://a{number}.example.com/" for number in range(MAX_LINKS_PER_MESSAGE + 1))

    with caplog.at_level(logging.WARNING):
        links = links_of(message(Passage(text)))

    assert len(links) == MAX_LINKS_PER_MESSAGE
    assert {tuple(codes(one)) for one in links} == {("too_many_links",)}
    assert f"over {MAX_LINKS_PER_MESSAGE} links" in caplog.text


def test_as_many_links_as_are_judged_are_not_too_many() -> None:
    text = " ".join(f"https://a{number}.example.com/" for number in range(MAX_LINKS_PER_MESSAGE))

    links = links_of(message(Passage(text)))

    assert [codes(one) for one in links] == [[]] * MAX_LINKS_PER_MESSAGE


@pytest.mark.parametrize("padding", [MAX_TEXT + 1, MAX_TEXT_PER_MESSAGE * 2])
def test_no_long_text_hides_a_button_and_what_is_cut_is_said(padding: int, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        (found,) = links_of(message(Passage("x " * (padding // 2 + 1)), Passage(URL)))

    assert (found.link.url, codes(found)) == (URL, ["too_much_text"])
    assert "the rest is not read" in caplog.text


def test_no_quotes_however_many_hide_what_the_message_says() -> None:
    quotes = [Passage("x" * 1000, Place.QUOTED)] * 300

    (found,) = links_of(message(*quotes, Passage(f"{'y' * 2000} {URL}")))

    assert (found.link.url, found.place) == (URL, Place.TEXT)


def test_the_longest_message_a_phone_sends_is_read_whole() -> None:
    text = "x " * ((MAX_TEXT - len(URL)) // 2) + URL

    (found,) = links_of(message(Passage(text), Passage(text, Place.QUOTED)))

    assert (found.place, found.written) == (Place.TEXT, ())


def test_a_message_that_was_cut_when_it_was_read_says_so() -> None:
    (found,) = links_of(message(Passage(URL), is_cut=True))

    assert codes(found) == ["too_much_text"]


# --- defects


def test_a_check_of_the_writing_that_breaks_leaves_a_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(_link: Link) -> Finding | None:
        raise ValueError("a defect")

    monkeypatch.setattr(posted, "WRITING", (breaks,))

    (found,) = links_of(message(Passage(URL)))

    assert codes(found) == ["writing_not_checked"]
