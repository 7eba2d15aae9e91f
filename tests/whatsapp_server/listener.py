"""Accepts the client's WebSockets and leads each through the handshake to the right stage."""

from __future__ import annotations

import logging
import ssl

from cryptography.exceptions import InvalidTag
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from tests.whatsapp_server.connection import Connection
from tests.whatsapp_server.crypto import AgreementKey, IdentityKey
from tests.whatsapp_server.exchange import Exchange
from tests.whatsapp_server.noise import certificate_chain
from tests.whatsapp_server.pairing_stage import PairingStage
from tests.whatsapp_server.session import serve_session
from tests.whatsapp_server.tokens import Tokens

# A killed child leaves its socket without a good-bye; what matters is in Exchange.errors.
QUIET = logging.getLogger("tests.whatsapp_server.websockets")
QUIET.setLevel(logging.CRITICAL)
CLOSING_SECONDS = 1.0


class Listener:
    """The TLS port behind the proxy; `root` is the key the child is made to trust."""

    def __init__(self, exchange: Exchange, tokens: Tokens) -> None:
        self._exchange, self._tokens = exchange, tokens
        self._key = AgreementKey.generate()
        self._server: Server | None = None
        self.root = IdentityKey()

    async def start(self, context: ssl.SSLContext) -> int:
        """Listen on 127.0.0.1 and return the port."""
        self._server = await serve(
            self._accept,
            "127.0.0.1",
            0,
            ssl=context,
            ping_interval=None,
            close_timeout=CLOSING_SECONDS,
            max_size=None,
            compression=None,
            logger=QUIET,
        )
        port: int = next(iter(self._server.sockets)).getsockname()[1]
        return port

    async def stop(self) -> None:
        """Close every socket and stop listening."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    async def _accept(self, socket: ServerConnection) -> None:
        connection = Connection(socket, self._tokens)
        self._exchange.connections.append(connection)
        try:
            await connection.shake_hands(self._key, certificate_chain(self.root, self._key))
            if connection.payload.HasField("devicePairingData"):
                await PairingStage(self._exchange, connection).serve()
            else:
                await serve_session(self._exchange, connection)
        except ConnectionClosed:
            pass  # How every connection ends.
        except InvalidTag:
            self._exchange.errors.append("the client broke off the Noise handshake or sent a damaged frame")
        finally:
            self._exchange.forget_connection(connection)
