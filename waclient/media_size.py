"""How large a file on WhatsApp's media server really is, before the library reads all of it into memory.

The sender's message says a size too, but may lie, and the library knows no limit: 64 MiB announced as 25 KiB took
205 MiB of the process (tests/loopback/test_media_files.py), a document may have 2 GiB.
"""

from __future__ import annotations

import base64
import time

import httpx

from waclient.client import Unavailable
from waclient.media import MAX_MEDIA_BYTES, Media, MediaKind, NotFetched

# WhatsApp's own name, never one from a message: hence no matter for scans.engine.netguard. The library's proxy holds.
MEDIA_HOST = "mmg.whatsapp.net"
MAX_STORED_BYTES = MAX_MEDIA_BYTES + 32  # padding and authentication code
NETWORK_SECONDS = 10.0
COUNTING_SECONDS = 30.0
ORIGIN = "https://web.whatsapp.com"
GONE = frozenset({400, 401, 403, 404, 410})


def check_size(media: Media) -> None:
    """Raises NotFetched when the file is larger than MAX_MEDIA_BYTES or not there, Unavailable when nobody answers."""
    headers = {"Origin": ORIGIN, "Referer": f"{ORIGIN}/", "User-Agent": "Mozilla/5.0", "Accept-Encoding": "identity"}
    try:
        with (
            httpx.Client(timeout=NETWORK_SECONDS, headers=headers) as client,
            client.stream("GET", _address(media)) as answer,
        ):
            _check(answer)
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise Unavailable(f"the media server does not answer: {type(error).__name__}") from error


def _address(media: Media) -> str:
    """The address that the library will ask for, on the host that has every file."""
    kind = "document" if media.kind is MediaKind.DOCUMENT else "image"
    checksum = base64.urlsafe_b64encode(media.file_enc_sha256).decode()
    return f"https://{MEDIA_HOST}{media.direct_path}&hash={checksum}&mms-type={kind}&__wa-mms="


def _check(answer: httpx.Response) -> None:
    if answer.status_code in GONE:
        raise NotFetched(f"the media server says {answer.status_code}")
    if answer.status_code != httpx.codes.OK:
        raise Unavailable(f"the media server says {answer.status_code}")
    said = answer.headers.get("Content-Length", "")
    size = int(said) if said.isascii() and said.isdigit() else _count(answer)
    if size > MAX_STORED_BYTES:
        raise NotFetched("the file is larger than announced")


def _count(answer: httpx.Response) -> int:
    """The bytes of an answer that does not say its length, read until there are too many or it takes too long."""
    size, ends_at = 0, time.monotonic() + COUNTING_SECONDS
    for piece in answer.iter_raw():
        size += len(piece)
        if size > MAX_STORED_BYTES:
            break
        if time.monotonic() > ends_at:
            raise Unavailable("the media server is too slow")
    return size
