"""A connection whose troubles with TLS can be told apart."""

from __future__ import annotations

import re
import ssl
from typing import Any

import httpcore

# X509_V_ERR_HOSTNAME_MISMATCH of OpenSSL's x509_vfy.h
HOSTNAME_MISMATCH = 62
# What OpenSSL lets the star of a certificate stand for. Browsers also take the underscore, so that a mismatch of such
# a name says nothing about its server.
PLAIN_NAME = re.compile(r"[a-z0-9.:-]+")


class CertificateNotValid(httpcore.ConnectError):
    """The handshake ended because of the server's certificate; the message is OpenSSL's reason."""


class GuardedStream(httpcore.AsyncNetworkStream):
    """A stream of httpcore's, with every exception of TLS said as httpcore says the others."""

    def __init__(self, stream: httpcore.AsyncNetworkStream) -> None:
        self._stream = stream

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """The next bytes, empty at the end; raises httpcore's read errors."""
        try:
            return await self._stream.read(max_bytes, timeout)
        except ssl.SSLError as error:  # nonsense inside an established connection
            raise httpcore.ReadError(error.reason) from error

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send everything; raises httpcore's write errors."""
        try:
            await self._stream.write(buffer, timeout)
        except ssl.SSLError as error:
            raise httpcore.WriteError(error.reason) from error

    async def aclose(self) -> None:
        """Close the connection."""
        await self._stream.aclose()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.AsyncNetworkStream:
        """Speak TLS from here on; raises CertificateNotValid, httpcore.ConnectError or ConnectTimeout."""
        try:
            return GuardedStream(await self._stream.start_tls(ssl_context, server_hostname, timeout))
        except httpcore.ConnectError as error:
            # Here and not later: the pool raises its exceptions again without their causes.
            cause = error.__cause__
            if isinstance(cause, ssl.SSLCertVerificationError) and _is_proof(cause, server_hostname or ""):
                raise CertificateNotValid(cause.verify_message) from cause
            raise
        except BaseException:  # given up in the middle of the handshake: httpcore closes it for Exceptions alone
            await self._stream.aclose()
            raise

    def get_extra_info(self, info: str) -> Any:
        """What httpcore knows about the connection, None when it does not."""
        return self._stream.get_extra_info(info)


def _is_proof(error: ssl.SSLCertVerificationError, host: str) -> bool:
    return error.verify_code != HOSTNAME_MISMATCH or PLAIN_NAME.fullmatch(host) is not None
