from __future__ import annotations

from datetime import timedelta
from importlib.resources import files

import ada_url
import pytest

from scans.engine.feeds import SOURCES
from scans.engine.feeds.entries import Entry, Kind
from scans.engine.feeds.formats import Skipped, read
from scans.engine.feeds.source import Default, Format, Match, Source, Use
from scans.engine.names import suffixes
from scans.engine.names.shared_hosts import is_shared
from tests.scans.engine.feeds_sources.said import TODAY

BY_NAME = {source.name: source for source in SOURCES}
BUNDLED = [source for source in SOURCES if source.file]


def test_names_are_unique_and_fit_rows_folders_and_reasons() -> None:
    assert len(BY_NAME) == len(SOURCES)
    assert all(name.replace("_", "").isalnum() and name.islower() and len(name) <= 40 for name in BY_NAME)
    assert all(len(source.title) <= 80 for source in SOURCES)


def test_only_lists_that_everybody_may_use_are_on_before_anybody_chose() -> None:
    on = {source.name for source in SOURCES if source.default is Default.ON}

    assert on == {"tweetfeed", "phishing_database", "cert_pl", "known_good"}
    assert not any(BY_NAME[name].key_name for name in on)


@pytest.mark.parametrize("source", SOURCES, ids=lambda one: one.name)
def test_a_list_says_where_it_is_and_on_what_terms(source: Source) -> None:
    assert bool(source.url) is not bool(source.file)
    assert source.url == "" or ada_url.URL(source.url).protocol == "https:"
    assert source.terms.endswith(".")
    assert ("{key}" in source.url) is bool(source.key_name)
    assert ("{since}" in source.diffs_url) is bool(source.diffs_url)
    assert source.every >= timedelta(minutes=5)


def test_openphish_is_taken_for_exact_pages_alone_as_its_publisher_asks() -> None:
    assert BY_NAME["openphish"].match is Match.URL


def test_only_lists_whose_every_entry_people_look_at_are_conclusive() -> None:
    assert [source.name for source in SOURCES if source.is_verified] == ["cert_pl"]


@pytest.mark.parametrize("source", BUNDLED, ids=lambda one: one.name)
def test_what_comes_with_the_program_is_read_without_a_loss(source: Source) -> None:
    found = list(read(source.format, source.match, [content(source)], TODAY))

    assert [one for one in found if isinstance(one, Skipped)] == []
    assert len(found) > 200


def test_no_host_that_strangers_share_is_known_to_be_good() -> None:
    source = BY_NAME["known_good"]
    entries = [one for one in read(source.format, source.match, [content(source)], TODAY) if isinstance(one, Entry)]

    assert source.use is Use.GOOD
    assert [entry.text for entry in entries if is_shared(entry.text)] == []
    assert all(entry.kind is Kind.HOST or suffixes.registrable_domain(entry.text) == entry.text for entry in entries)


def test_the_bundled_lists_carry_the_licence_of_what_they_were_made_of() -> None:
    for name in ("known_good.txt", "popular.txt"):
        text = files("scans.engine.data").joinpath(name).read_text(encoding="utf-8")
        assert "Copyright © 2018 Kiko Beats" in text
        assert "Permission is hereby granted" in text


def test_every_format_has_a_reader_that_takes_an_empty_list() -> None:
    for format in Format:
        text = b"[]" if format in (Format.METAMASK, Format.POLKADOT, Format.SCAM_SNIFFER) else b""
        assert list(read(format, Match.AS_WRITTEN, [text], TODAY)) == []


def content(source: Source) -> bytes:
    return files("scans.engine.data").joinpath(source.file).read_bytes()
