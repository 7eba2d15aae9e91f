from __future__ import annotations

import asyncio
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from scans.engine.names.list_refresh import NotRefreshed, Refreshed, refresh
from scans.engine.names.published_lists import MAX_BYTES, PUBLISHED, TOP_LEVEL_DOMAINS, PublishedList, newest, packaged
from tests.scans.engine.netguard.servers import serving

pytestmark = pytest.mark.allow_hosts(["127.0.0.0/8"])


def later(published: PublishedList) -> bytes:
    return packaged(published).replace("ersion 20", "ersion 99").replace("VERSION: 20", "VERSION: 99").encode()


def answer(body: bytes, *, status: str = "200 OK", length: int | None = None) -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body) if length is None else length}\r\n\r\n".encode() + body


def fetched(
    published: PublishedList, folder: Path, response: bytes, *, seconds: float = 10, linger: float = 0
) -> Refreshed:
    async def visit() -> Refreshed:
        async with serving(response, linger=linger) as site, site.client() as client:
            return await refresh(replace(published, url=site.url()), client, folder=folder, seconds=seconds)

    return asyncio.run(visit())


@pytest.mark.parametrize("published", PUBLISHED, ids=lambda one: one.file)
def test_a_newer_list_is_kept_and_used(published: PublishedList, tmp_path: Path) -> None:
    folder = tmp_path / "lists"

    found = fetched(published, folder, answer(later(published)))

    assert found.is_new
    assert newest(published, folder).encode() == later(published)
    assert [file.name for file in folder.iterdir()] == [published.file]
    assert stat.S_IMODE((folder / published.file).stat().st_mode) == 0o600


@pytest.mark.parametrize("published", PUBLISHED, ids=lambda one: one.file)
def test_the_list_that_is_in_use_already_is_not_written(published: PublishedList, tmp_path: Path) -> None:
    found = fetched(published, tmp_path, answer(packaged(published).encode()))

    assert not found.is_new
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("response", "reason"),
    [
        (answer(b"<!doctype html><title>Sign in</title>"), "version"),
        (answer(b""), "version"),
        (answer(b"\xff\xfe"), "not the list"),
        (answer(later(TOP_LEVEL_DOMAINS)[:5_000]), "missing"),
        (answer(later(TOP_LEVEL_DOMAINS)[:5_000], length=20_000), "could not be fetched"),
        (answer(later(TOP_LEVEL_DOMAINS), status="404 Not Found"), "404"),
        (answer(b"", status="302 Found"), "302"),
        (answer(later(TOP_LEVEL_DOMAINS) + b"\n" * MAX_BYTES), "larger"),
        (b"no http at all", "could not be fetched"),
    ],
)
def test_a_bad_answer_loses_nothing_and_says_why(response: bytes, reason: str, tmp_path: Path) -> None:
    (tmp_path / TOP_LEVEL_DOMAINS.file).write_text(packaged(TOP_LEVEL_DOMAINS), encoding="utf-8")

    with pytest.raises(NotRefreshed, match=reason):
        fetched(TOP_LEVEL_DOMAINS, tmp_path, response)

    assert newest(TOP_LEVEL_DOMAINS, tmp_path) == packaged(TOP_LEVEL_DOMAINS)
    assert [file.name for file in tmp_path.iterdir()] == [TOP_LEVEL_DOMAINS.file]


def test_a_server_that_never_ends_is_given_up(tmp_path: Path) -> None:
    with pytest.raises(NotRefreshed, match="within"):
        fetched(TOP_LEVEL_DOMAINS, tmp_path, answer(b"# Ver", length=9_000), seconds=0.3, linger=5)


def test_an_address_inside_is_refused(tmp_path: Path) -> None:
    async def visit() -> None:
        async with serving() as site, site.client() as client:
            inside = replace(TOP_LEVEL_DOMAINS, url=f"http://127.0.0.1:{site.port}/")
            await refresh(inside, client, folder=tmp_path)

    with pytest.raises(NotRefreshed, match="could not be fetched"):
        asyncio.run(visit())


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "lists").write_text("a file")

    with pytest.raises(NotRefreshed, match="kept"):
        fetched(TOP_LEVEL_DOMAINS, tmp_path / "lists", answer(later(TOP_LEVEL_DOMAINS)))
