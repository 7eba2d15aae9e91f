from __future__ import annotations

from pathlib import Path

import pytest

from scans.engine.names.published_lists import (
    MAX_BYTES,
    PUBLIC_SUFFIXES,
    PUBLISHED,
    BadList,
    PublishedList,
    newest,
    packaged,
    version_of,
)

LATER = {
    "public_suffix_list.dat": ("// VERSION: 2", "// VERSION: 9"),
    "tlds-alpha-by-domain.txt": ("# Version 2", "# Version 9"),
}


def later(published: PublishedList) -> str:
    return packaged(published).replace(*LATER[published.file], 1)


@pytest.mark.parametrize("published", PUBLISHED, ids=lambda one: one.file)
def test_the_packaged_lists_are_whole(published: PublishedList) -> None:
    assert version_of(published, packaged(published))


@pytest.mark.parametrize("published", PUBLISHED, ids=lambda one: one.file)
def test_a_newer_fetched_list_is_used(published: PublishedList, tmp_path: Path) -> None:
    (tmp_path / published.file).write_text(later(published), encoding="utf-8")

    assert newest(published, tmp_path) == later(published)


@pytest.mark.parametrize("published", PUBLISHED, ids=lambda one: one.file)
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<!doctype html><title>not found</title>",
        b"\xff\xfe\x00",
        "an older one",
        "half of it",
        "one that is too long",
    ],
)
def test_what_is_no_newer_list_changes_nothing(published: PublishedList, content: bytes | str, tmp_path: Path) -> None:
    made = {
        "an older one": packaged(published).replace("202", "201"),
        "half of it": later(published)[: len(later(published)) // 2],
        "one that is too long": later(published) + "\n" * MAX_BYTES,
    }
    (tmp_path / published.file).write_bytes(content if isinstance(content, bytes) else made[content].encode())

    assert newest(published, tmp_path) == packaged(published)


def test_no_fetched_list_is_no_trouble(tmp_path: Path) -> None:
    assert newest(PUBLIC_SUFFIXES, tmp_path / "nowhere") == packaged(PUBLIC_SUFFIXES)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("// VERSION:", "// VISION:"), "version"),
        (("\ngithub.io\n", "\n"), "github.io"),
        (("// ===END PRIVATE DOMAINS===", ""), "END PRIVATE"),
    ],
)
def test_a_list_that_lacks_something_says_what(change: tuple[str, str], reason: str) -> None:
    with pytest.raises(BadList, match=reason):
        version_of(PUBLIC_SUFFIXES, packaged(PUBLIC_SUFFIXES).replace(*change))
