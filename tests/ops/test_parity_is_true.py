"""docs/parity.md counts what it lists, and every test and module that it names exists."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/parity.md").read_text(encoding="utf-8")
# In the order of the table at the top.
STATES = ("works", "partly", "not yet", "left out")
FEATURES = 154
NAMED_TEST = re.compile(r"`([\w/]+\.py)::([\w:]+)`")
MODULE = re.compile(r"(?:scans|waclient|groups|overrides|wbscanner|deploy|tests)/[\w/]+")


def rows() -> list[list[str]]:
    """The cells of every row of a table of features: numbered ones have six, our own three."""
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line[:1] == "|"]
    return [row for row in cells if len(row) in {3, 6} and not set(row[0]) <= set("-") and row[-1] != "test"]


NUMBERED = [row for row in rows() if len(row) == 6]


def test_every_feature_of_the_original_has_one_row() -> None:
    assert [int(row[0]) for row in NUMBERED] == list(range(1, FEATURES + 1))


def test_the_counts_at_the_top_are_those_of_the_rows() -> None:
    said = re.search(r"^\| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", PAGE, re.MULTILINE)
    counted = Counter(state for row in NUMBERED for state in STATES if row[3].startswith(state))

    assert said is not None
    assert [int(number) for number in said.groups()] == [counted[state] for state in STATES]
    assert counted.total() == FEATURES


def test_what_works_names_a_test() -> None:
    assert [row[:2] for row in NUMBERED if row[3].startswith("works") and not row[5]] == []


@pytest.mark.parametrize(("file", "name"), sorted(set(NAMED_TEST.findall(PAGE))))
def test_every_test_that_is_named_exists(file: str, name: str) -> None:
    source = (ROOT / "tests" / file).read_text(encoding="utf-8")

    for part in name.split("::"):
        assert re.search(rf"^\s*(?:def|class) {part}\b", source, re.MULTILINE)


@pytest.mark.parametrize("module", sorted({name for row in rows() for name in MODULE.findall(row[-2])}))
def test_every_module_that_is_named_exists(module: str) -> None:
    assert (ROOT / module).is_dir() or (ROOT / f"{module}.py").is_file()
