"""One WebSocket of a client: frames, the Noise handshake, then encrypted nodes both ways."""

from __future__ import annotations

import asyncio
from typing import Any

from websockets.asyncio.server import ServerConnection

from tests.whatsapp_server.binary_xml import Node, decode, encode
from tests.whatsapp_server.crypto import AgreementKey
from tests.whatsapp_server.noise import Cipher, Handshake
from tests.whatsapp_server.protobufs import wa6
from tests.whatsapp_server.tokens import Tokens

HEADER_BYTES = 4
LENGTH_BYTES = 3


class Connection:
    """A client's connection; `payload` is its ClientPayload once the handshake is done."""

    def __init__(self, socket: ServerConnection, tokens: Tokens) -> None:
        self._socket, self._tokens = socket, tokens
        self._buffer = b""
        self._sending = asyncio.Lock()
        self._incoming: Cipher | None = None
        self._outgoing: Cipher | None = None
        self.client_key = b""
        self.payload: Any = None

    async def shake_hands(self, server_key: AgreementKey, certificates: bytes) -> None:
        """Do the server's part of Noise XX; raises InvalidTag when the client does something else."""
        while len(self._buffer) < HEADER_BYTES:
            self._buffer += await self._read()
        header, self._buffer = self._buffer[:HEADER_BYTES], self._buffer[HEADER_BYTES:]
        hello = wa6.HandshakeMessage.FromString(await self._read_frame()).clientHello
        ephemeral, handshake = AgreementKey.generate(), Handshake(header)
        handshake.authenticate(hello.ephemeral)
        handshake.authenticate(ephemeral.public)
        handshake.mix(ephemeral.agree(hello.ephemeral))
        static = handshake.encrypt(server_key.public)
        handshake.mix(server_key.agree(hello.ephemeral))
        reply = wa6.HandshakeMessage.ServerHello(
            ephemeral=ephemeral.public, static=static, payload=handshake.encrypt(certificates)
        )
        await self._write_frame(wa6.HandshakeMessage(serverHello=reply).SerializeToString())
        finish = wa6.HandshakeMessage.FromString(await self._read_frame()).clientFinish
        self.client_key = handshake.decrypt(finish.static)
        handshake.mix(ephemeral.agree(self.client_key))
        self.payload = wa6.ClientPayload.FromString(handshake.decrypt(finish.payload))
        self._incoming, self._outgoing = handshake.split()

    async def send(self, node: Node) -> None:
        """Encrypt and send one node; raises ConnectionClosed."""
        async with self._sending:
            if self._outgoing is None:
                raise RuntimeError("the handshake is not done")
            await self._write_frame(self._outgoing.encrypt(encode(node)))

    async def receive(self) -> Node:
        """Wait for the client's next node; raises ConnectionClosed."""
        if self._incoming is None:
            raise RuntimeError("the handshake is not done")
        return decode(self._incoming.decrypt(await self._read_frame()), self._tokens)

    async def close(self) -> None:
        """Close the socket and wait until it is closed."""
        await self._socket.close()

    async def _read(self) -> bytes:
        data = await self._socket.recv()
        return data if isinstance(data, bytes) else data.encode()

    async def _read_frame(self) -> bytes:
        while True:
            length = int.from_bytes(self._buffer[:LENGTH_BYTES], "big")
            end = LENGTH_BYTES + length
            if len(self._buffer) >= LENGTH_BYTES and len(self._buffer) >= end:
                frame, self._buffer = self._buffer[LENGTH_BYTES:end], self._buffer[end:]
                return frame
            self._buffer += await self._read()

    async def _write_frame(self, data: bytes) -> None:
        await self._socket.send(len(data).to_bytes(LENGTH_BYTES, "big") + data)
