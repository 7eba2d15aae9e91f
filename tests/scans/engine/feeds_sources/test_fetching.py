from __future__ import annotations

import asyncio
import gzip
import io
import logging
import stat
import traceback
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from scans.engine.feeds.fetching import Fetched, NotFetched, fetch
from tests.sites import Answer, Seen, Sites, hostile

MIB = 1 << 20
LIST = b"bad.example.com\nworse.example.com\n"
KEY = "abc-secret-key-123"
HOST = "lists.example"


def fetched(
    sites: Sites,
    target: Path,
    path: str = "/list.txt",
    *,
    host: str = HOST,
    scheme: str = "https",
    etag: str = "",
    last_modified: str = "",
    headers: Mapping[str, str] | None = None,
    seconds: float = 10,
    max_bytes: int = MIB,
    max_unpacked: int = MIB,
) -> Fetched:
    async def ask() -> Fetched:
        async with sites.client() as client:
            return await fetch(
                f"{scheme}://{host}{path}",
                target,
                client,
                etag=etag,
                last_modified=last_modified,
                headers=headers,
                seconds=seconds,
                max_bytes=max_bytes,
                max_unpacked=max_unpacked,
            )

    return asyncio.run(ask())


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Where an older version of the list stands."""
    file = tmp_path / "incoming"
    file.write_bytes(b"old.example.com\n")
    return file


def zipped(*files: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as archive:
        for name, body in files:
            archive.writestr(name, body)
    return content.getvalue()


def test_a_list_is_put_into_place_with_the_marks_of_its_version(sites: Sites, target: Path) -> None:
    headers = {"ETag": 'W/"17"', "Last-Modified": "Mon, 23 Nov 2026 10:00:00 GMT"}
    sites.page(HOST, "/list.txt", headers=headers, body=LIST)

    found = fetched(sites, target)

    assert found == Fetched(True, 'W/"17"', "Mon, 23 Nov 2026 10:00:00 GMT", len(LIST))
    assert target.read_bytes() == LIST
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert list(target.parent.iterdir()) == [target]


def test_the_same_version_is_not_fetched_again(sites: Sites, target: Path) -> None:
    sites.choose(
        HOST,
        "/list.txt",
        lambda seen: Answer(304) if seen.headers.get("if-none-match") == '"17"' else Answer(body=LIST),
    )

    found = fetched(sites, target, etag='"17"', last_modified="Mon, 23 Nov 2026 10:00:00 GMT")

    assert found == Fetched(False, '"17"', "Mon, 23 Nov 2026 10:00:00 GMT", 0)
    assert sites.requests[0].headers["if-modified-since"] == "Mon, 23 Nov 2026 10:00:00 GMT"
    assert target.read_bytes() == b"old.example.com\n"


@pytest.mark.parametrize(
    "packed",
    [gzip.compress(LIST, mtime=0), zipped(("top-1m.csv", LIST)), zipped(("list.txt", LIST), method=zipfile.ZIP_STORED)],
)
def test_a_packed_list_is_unpacked_by_what_it_is_and_not_by_its_name(packed: bytes, sites: Sites, target: Path) -> None:
    sites.page(HOST, "/list.txt", body=packed)

    assert fetched(sites, target).bytes == len(LIST)
    assert target.read_bytes() == LIST


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"x" * (MIB + 1), "larger than"),
        (gzip.compress(b"\0" * (64 * MIB), mtime=0), "unpacked"),
        (zipped(("bomb.csv", b"\0" * (64 * MIB))), "unpacked"),
        (gzip.compress(LIST * 1000, mtime=0)[:-20], "broken"),
        (zipped(("list.txt", LIST * 1000))[:-10], "broken"),
        (b"\x1f\x8b\x08" + b"\xff" * 100, "broken"),
        (zipped(("a.csv", LIST), ("b.csv", LIST)), "2 files"),
        (zipped(*((f"{number}.csv", b"") for number in range(2_000))), "too many files"),
        (zipped(("list.txt", LIST), method=zipfile.ZIP_LZMA), "packed in a way"),
    ],
)
def test_too_much_and_broken_packings_leave_the_old_list(body: bytes, reason: str, sites: Sites, target: Path) -> None:
    sites.page(HOST, "/list.txt", body=body)

    with pytest.raises(NotFetched, match=reason):
        fetched(sites, target)

    assert target.read_bytes() == b"old.example.com\n"
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.parametrize(
    ("status", "reason"),
    [(401, "key"), (403, "key"), (404, "no such list"), (429, "too often"), (500, "problem"), (204, "did not come")],
)
def test_an_answer_without_a_list_is_said_in_words(status: int, reason: str, sites: Sites, target: Path) -> None:
    sites.page(HOST, "/list.txt", status=status, headers={"Retry-After": "120"})

    with pytest.raises(NotFetched, match=reason) as caught:
        fetched(sites, target)

    assert caught.value.wait == 120


@pytest.mark.parametrize(("said", "wait"), [("99999999", 86_400), ("soon", None), ("-5", None), ("", None)])
def test_a_server_is_not_believed_everything_about_waiting(
    said: str, wait: int | None, sites: Sites, target: Path
) -> None:
    sites.page(HOST, "/list.txt", status=429, headers={"Retry-After": said})

    with pytest.raises(NotFetched) as caught:
        fetched(sites, target)

    assert caught.value.wait == wait


def test_redirects_are_followed_and_a_key_stays_with_the_server_it_was_meant_for(sites: Sites, target: Path) -> None:
    sites.redirect(HOST, "/list.txt", to="/moved.txt")
    sites.redirect(HOST, "/moved.txt", to="https://cdn.example/list.txt")
    sites.page("cdn.example", "/list.txt", body=LIST)

    fetched(sites, target, headers={"Auth-Key": KEY})

    assert target.read_bytes() == LIST
    assert [seen.headers.get("auth-key") for seen in sites.requests] == [KEY, KEY, None]


def test_a_chain_without_end_is_left(sites: Sites, target: Path) -> None:
    sites.redirect(HOST, "/list.txt", to="/list.txt")

    with pytest.raises(NotFetched, match="3 times"):
        fetched(sites, target)

    assert len(sites.requests) == 4


@pytest.mark.parametrize(
    ("to", "reason"),
    [
        ("https://169.254.169.254/latest/meta-data/", "may not be opened"),
        ("https://inside.example/list.txt", "may not be opened"),
        ("http://lists.example/plain.txt", "without encryption"),
        ("file:///etc/passwd", "may not be opened"),
        ("https://", "none"),
    ],
)
def test_a_redirect_leads_nowhere_that_a_list_is_not(to: str, reason: str, sites: Sites, target: Path) -> None:
    sites.at("inside.example", "10.0.0.1")
    sites.redirect(HOST, "/list.txt", to=to)

    with pytest.raises(NotFetched, match=reason):
        fetched(sites, target)

    assert len(sites.requests) == 1


def failing(sites: Sites) -> dict[str, str]:
    """Paths that fail in every way there is, each with the key in its address."""
    sites.redirect(HOST, f"/sent-on?auth-key={KEY}", to=f"https://inside.example/?auth-key={KEY}")
    sites.at("inside.example", "10.0.0.1")
    sites.page(HOST, f"/refused?auth-key={KEY}", status=403)
    sites.page(HOST, f"/packed?auth-key={KEY}", headers={"Content-Encoding": "gzip"}, body=gzip.compress(LIST, mtime=0))
    sites.behave(HOST, f"/slow?auth-key={KEY}", hostile.drip)
    sites.behave(HOST, f"/bomb?auth-key={KEY}", hostile.gzip_bomb)
    sites.behave(HOST, f"/head?auth-key={KEY}", hostile.flood_of_headers)
    sites.redirect(HOST, f"/loop?auth-key={KEY}", to=f"/loop?auth-key={KEY}")
    return {
        name: f"/{name}?auth-key={KEY}" for name in ("sent-on", "refused", "packed", "slow", "bomb", "head", "loop")
    }


@pytest.mark.parametrize("name", ["sent-on", "refused", "packed", "slow", "bomb", "head", "loop"])
def test_a_key_in_the_address_stands_in_no_message_no_traceback_and_no_log(
    name: str, sites: Sites, target: Path, caplog: pytest.LogCaptureFixture
) -> None:
    logging.getLogger("httpx").setLevel(logging.WARNING)  # as wbscanner.settings has it
    with pytest.raises(NotFetched) as caught:
        fetched(sites, target, failing(sites)[name], seconds=1)

    written = "".join(traceback.format_exception(caught.value))
    assert KEY not in str(caught.value)
    assert KEY not in written
    assert KEY not in caplog.text
    assert target.read_bytes() == b"old.example.com\n"


def test_an_address_that_is_none_and_a_name_that_does_not_exist_are_said(sites: Sites, target: Path) -> None:
    sites.nowhere("gone.example")

    with pytest.raises(NotFetched, match="no connection"):
        fetched(sites, target, host="gone.example")
    with pytest.raises(NotFetched, match="may not be opened"):
        fetched(sites, target, scheme="gopher")


def test_a_folder_that_cannot_be_written_is_said(sites: Sites, tmp_path: Path) -> None:
    sites.page(HOST, "/list.txt", body=LIST)
    (tmp_path / "feed").write_text("a file")

    with pytest.raises(NotFetched, match="kept"):
        fetched(sites, tmp_path / "feed" / "incoming")


def test_marks_that_are_no_marks_are_not_kept(sites: Sites, target: Path) -> None:
    sites.page(HOST, "/list.txt", headers={"ETag": '"' + "x" * 400 + '"', "Last-Modified": "\u00e9t\u00e9"}, body=LIST)

    found = fetched(sites, target)

    assert (found.etag, found.last_modified) == ("", "")


def test_a_request_says_nothing_of_who_asks_but_the_program_s_name(sites: Sites, target: Path) -> None:
    sites.page(HOST, "/list.txt", body=LIST)

    fetched(sites, target)

    seen: Seen = sites.requests[0]
    assert set(seen.headers) <= {"host", "accept", "accept-encoding", "connection", "user-agent"}
    assert seen.headers["user-agent"].startswith("wbscanner")
