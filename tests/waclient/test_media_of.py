"""Which files of a message are looked into. The messages are the library's own protobufs."""

from __future__ import annotations

from typing import Any

import pytest

from tests.whatsapp_server.protobufs import e2e
from waclient.media import MAX_DEPTH, MAX_MEDIA_BYTES, MAX_MEDIA_PER_MESSAGE, MediaKind, media_of

KEY, HASH, STORED = b"k" * 32, b"h" * 32, b"s" * 32
PATH = "/v/t62.7118-24/1234_n.enc?ccb=11-4&oh=01_Q5Aa%2F&oe=6A000000&_nc_sid=5e03e0"
FILE = {"directPath": PATH, "mediaKey": KEY, "fileSHA256": HASH, "fileEncSHA256": STORED, "fileLength": 5000}


def image(**fields: Any) -> Any:
    return e2e.ImageMessage(**{"mimetype": "image/jpeg", **FILE, **fields})


def sticker(**fields: Any) -> Any:
    return e2e.StickerMessage(**{"mimetype": "image/webp", **FILE, **fields})


def document(**fields: Any) -> Any:
    return e2e.DocumentMessage(**{"mimetype": "application/pdf", **FILE, **fields})


def wrapped(name: str, inner: Any, times: int = 1) -> Any:
    for _ in range(times):
        inner = e2e.Message(**{name: e2e.FutureProofMessage(message=inner)})
    return inner


PICTURE = e2e.Message(imageMessage=image())


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (PICTURE, MediaKind.IMAGE),
        (e2e.Message(stickerMessage=sticker()), MediaKind.IMAGE),
        (e2e.Message(documentMessage=document()), MediaKind.DOCUMENT),
        (e2e.Message(documentMessage=document(mimetype="image/png")), MediaKind.DOCUMENT),
        (
            e2e.Message(documentMessage=document(mimetype="application/x", fileName="A.PDF")),
            MediaKind.DOCUMENT,
        ),
        (e2e.Message(imageMessage=image(mimetype="IMAGE/JPEG; q=1")), MediaKind.IMAGE),
        (e2e.Message(imageMessage=image(mimetype="")), MediaKind.IMAGE),
        (wrapped("documentWithCaptionMessage", e2e.Message(documentMessage=document())), MediaKind.DOCUMENT),
        (wrapped("viewOnceMessageV2", PICTURE), MediaKind.IMAGE),
        (wrapped("ephemeralMessage", wrapped("viewOnceMessage", PICTURE)), MediaKind.IMAGE),
        (wrapped("associatedChildMessage", PICTURE), MediaKind.IMAGE),
        (e2e.Message(templateMessage={"hydratedTemplate": {"imageMessage": image()}}), MediaKind.IMAGE),
    ],
)
def test_a_file_is_found_wherever_it_is_wrapped(body: Any, kind: MediaKind) -> None:
    [media] = media_of(body)

    assert (media.kind, media.direct_path, media.media_key) == (kind, PATH, KEY)
    assert (media.file_sha256, media.file_enc_sha256, media.claimed_bytes) == (HASH, STORED, 5000)


@pytest.mark.parametrize(
    "body",
    [
        e2e.Message(conversation="text"),
        e2e.Message(videoMessage=e2e.VideoMessage(**FILE, mimetype="video/mp4")),
        e2e.Message(documentMessage=document(mimetype="application/zip", fileName="a.zip")),
        e2e.Message(stickerMessage=sticker(mimetype="application/was")),
        e2e.Message(imageMessage=e2e.ImageMessage(JPEGThumbnail=b"x", mimetype="image/jpeg")),
        e2e.Message(extendedTextMessage={"text": "see", "contextInfo": {"quotedMessage": PICTURE}}),
        wrapped("ephemeralMessage", PICTURE, times=MAX_DEPTH),
    ],
    ids=["text", "video", "archive", "animation", "thumbnail only", "quoted", "too deep"],
)
def test_what_cannot_or_need_not_be_read_is_left_out(body: Any) -> None:
    assert media_of(body) == ()


@pytest.mark.parametrize(
    "fields",
    [
        {"directPath": ""},
        {"directPath": ".evil.example/x"},
        {"directPath": "@evil.example/x"},
        {"directPath": "v/x"},
        {"directPath": "/v/x y"},
        {"directPath": "/v/x\r\nHost: evil.example"},
        {"directPath": "/v/x#fragment"},
        {"directPath": "/v/ü"},
        {"directPath": "/" + "x" * 3000},
        {"mediaKey": b"short"},
        {"fileSHA256": b""},
        {"fileEncSHA256": b"h" * 31},
    ],
)
def test_a_file_that_cannot_be_fetched_safely_is_left_out(fields: dict[str, Any]) -> None:
    assert media_of(e2e.Message(imageMessage=image(**fields))) == ()


def test_a_path_that_is_no_text_is_left_out() -> None:
    raw = (
        e2e.Message(imageMessage=image(directPath="/v/AAAA"))
        .SerializeToString()
        .replace(b"/v/AAAA", b"/v/\xff\xfe\xfd\xfc")
    )

    assert media_of(e2e.Message.FromString(raw)) == ()


def test_the_same_file_twice_counts_once_and_there_is_a_limit() -> None:
    cards = [{"header": {"imageMessage": image(fileSHA256=bytes([number]) * 32)}} for number in range(20)]
    twice = [{"header": {"imageMessage": image()}}] * 2

    def carousel(cards: list[Any]) -> Any:
        return e2e.Message(interactiveMessage={"carouselMessage": {"cards": cards}})

    assert len(media_of(carousel(cards))) == MAX_MEDIA_PER_MESSAGE
    assert len(media_of(carousel(twice))) == 1


def test_what_is_announced_as_too_large_says_so() -> None:
    sizes = [MAX_MEDIA_BYTES, MAX_MEDIA_BYTES + 1, 2**64 - 1]

    [at_limit, over, absurd] = (media_of(e2e.Message(imageMessage=image(fileLength=size)))[0] for size in sizes)

    assert [at_limit.is_too_large, over.is_too_large, absurd.is_too_large] == [False, True, True]
