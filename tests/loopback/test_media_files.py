"""Files on the media server: the real library fetches, verifies and decrypts them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest

from tests.whatsapp_server.media_host import HOSTS, Trouble
from tests.whatsapp_server.member import MessageRef
from tests.whatsapp_server.probe_process import ProbeProcess
from tests.whatsapp_server.protobufs import e2e
from tests.whatsapp_server.server import WhatsAppServer

pytestmark = pytest.mark.e2e

CONTENT = bytes(range(256)) * 100 + b"end"


def fetch(probe: ProbeProcess, part: Any, kind: str = "image") -> str:
    """What the library makes of a file, by the fields that arrived."""
    hashes = (part.fileEncSHA256, part.fileSHA256, part.mediaKey)
    names = ("enc_hash", "file_hash", "key")
    fields = dict(zip(names, (value.hex() for value in hashes), strict=True))
    digest: str = probe.ask("download", path=part.directPath, kind=kind, **fields)
    return digest


def arrived(probe: ProbeProcess, message_id: str) -> Any:
    return e2e.Message.FromString(bytes.fromhex(probe.wait_for("message", id=message_id)["proto"]))


@pytest.mark.parametrize("kind", ["image", "sticker", "document"])
def test_a_file_arrives_as_it_was_sent(server: WhatsAppServer, probe: ProbeProcess, kind: str) -> None:
    bob = server.group("Street 12").member("Bob")
    verbs: dict[str, Callable[..., MessageRef]] = {
        "image": bob.sends_image,
        "sticker": bob.sends_sticker,
        "document": bob.sends_document,
    }

    message = arrived(probe, verbs[kind](content=CONTENT).id)

    digest = fetch(probe, getattr(message, f"{kind}Message"), kind)
    assert digest == hashlib.sha256(CONTENT).hexdigest()
    [request] = server.exchange.media_requests
    assert request.headers["host"] == HOSTS[0]


def test_a_large_file_arrives_whole(server: WhatsAppServer, probe: ProbeProcess) -> None:
    content = bytes(5 * 1024 * 1024)
    message = arrived(probe, server.group("Street 12").member("Bob").sends_image(content=content).id)

    assert fetch(probe, message.imageMessage) == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    ("trouble", "words", "asked"),
    [(Trouble.GONE, "410", HOSTS[:1]), (Trouble.DAMAGED, "hash of media ciphertext doesn't match", HOSTS)],
)
def test_a_file_that_is_gone_or_damaged_is_an_error(
    server: WhatsAppServer, probe: ProbeProcess, trouble: Trouble, words: str, asked: tuple[str, ...]
) -> None:
    message = arrived(probe, server.group("Street 12").member("Bob").sends_image(content=CONTENT).id)
    server.exchange.faults.media = trouble

    with pytest.raises(RuntimeError, match=words):
        fetch(probe, message.imageMessage)

    assert tuple(request.headers["host"] for request in server.exchange.media_requests) == asked


def test_the_keys_of_another_kind_open_nothing(server: WhatsAppServer, probe: ProbeProcess) -> None:
    message = arrived(probe, server.group("Street 12").member("Bob").sends_document(content=CONTENT).id)

    with pytest.raises(RuntimeError, match="hmac"):
        fetch(probe, message.documentMessage, "image")
