"""Which pictures and documents a message carries, and what is needed to fetch them. Pure; knows the fields only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

MAX_MEDIA_BYTES = 8 * 1024 * 1024  # a phone's picture has 0.1 to 5 MiB
MAX_MEDIA_PER_MESSAGE = 10  # a carousel has up to 10 cards
MAX_DEPTH = 12  # messages inside messages
MAX_TYPE = 100  # characters of a claimed content type
KEY_BYTES = HASH_BYTES = 32

READABLE_TYPES = frozenset({"image/jpeg", "image/jpg", "image/png", "image/webp", "image/gif", "image/bmp"})
PDF_TYPE = "application/pdf"
READABLE_NAMES = (".pdf", ".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp")
# The library puts the path behind the media server's name: one that begins otherwise would name another server.
DIRECT_PATH = re.compile(r"/[\w.~!$&'()*+,;=:@%?/-]{1,2000}", re.ASCII)
# What somebody quotes was read when it was posted, and a quote can be forged.
QUOTES = "contextInfo"


class NotFetched(Exception):
    """A file that cannot be had: too large, gone, or not what its message says."""


class MediaKind(StrEnum):
    """What WhatsApp encrypts a file as; documents have keys of their own."""

    IMAGE = "image"
    DOCUMENT = "document"


# Messages of waE2E that are a file.
KINDS = {
    "ImageMessage": MediaKind.IMAGE,
    "StickerMessage": MediaKind.IMAGE,
    "DocumentMessage": MediaKind.DOCUMENT,
}


@dataclass(frozen=True, slots=True)
class Media:
    """A file on WhatsApp's media server. All of it was written by the sender: true only once the hashes fit."""

    kind: MediaKind
    mimetype: str
    claimed_bytes: int
    direct_path: str
    media_key: bytes
    file_sha256: bytes
    file_enc_sha256: bytes

    @property
    def is_too_large(self) -> bool:
        return self.claimed_bytes > MAX_MEDIA_BYTES


def media_of(body: Any) -> tuple[Media, ...]:
    """The pictures, stickers and documents that can be read, in a waE2E.Message and whatever wraps it.

    Thumbnails, videos, quoted messages and files whose keys cannot be right are left out.
    """
    found: dict[bytes, Media] = {}
    for media in _walk(body, MAX_DEPTH):
        found.setdefault(media.file_sha256, media)
        if len(found) == MAX_MEDIA_PER_MESSAGE:
            break
    return tuple(found.values())


def _walk(body: Any, depth: int) -> Iterator[Media]:
    name = body.DESCRIPTOR.name
    if name in KINDS:
        media = _media(body, KINDS[name])
        if media is not None:
            yield media
        return
    if depth == 0:
        return
    for field, value in body.ListFields():
        if field.message_type is None or field.name == QUOTES or field.message_type.GetOptions().map_entry:
            continue
        for part in [value] if hasattr(value, "ListFields") else value:
            yield from _walk(part, depth - 1)


def _media(part: Any, kind: MediaKind) -> Media | None:
    media = Media(
        kind=kind,
        mimetype=_text(part.mimetype).partition(";")[0].strip().lower()[:MAX_TYPE],
        claimed_bytes=int(part.fileLength),
        direct_path=_text(part.directPath),
        media_key=part.mediaKey,
        file_sha256=part.fileSHA256,
        file_enc_sha256=part.fileEncSHA256,
    )
    is_readable = _can_be_read(media.mimetype, _text(getattr(part, "fileName", "")), kind)
    return media if is_readable and _can_be_fetched(media) else None


def _text(value: str | bytes) -> str:
    """What the library gives as bytes is no Unicode and no address or type."""
    return value if isinstance(value, str) else ""


def _can_be_read(mimetype: str, file_name: str, kind: MediaKind) -> bool:
    """The type is the sender's claim: for a document its name counts as well, a picture needs none."""
    if mimetype in READABLE_TYPES or (kind is MediaKind.IMAGE and not mimetype):
        return True
    return kind is MediaKind.DOCUMENT and (mimetype == PDF_TYPE or file_name.lower().endswith(READABLE_NAMES))


def _can_be_fetched(media: Media) -> bool:
    has_hashes = len(media.file_sha256) == len(media.file_enc_sha256) == HASH_BYTES
    return has_hashes and len(media.media_key) == KEY_BYTES and DIRECT_PATH.fullmatch(media.direct_path) is not None
