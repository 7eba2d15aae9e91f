"""The server's side of WhatsApp's Noise_XX_25519_AESGCM_SHA256 handshake and the ciphers that follow it."""

from __future__ import annotations

import hashlib
import time
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tests.whatsapp_server.crypto import AgreementKey, IdentityKey, hkdf
from tests.whatsapp_server.protobufs import cert

PROTOCOL_NAME = b"Noise_XX_25519_AESGCM_SHA256\0\0\0\0"
CERTIFICATE_SECONDS = 86_400


def nonce(counter: int) -> bytes:
    """Return the 12-byte nonce of the n-th message."""
    return counter.to_bytes(12, "big")


class Handshake:
    """The running hash and key of one handshake."""

    __slots__ = ("_chaining_key", "_counter", "_hash", "_key")

    def __init__(self, header: bytes) -> None:
        self._hash = self._chaining_key = self._key = PROTOCOL_NAME
        self._counter = 0
        self.authenticate(header)

    def authenticate(self, data: bytes) -> None:
        """Mix public data into the running hash."""
        self._hash = hashlib.sha256(self._hash + data).digest()

    def mix(self, secret: bytes) -> None:
        """Mix an agreed secret into the key."""
        derived = hkdf(secret, salt=self._chaining_key, info=b"", length=64)
        self._chaining_key, self._key, self._counter = derived[:32], derived[32:], 0

    def encrypt(self, plaintext: bytes) -> bytes:
        """Encrypt and authenticate one field of a handshake message."""
        ciphertext = AESGCM(self._key).encrypt(nonce(self._counter), plaintext, self._hash)
        self._counter += 1
        self.authenticate(ciphertext)
        return ciphertext

    def decrypt(self, ciphertext: bytes) -> bytes:
        """Decrypt one field of a handshake message."""
        plaintext = AESGCM(self._key).decrypt(nonce(self._counter), ciphertext, self._hash)
        self._counter += 1
        self.authenticate(ciphertext)
        return plaintext

    def split(self) -> tuple[Cipher, Cipher]:
        """Return the ciphers of the session: (client to server, server to client)."""
        derived = hkdf(b"", salt=self._chaining_key, info=b"", length=64)
        return Cipher(derived[:32]), Cipher(derived[32:])


class Cipher:
    """One direction of an established session; the nonce counts messages."""

    __slots__ = ("_aead", "_counter")

    def __init__(self, key: bytes) -> None:
        self._aead, self._counter = AESGCM(key), 0

    def encrypt(self, plaintext: bytes) -> bytes:
        """Encrypt the next frame."""
        ciphertext = self._aead.encrypt(nonce(self._counter), plaintext, b"")
        self._counter += 1
        return ciphertext

    def decrypt(self, ciphertext: bytes) -> bytes:
        """Decrypt the next frame."""
        plaintext = self._aead.decrypt(nonce(self._counter), ciphertext, b"")
        self._counter += 1
        return plaintext


def certificate_chain(root: IdentityKey, server: AgreementKey) -> bytes:
    """Return WhatsApp's two-step certificate of the server's key, signed by the root the child was told to trust."""
    now = int(time.time())
    intermediate = IdentityKey()
    middle = _details(1, 0, intermediate.public, now)
    leaf = _details(2, 1, server.public, now)
    signed = cert.CertChain.NoiseCertificate
    chain: bytes = cert.CertChain(
        leaf=signed(details=leaf, signature=intermediate.sign(leaf)),
        intermediate=signed(details=middle, signature=root.sign(middle)),
    ).SerializeToString()
    return chain


def _details(serial: int, issuer: int, key: bytes, now: int) -> Any:
    return cert.CertChain.NoiseCertificate.Details(
        serial=serial,
        issuerSerial=issuer,
        key=key,
        notBefore=now - CERTIFICATE_SECONDS,
        notAfter=now + CERTIFICATE_SECONDS,
    ).SerializeToString()
