"""Fetching a list: through the guard, capped, unpacked, put into place whole or not at all."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import ada_url
import httpx

from scans.engine.feeds.unpacking import CannotUnpack, unpack
from scans.engine.netguard import Blocked

MAX_REDIRECTS = 3
OWNER_ONLY = 0o600
# Characters of what a server calls its version; longer ones are not sent back.
MAX_MARK = 300
MAX_LAST_MODIFIED = 80
# A publisher that says when to come again is not believed beyond a day.
MAX_WAIT = 24 * 3600

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_SAID = {
    401: "the key is missing or not accepted",
    403: "access was refused: perhaps the key is missing or not accepted",
    404: "there is no such list any more",
    410: "there is no such list any more",
    429: "it was asked for too often",
}


class NotFetched(Exception):
    """A list did not come; the message says why, names the host at most, and may be stored and shown."""

    def __init__(self, reason: str, *, wait: int | None = None) -> None:
        super().__init__(reason)
        self.wait = wait
        """Seconds that the server asked to be left alone; None when it said nothing."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came, and the marks by which the next request asks for something newer."""

    changed: bool
    etag: str
    last_modified: str
    bytes: int
    """On disk, unpacked; 0 when nothing changed."""


async def fetch(  # noqa: PLR0913 (one call says all of a request)
    url: str,
    target: Path,
    client: httpx.AsyncClient,
    *,
    etag: str = "",
    last_modified: str = "",
    headers: Mapping[str, str] | None = None,
    seconds: float,
    max_bytes: int,
    max_unpacked: int,
) -> Fetched:
    """Put the list of an address into `target`, which is left alone otherwise; raises NotFetched.

    The address may hold a key: it stands in no message and in no exception behind it. Of a .gz or .zip what is
    inside is kept. `headers` go to the first server only.
    """
    asked = _conditions(etag, last_modified) | dict(headers or {})
    part = target.with_name(f".{target.name}.{os.getpid()}")
    until = time.monotonic() + seconds
    try:
        async with asyncio.timeout(seconds), _opened(url, asked, client) as response:
            if response.status_code == httpx.codes.NOT_MODIFIED:
                return Fetched(False, etag, last_modified, 0)
            _check(response)
            await _keep(response, part, max_bytes)
        size = unpack(part, target, max_unpacked, until)
    except TimeoutError:
        raise NotFetched(f"it did not arrive within {seconds:g} seconds") from None
    except (Blocked, httpx.HTTPError, httpx.InvalidURL) as error:
        raise NotFetched(_told(error)) from None
    except CannotUnpack as error:
        raise NotFetched(str(error)) from None
    except OSError as error:
        raise NotFetched(f"it could not be kept: {error.strerror}") from None
    finally:
        with contextlib.suppress(OSError):  # a folder that is not there
            part.unlink()
    return Fetched(True, _mark(response, "etag", MAX_MARK), _mark(response, "last-modified", MAX_LAST_MODIFIED), size)


@contextlib.asynccontextmanager
async def _opened(url: str, headers: dict[str, str], client: httpx.AsyncClient) -> AsyncIterator[httpx.Response]:
    """The first answer that is no redirect; each address on the way goes through the guarded client."""
    for _ in range(MAX_REDIRECTS + 1):
        async with client.stream("GET", url, headers=headers) as response:
            if response.status_code not in _REDIRECTS:
                yield response
                return
            onward = _onward(url, response.headers.get("location", ""))
        if _origin(onward) != _origin(url):
            headers = {}
        url = onward
    raise NotFetched(f"it sent us on more than {MAX_REDIRECTS} times")


def _onward(url: str, location: str) -> str:
    try:
        onward = ada_url.URL(location, url)
    except ValueError:
        raise NotFetched("it sent us on to an address that is none") from None
    if onward.protocol == "http:" and url.startswith("https:"):
        raise NotFetched("it sent us on to an address without encryption")
    return str(onward.href)


def _origin(url: str) -> str:
    """Where a key that was meant for one server may go."""
    return str(ada_url.URL(url).origin) if ada_url.check_url(url) else ""


def _conditions(etag: str, last_modified: str) -> dict[str, str]:
    asked = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    return {name: value for name, value in asked.items() if value}


def _check(response: httpx.Response) -> None:
    status = response.status_code
    if status == httpx.codes.OK:
        return
    said = _SAID.get(status, "the server has a problem" if status >= 500 else "the list did not come")
    raise NotFetched(f"{said} (the server answered {status})", wait=_wait(response))


def _wait(response: httpx.Response) -> int | None:
    said = response.headers.get("retry-after", "").strip()
    return min(int(said), MAX_WAIT) if said.isascii() and said.isdecimal() and len(said) < 10 else None


async def _keep(response: httpx.Response, part: Path, max_bytes: int) -> None:
    with part.open("wb") as file:
        os.fchmod(file.fileno(), OWNER_ONLY)
        size = 0
        async for chunk in response.aiter_raw():
            size += len(chunk)
            if size > max_bytes:
                raise NotFetched(f"it is larger than {max_bytes} bytes")
            file.write(chunk)


def _mark(response: httpx.Response, name: str, longest: int) -> str:
    """What a later request sends back to the server."""
    said: str = response.headers.get(name, "")
    return said if len(said) <= longest and said.isascii() and said.isprintable() else ""


def _told(error: Exception) -> str:
    """In words: httpx's own may hold the address, and with it a key."""
    if isinstance(error, Blocked):
        return f"the address may not be opened: {error}"
    if isinstance(error, httpx.TimeoutException):
        return "the server did not answer in time"
    if isinstance(error, httpx.DecodingError):
        return "the server packed its answer although none was asked for so"
    if isinstance(error, httpx.ConnectError):
        return "no connection to the server"
    if isinstance(error, httpx.InvalidURL):
        return "its address is none"
    return "the connection broke off"
