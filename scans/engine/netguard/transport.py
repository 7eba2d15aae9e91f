"""HTTP/1.1 over pinned connections: an httpx transport made of public parts only."""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import AsyncIterator, Iterator

import certifi
import httpcore
import httpx

from scans.engine.netguard.blocked import Blocked
from scans.engine.netguard.dialing import PinnedBackend
from scans.engine.netguard.guard import Guard
from scans.engine.netguard.streams import CertificateNotValid

# Answers with more than this are refused; h11 stops reading an unfinished header block at 100 KiB by itself.
MAX_HEADERS = 100
MAX_HEADER_BYTES = 65_536
# Connections of one client at a time.
MAX_CONNECTIONS = 20

# Of what httpcore tells besides an answer; its "network_stream" would be a way around the transport.
KEPT_EXTENSIONS = ("http_version", "reason_phrase")


class BadCertificate(httpx.ConnectError):
    """The server's certificate is not valid for the host: expired, self-signed, for another name, of no known root."""


# httpcore's exceptions and the httpx ones of the same name, the special before the general.
SAID_BY_HTTPX: tuple[tuple[type[Exception], type[httpx.TransportError]], ...] = (
    (CertificateNotValid, BadCertificate),
    (httpcore.ConnectTimeout, httpx.ConnectTimeout),
    (httpcore.ReadTimeout, httpx.ReadTimeout),
    (httpcore.WriteTimeout, httpx.WriteTimeout),
    (httpcore.PoolTimeout, httpx.PoolTimeout),
    (httpcore.TimeoutException, httpx.TimeoutException),
    (httpcore.ConnectError, httpx.ConnectError),
    (httpcore.ReadError, httpx.ReadError),
    (httpcore.WriteError, httpx.WriteError),
    (httpcore.NetworkError, httpx.NetworkError),
    (httpcore.LocalProtocolError, httpx.LocalProtocolError),
    (httpcore.RemoteProtocolError, httpx.RemoteProtocolError),
    (httpcore.ProtocolError, httpx.ProtocolError),
    (httpcore.UnsupportedProtocol, httpx.UnsupportedProtocol),
)


class GuardedTransport(httpx.AsyncBaseTransport):
    """Opens what the guard allows; raises Blocked and httpx.TransportError."""

    def __init__(self, guard: Guard, roots: ssl.SSLContext) -> None:
        self._guard = guard
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=roots,
            max_connections=MAX_CONNECTIONS,
            max_keepalive_connections=0,
            http1=True,
            http2=False,
            retries=0,
            network_backend=PinnedBackend(guard),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request and read the head of its answer; the body comes as it is read."""
        self._check(request.url)
        with said_by_httpx(request):
            answer = await self._pool.handle_async_request(_as_httpcore(request))
        body = _Body(answer, request)
        if _is_head_too_big(answer.headers):
            await body.aclose()
            raise httpx.RemoteProtocolError("more headers than anybody needs", request=request)
        told = {name: said for name, said in answer.extensions.items() if name in KEPT_EXTENSIONS}
        return httpx.Response(answer.status, headers=answer.headers, stream=body, extensions=told)

    async def aclose(self) -> None:
        """Close every connection."""
        await self._pool.aclose()

    def _check(self, url: httpx.URL) -> None:
        """Raise Blocked when httpx reads the URL otherwise than the guard, or when it carries a user name."""
        link = self._guard.read(str(url))
        if link.host != url.raw_host.decode("ascii"):
            raise Blocked("a URL that reads as two hosts")
        if url.userinfo:
            raise Blocked("a URL with a user name")


class _Body(httpx.AsyncByteStream):
    """The bytes of an answer, undecoded: one that is packed against our wish is refused when it is read."""

    def __init__(self, answer: httpcore.Response, request: httpx.Request) -> None:
        self._answer = answer
        self._request = request

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if _is_packed(self._answer.headers):
            raise httpx.DecodingError("a packed body, although none was asked for", request=self._request)
        with said_by_httpx(self._request):
            async for part in self._answer.aiter_stream():
                yield part

    async def aclose(self) -> None:
        with said_by_httpx(self._request):
            await self._answer.aclose()


@contextlib.contextmanager
def said_by_httpx(request: httpx.Request) -> Iterator[None]:
    """Raise as httpx does what httpcore raises, and a certificate that is not valid as BadCertificate."""
    try:
        yield
    except tuple(known for known, _ in SAID_BY_HTTPX) as error:
        spoken = next(said for known, said in SAID_BY_HTTPX if isinstance(error, known))
        raise spoken(str(error), request=request) from error


def trusted(extra_roots: str) -> ssl.SSLContext:
    """Verification by Mozilla's roots and by certificates of tests (PEM); always on, names always compared.

    Not ssl.create_default_context, which reads SSLKEYLOGFILE from the environment.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cafile=certifi.where())
    if extra_roots:
        context.load_verify_locations(cadata=extra_roots)
    return context


def _as_httpcore(request: httpx.Request) -> httpcore.Request:
    # Of the extensions the times alone: "sni_hostname" and "target" would part what is checked from what is sent.
    return httpcore.Request(
        request.method,
        httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        ),
        headers=request.headers.raw,
        content=request.stream,
        extensions={"timeout": request.extensions.get("timeout", {})},
    )


def _is_head_too_big(headers: list[tuple[bytes, bytes]]) -> bool:
    return len(headers) > MAX_HEADERS or sum(len(name) + len(value) for name, value in headers) > MAX_HEADER_BYTES


def _is_packed(headers: list[tuple[bytes, bytes]]) -> bool:
    packings = [value.strip().lower() for name, value in headers if name.lower() == b"content-encoding"]
    return any(packing not in (b"", b"identity") for packing in packings)
