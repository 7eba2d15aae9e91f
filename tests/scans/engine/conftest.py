"""What the tests of following links share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sites import Sites


@pytest.fixture(scope="module")
def started_sites() -> Iterator[Sites]:
    with Sites.start() as started:
        yield started


@pytest.fixture
def sites(started_sites: Sites) -> Sites:
    """A small internet, empty at first."""
    started_sites.forget()
    return started_sites
