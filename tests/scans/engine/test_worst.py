from __future__ import annotations

import pytest

from scans.engine.findings import Finding
from scans.engine.worst import worst

SHORTENER = Finding.of("shortener", 0)
RISKY = Finding.of("risky_tld", 2)
TYPO = Finding.of("brand_typo", 5)
FORGED = Finding.of("brand_homoglyph", 9, conclusive=True)
HEAVY = Finding.of("credential_words", 12)
KNOWN = Finding.of("known_good", -3)


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        ([], []),
        ([[RISKY]], [RISKY]),
        ([[RISKY], [TYPO]], [TYPO]),
        ([[TYPO], [RISKY]], [TYPO]),
        ([[RISKY], []], [RISKY]),
        ([[SHORTENER], [TYPO]], [SHORTENER, TYPO]),
        ([[SHORTENER, RISKY], [TYPO]], [SHORTENER, TYPO]),
        ([[RISKY], [SHORTENER, TYPO]], [SHORTENER, TYPO]),
        ([[SHORTENER], [SHORTENER, TYPO]], [SHORTENER, TYPO]),
        ([[HEAVY], [FORGED]], [FORGED]),
        ([[KNOWN], [RISKY]], [RISKY]),
        ([[KNOWN], []], []),
    ],
    ids=lambda found: "+".join(
        "".join(each.code for each in part) if isinstance(part, list) else part.code for part in found
    ),
)
def test_the_worst_address_speaks_for_the_way(found: list[list[Finding]], wanted: list[Finding]) -> None:
    assert worst(found) == wanted


def test_many_harmless_signs_on_the_way_do_not_add_up() -> None:
    assert worst([[RISKY]] * 10) == [RISKY]
