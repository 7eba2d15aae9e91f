"""Fetching the published lists through the guard: capped, checked, put into place whole or not at all."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from pathlib import Path

import httpx

from scans.engine.names.published_lists import FOLDER, MAX_BYTES, BadList, PublishedList, newest, version_of
from scans.engine.netguard import Blocked

# For one list, on the wall clock, from looking the host up to the last byte.
SECONDS = 60.0
OWNER_ONLY = 0o600


class NotRefreshed(Exception):
    """A list was not fetched; the message says why, and the copy in use stays."""


@dataclass(frozen=True, slots=True)
class Refreshed:
    """The version that is in use from now on, and whether it is a new one."""

    version: str
    is_new: bool


async def refresh(
    published: PublishedList, client: httpx.AsyncClient, *, folder: Path = FOLDER, seconds: float = SECONDS
) -> Refreshed:
    """Fetch one list and keep it in `folder` when it is newer than the one in use; raises NotRefreshed."""
    before = version_of(published, newest(published, folder))
    try:
        async with asyncio.timeout(seconds):
            content = await _fetched(published.url, client)
        text = content.decode("utf-8")
        version = version_of(published, text)
    except TimeoutError as error:
        raise NotRefreshed(f"it did not arrive within {seconds:g} seconds") from error
    except (BadList, UnicodeDecodeError) as error:
        raise NotRefreshed(f"what arrived is not the list: {error}") from error
    except (Blocked, httpx.HTTPError, httpx.InvalidURL) as error:
        raise NotRefreshed(f"it could not be fetched: {error or type(error).__name__}") from error
    if version <= before:
        return Refreshed(before, is_new=False)
    try:
        _put(content, folder / published.file)
    except OSError as error:
        raise NotRefreshed(f"it could not be kept: {error}") from error
    return Refreshed(version, is_new=True)


async def _fetched(url: str, client: httpx.AsyncClient) -> bytes:
    """At most MAX_BYTES of a plain answer; redirects are not followed, the publishers' addresses are fixed."""
    content = bytearray()
    async with client.stream("GET", url) as response:
        if response.status_code != httpx.codes.OK:
            raise NotRefreshed(f"the server answered {response.status_code}")
        async for chunk in response.aiter_raw():
            content += chunk
            if len(content) > MAX_BYTES:
                raise NotRefreshed(f"it is larger than {MAX_BYTES} bytes")
    return bytes(content)


def _put(content: bytes, target: Path) -> None:
    """Written aside and renamed, so that no process ever reads half a list."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with aside.open("wb") as file:
            os.fchmod(file.fileno(), OWNER_ONLY)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(target)
    finally:
        aside.unlink(missing_ok=True)
