"""What is read closely of a text is bounded, whatever it is made of; behind that, plain links are still found."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scans.engine.finding.looks import LOOKS_OF_A_LINK, MAX_LOOKS, Looks
from scans.engine.links import MAX_TEXT, find_links

# What takes more looks than there are, without holding a link.
FILLINGS: dict[str, Callable[[int], str]] = {
    "words": lambda number: f"a{number}\u200bb.zip ",
    "runs": lambda number: f"x{number}.so+",
    "pieces": lambda number: f"'{number}.so页(.)*hxxp://",
    "hosts": lambda number: f"b1🔥{number}.so.Me-",
    "schemes without a host": lambda number: f".рф{number}hxxp://\u202e.com",
    "one disguised link": lambda number: f"irises\u200b.com#{number} ",
}
# Where reading stops, each level asks once more.
MORE_ASKED = 100
BEHIND = (
    " 🌷tulips.com🌷 {https://roses.com/a[1] ann.com@b.net lil\u200bacs.com тюльпан.рф 4.4.8.8 pinks.com...what"
    " daisies.com-2 daffodils.com/a?b=1 (https://пион.рф/a tulips[.]org https://asters.com..x"
)
FOUND_BEHIND = [
    *("tulips.com", "https://roses.com/a", "acs.com", "тюльпан.рф", "4.4.8.8", "pinks.com", "daisies.com"),
    *("daffodils.com/a?b=1", "https://пион.рф/a", "https://asters.com"),
]


def filled(filling: Callable[[int], str]) -> str:
    """As many as take all looks, as far as a text goes."""
    text = "".join(filling(number) for number in range(MAX_LOOKS))
    return text[: MAX_TEXT - len(BEHIND)]


@pytest.mark.parametrize("filling", FILLINGS.values(), ids=FILLINGS.keys())
def test_behind_the_last_look_plain_links_are_found_and_no_disguised_ones(filling: Callable[[int], str]) -> None:
    found = [link.raw for link in find_links(filled(filling) + BEHIND)]

    assert found[-len(FOUND_BEHIND) :] == FOUND_BEHIND
    assert "tulips[.]org" not in found
    assert "lil\u200bacs.com" not in found


def test_plain_links_are_found_in_the_rest_of_the_word_in_which_the_looks_end() -> None:
    text = "".join(f"x{number}.so+" for number in range(MAX_LOOKS)) + ",tulips.com,lil\u200bacs.com"

    assert [link.raw for link in find_links(text)] == ["tulips.com", "acs.com"]


def test_before_the_last_look_disguised_links_are_found() -> None:
    text = "".join(f"a{number}\u200bb.zip " for number in range(MAX_LOOKS // 4)) + "lil\u200bacs.com tulips[.]org"

    assert [link.raw for link in find_links(text)] == ["lil\u200bacs.com", "tulips[.]org"]


@pytest.mark.parametrize(
    "disguise", ["(tulips{}.com/(a)", "tulips{}[.]com", "hxxp://tulips{}.com", "tul\u200bips{}.com"]
)
def test_a_list_of_disguised_links_is_read_closely_to_its_end(disguise: str) -> None:
    text = " ".join(disguise.format(number) for number in range(MAX_LOOKS))

    assert len(find_links(text, limit=MAX_TEXT)) == MAX_LOOKS


def test_links_glued_together_are_all_found() -> None:
    text = "".join(f"https://tulips{number}.com" for number in range(MAX_LOOKS))

    assert len(find_links(text, limit=MAX_TEXT)) == MAX_LOOKS


@pytest.mark.parametrize("filling", FILLINGS.values(), ids=FILLINGS.keys())
def test_no_text_is_looked_at_more_often_than_the_looks_and_its_links_allow(
    filling: Callable[[int], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[bool] = []
    take = Looks.take

    def counted(looks: Looks) -> bool:
        taken.append(take(looks))
        return taken[-1]

    monkeypatch.setattr(Looks, "take", counted)
    links = find_links(filled(filling))

    assert sum(taken) <= MAX_LOOKS + LOOKS_OF_A_LINK * len(links)
    assert len(taken) <= sum(taken) + MORE_ASKED
