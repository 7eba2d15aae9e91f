"""Files on the media server: encrypted as WhatsApp's clients do it before they upload them."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from enum import StrEnum

from tests.whatsapp_server.crypto import BLOCK_BYTES, KEY_BYTES, encrypt_cbc, hkdf, hmac_sha256

MAC_BYTES = 10
EXPANDED_BYTES = BLOCK_BYTES + 3 * KEY_BYTES


class FileKind(StrEnum):
    """What goes into the derivation of a file's keys."""

    IMAGE = "WhatsApp Image Keys"
    DOCUMENT = "WhatsApp Document Keys"


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A file as its sender announces it (path, key and hashes) and as the media server holds it (`stored`)."""

    path: str
    key: bytes
    content: bytes = field(repr=False)
    stored: bytes = field(repr=False)

    @property
    def fields(self) -> dict[str, object]:
        """What the message that carries the file says of it."""
        return {
            "directPath": self.path,
            "mediaKey": self.key,
            "fileLength": len(self.content),
            "fileSHA256": hashlib.sha256(self.content).digest(),
            "fileEncSHA256": hashlib.sha256(self.stored).digest(),
        }


def encrypt_file(content: bytes, kind: FileKind) -> MediaFile:
    """Encrypt with a new key: AES-CBC, then the first ten bytes of an HMAC over IV and ciphertext."""
    key = os.urandom(KEY_BYTES)
    expanded = hkdf(key, salt=b"", info=kind.encode(), length=EXPANDED_BYTES)
    iv, cipher_key = expanded[:BLOCK_BYTES], expanded[BLOCK_BYTES : BLOCK_BYTES + KEY_BYTES]
    mac_key = expanded[BLOCK_BYTES + KEY_BYTES : BLOCK_BYTES + 2 * KEY_BYTES]
    ciphertext = encrypt_cbc(cipher_key, iv, content)
    stored = ciphertext + hmac_sha256(mac_key, iv + ciphertext)[:MAC_BYTES]
    return MediaFile(f"/v/t62.7118-24/{os.urandom(8).hex()}_n.enc?ccb=11-4&oh=01_Q5&oe=6A000000", key, content, stored)
