"""What is said of the way a link was written in its message."""

from __future__ import annotations

import pytest

from scans.engine.heuristics import HEURISTICS, WRITING, Heuristic
from scans.engine.heuristics.writing import preview_mismatch
from scans.engine.links import find_links, parse
from scans.engine.scoring import Verdict, assess

EXAMPLES = {
    "defanged_scheme": "hxxps://flowers.example/",
    "defanged_dot": "https://flowers[.]example/",
    "spaced_host": "https://flowers . org/",
    "disguised_letters": "https://flⓞwers.example/",
    "bare_number": "66.102.7.147",
    "dot_twins": "https://flowers․example/",
    "hidden_characters": "https://flow\u200bers.example/",
    "bidi_control": "https://flow\u202eers.example/",
    "disguised_ip": "http://0x7f.1/",
    "overlong": "https://flowers.example/" + "a" * 9000,
}


def codes(text: str) -> set[str]:
    return {found.code for link in find_links(text) for heuristic in WRITING if (found := heuristic(link))}


def verdict(text: str) -> Verdict:
    (link,) = find_links(text)
    return assess([found for heuristic in (*HEURISTICS, *WRITING) if (found := heuristic(link))]).verdict


@pytest.mark.parametrize("heuristic", WRITING, ids=lambda heuristic: heuristic.__name__)
def test_every_way_of_writing_has_an_example_and_its_code_is_its_name(heuristic: Heuristic) -> None:
    assert codes(EXAMPLES[heuristic.__name__]) == {heuristic.__name__}


@pytest.mark.parametrize("text", EXAMPLES.values(), ids=EXAMPLES.keys())
def test_nothing_is_said_of_the_writing_of_a_link_that_was_normalised(text: str) -> None:
    (link,) = find_links(text)

    assert codes(link.url) == set()


@pytest.mark.parametrize("text", EXAMPLES.values(), ids=EXAMPLES.keys())
def test_the_link_itself_is_judged_alike_however_it_was_written(text: str) -> None:
    (link,) = find_links(text)

    assert [judge(link) for judge in HEURISTICS] == [judge(parse(link.url)) for judge in HEURISTICS]


@pytest.mark.parametrize("text", ["hxxps://flowers[.]example/", "flowers[dot]org", "h**p://flowers (.) org/a"])
def test_a_link_written_to_warn_of_it_accuses_nobody(text: str) -> None:
    assert verdict(text) is Verdict.BENIGN


def test_four_bare_numbers_may_be_a_version_and_alarm_nobody() -> None:
    assert verdict("2.10.33.1 is out") is Verdict.BENIGN
    assert verdict("http://2.10.33.1/") is Verdict.SUSPICIOUS
    assert verdict("2.10.33.1/login") is Verdict.SUSPICIOUS


@pytest.mark.parametrize(
    "text", ["https://www.flowers. org/", "ｗｗｗ．ｆｌｏｗｅｒｓ．ｃｏｍ", "www。flowers。com", "https://flowers｡com/"]
)
def test_what_a_keyboard_does_by_itself_accuses_nobody(text: str) -> None:
    assert codes(text)
    assert verdict(text) is Verdict.BENIGN


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://flow\u200bers.example/", Verdict.SUSPICIOUS),
        ("https://ⓕlowers.example/", Verdict.SUSPICIOUS),
        ("https://flowers․example/a", Verdict.SUSPICIOUS),
        ("https://flow\u202eers.example/", Verdict.MALICIOUS),
        ("https://flowers.example/" + "a" * 9000, Verdict.SUSPICIOUS),
        ("http://0xcb007107/", Verdict.MALICIOUS),
    ],
)
def test_what_hides_a_link_counts_against_it(text: str, expected: Verdict) -> None:
    assert verdict(text) is expected


@pytest.mark.parametrize(
    ("shown", "preview", "differs"),
    [
        (["https://bank.example/a"], "https://evil.example/a", True),
        (["https://bank.example/a"], "https://www.bank.example/", False),
        (["https://other.example/", "https://bank.example/a"], "https://bank.example/b", False),
        ([], "https://bank.example/", False),
    ],
)
def test_a_preview_of_another_site_than_the_text_shows_is_named(shown: list[str], preview: str, differs: bool) -> None:
    found = preview_mismatch([parse(url) for url in shown], parse(preview))

    assert (found is not None) is differs
    assert found is None or (found.param("claimed"), found.param("host")) == ("bank.example", "evil.example")
