"""WhatsApp's binary XML: nodes, an encoder that writes plain strings only, and a decoder."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from typing import TypeAlias

from tests.whatsapp_server.tokens import Tokens

EMPTY, LIST_8, LIST_16 = 0, 248, 249
DEVICE_JID, JID = 247, 250
HEX_8, BYTES_8, BYTES_20, BYTES_32, NIBBLE_8 = 251, 252, 253, 254, 255
FIRST_DOUBLE, LAST_DOUBLE = 236, 239
COMPRESSED = 2
HEX_DIGITS = "0123456789ABCDEF"
NIBBLE_DIGITS = "0123456789-.\0\0\0\0"
DEVICE_SERVERS = {0: "s.whatsapp.net", 1: "lid"}
DEVICE_AGENTS = {server: agent for agent, server in DEVICE_SERVERS.items()}


class Jid(str):
    """An address `user@server` or `user:device@server`; written in its own form, which the client insists on."""

    __slots__ = ()

    @property
    def user(self) -> str:
        """The part before the server, without the device."""
        return self.partition("@")[0].partition(":")[0]

    @property
    def bare(self) -> Jid:
        """The same address without its device."""
        return Jid(f"{self.user}@{self.rpartition('@')[2]}")


Attributes: TypeAlias = dict[str, "str | int | None"]


@dataclass(slots=True)
class Node:
    """One element; content is bytes, children or nothing. Attributes that are None are not written."""

    tag: str
    attrs: Attributes = field(default_factory=dict)
    content: list[Node] | bytes | None = None

    @property
    def children(self) -> list[Node]:
        """The child elements; none when the content is bytes."""
        return self.content if isinstance(self.content, list) else []

    @property
    def data(self) -> bytes:
        """The bytes inside; none when the content is elements."""
        return self.content if isinstance(self.content, bytes) else b""

    def child(self, tag: str) -> Node | None:
        """Return the first child of that name."""
        return next((child for child in self.children if child.tag == tag), None)

    def need(self, *path: str) -> Node:
        """Walk down child by child; raises LookupError when one is missing."""
        node = self
        for tag in path:
            found = node.child(tag)
            if found is None:
                raise LookupError(f"<{node.tag}> has no <{tag}>")
            node = found
        return node

    def text(self, name: str) -> str:
        """Return an attribute as text, empty when it is missing."""
        value = self.attrs.get(name)
        return "" if value is None else str(value)

    def jid(self, name: str) -> Jid:
        """Return an attribute as an address, empty when it is missing."""
        return Jid(self.text(name))


def encode(node: Node) -> bytes:
    """Return a frame's plaintext: a flag byte (not compressed) and the node."""
    return b"\x00" + _encode_node(node)


def _encode_node(node: Node) -> bytes:
    attrs = {name: value for name, value in node.attrs.items() if value is not None}
    parts = [_encode_size(1 + 2 * len(attrs) + (node.content is not None)), _encode_bytes(node.tag.encode())]
    for name, value in attrs.items():
        parts.append(_encode_bytes(name.encode()))
        parts.append(_encode_jid(value) if isinstance(value, Jid) else _encode_bytes(str(value).encode()))
    if isinstance(node.content, list):
        parts.append(_encode_size(len(node.content)))
        parts.extend(_encode_node(child) for child in node.content)
    elif node.content is not None:
        parts.append(_encode_bytes(node.content))
    return b"".join(parts)


def _encode_size(size: int) -> bytes:
    if size == 0:
        return bytes([EMPTY])
    return bytes([LIST_8, size]) if size < 1 << 8 else bytes([LIST_16]) + size.to_bytes(2, "big")


def _encode_bytes(data: bytes) -> bytes:
    if len(data) < 1 << 8:
        return bytes([BYTES_8, len(data)]) + data
    if len(data) < 1 << 20:
        return bytes([BYTES_20]) + len(data).to_bytes(3, "big") + data
    return bytes([BYTES_32]) + len(data).to_bytes(4, "big") + data


def _encode_jid(jid: Jid) -> bytes:
    user, _, server = jid.rpartition("@")
    name, colon, device = user.partition(":")
    if colon:
        return bytes([DEVICE_JID, DEVICE_AGENTS[server], int(device)]) + _encode_bytes(name.encode())
    return bytes([JID]) + (_encode_bytes(user.encode()) if user else b"\x00") + _encode_bytes(server.encode())


def decode(frame: bytes, tokens: Tokens) -> Node:
    """Read one node out of a decrypted frame."""
    return _Decoder(zlib.decompress(frame[1:]) if frame[0] & COMPRESSED else frame[1:], tokens).node()


class _Decoder:
    __slots__ = ("_at", "_data", "_tokens")

    def __init__(self, data: bytes, tokens: Tokens) -> None:
        self._data, self._tokens, self._at = data, tokens, 0

    def node(self) -> Node:
        size = self._size(self._number(1))
        node = Node(self._string(self._number(1)))
        for _ in range((size - 1) // 2):
            name = self._string(self._number(1))
            node.attrs[name] = self._string(self._number(1))
        if size % 2 == 0:
            node.content = self._content(self._number(1))
        return node

    def _number(self, width: int) -> int:
        return int.from_bytes(self._take(width), "big")

    def _take(self, width: int) -> bytes:
        taken = self._data[self._at : self._at + width]
        if len(taken) != width:
            raise ValueError("the node ends too early")
        self._at += width
        return taken

    def _size(self, kind: int) -> int:
        if kind == EMPTY:
            return 0
        return self._number({LIST_8: 1, LIST_16: 2}[kind])

    def _content(self, kind: int) -> list[Node] | bytes | None:
        if kind == EMPTY:
            return None
        if kind in (LIST_8, LIST_16):
            return [self.node() for _ in range(self._size(kind))]
        if kind in (BYTES_8, BYTES_20, BYTES_32):
            return self._bytes(kind)
        return self._string(kind).encode()

    def _bytes(self, kind: int) -> bytes:
        if kind == BYTES_8:
            return self._take(self._number(1))
        return self._take(self._number(3) & 0xFFFFF if kind == BYTES_20 else self._number(4))

    def _string(self, kind: int) -> str:
        if kind == EMPTY:
            return ""
        if kind in (BYTES_8, BYTES_20, BYTES_32):
            return self._bytes(kind).decode(errors="replace")
        if kind in (JID, DEVICE_JID):
            return self._jid(kind)
        if kind in (HEX_8, NIBBLE_8):
            return self._digits(HEX_DIGITS if kind == HEX_8 else NIBBLE_DIGITS)
        if FIRST_DOUBLE <= kind <= LAST_DOUBLE:
            return self._tokens.double[kind - FIRST_DOUBLE][self._number(1)]
        return self._tokens.single[kind]

    def _jid(self, kind: int) -> Jid:
        if kind == JID:
            user = self._string(self._number(1))
            return Jid(f"{user}@{self._string(self._number(1))}")
        agent, device = self._number(1), self._number(1)
        user = self._string(self._number(1))
        return Jid(f"{user}{f':{device}' if device else ''}@{DEVICE_SERVERS.get(agent, 'hosted')}")

    def _digits(self, alphabet: str) -> str:
        header = self._number(1)
        text = "".join(alphabet[byte >> 4] + alphabet[byte & 15] for byte in self._take(header & 127))
        return text[:-1] if header & 128 else text
