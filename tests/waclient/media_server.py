"""WhatsApp's media server alone, behind its proxy, for tests that need no phone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.whatsapp_server.exchange import Exchange
from tests.whatsapp_server.loop_thread import LoopThread
from tests.whatsapp_server.media_files import FileKind, encrypt_file
from tests.whatsapp_server.media_host import HOSTS, MediaHost
from tests.whatsapp_server.proxy import Proxy
from tests.whatsapp_server.tls import make_certificates
from waclient.client import Unavailable
from waclient.media import Media, MediaKind, NotFetched


class MediaServer:
    """Holds files; as a Fetcher it does what the library does, without its network."""

    def __init__(self) -> None:
        self.exchange = Exchange()
        self.proxy: Proxy
        self.is_ready = True
        self.failure: Unavailable | NotFetched | None = None
        self.fetched: list[Media] = []

    def holds(self, content: bytes, *, claimed_bytes: int | None = None) -> Media:
        """Put a file there; what its sender's message says of it."""
        file = encrypt_file(content, FileKind.IMAGE)
        self.exchange.files.append(file)
        size = len(content) if claimed_bytes is None else claimed_bytes
        sums = [hashlib.sha256(part).digest() for part in (file.content, file.stored)]
        return Media(MediaKind.IMAGE, "image/jpeg", size, file.path, file.key, *sums)

    def fetch(self, media: Media) -> bytes:
        self.fetched.append(media)
        if self.failure is not None:
            raise self.failure
        [file] = [one for one in self.exchange.files if one.path == media.direct_path]
        return file.content


@contextmanager
def running(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MediaServer]:
    """The server and its proxy on 127.0.0.1; the environment points there, as it does for the library."""
    server, loop, certificates = MediaServer(), LoopThread(), make_certificates(folder, HOSTS)
    host = MediaHost(server.exchange)
    port = loop.call(host.start(certificates.server_context()))
    server.proxy = Proxy(dict.fromkeys(HOSTS, port))
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{loop.call(server.proxy.start())}")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.authority_file))
    for name in ("NO_PROXY", "no_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    try:
        yield server
    finally:
        loop.call(host.stop())
        loop.call(server.proxy.stop())
        loop.stop()
