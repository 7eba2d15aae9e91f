"""The few primitives that Noise, pairing and Signal share."""

from __future__ import annotations

import hashlib
import hmac
import os
from typing import Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

KEY_BYTES = 32
BLOCK_BYTES = 16
SIGN_BIT = 0x80


def hmac_sha256(key: bytes, message: bytes) -> bytes:
    """Return the 32 bytes of HMAC-SHA-256."""
    return hmac.new(key, message, hashlib.sha256).digest()


def hkdf(secret: bytes, *, salt: bytes, info: bytes, length: int) -> bytes:
    """Derive `length` bytes with HKDF-SHA-256 (RFC 5869); an empty salt means 32 zero bytes."""
    pseudo_random_key = hmac_sha256(salt or bytes(KEY_BYTES), secret)
    output = block = b""
    counter = 1
    while len(output) < length:
        block = hmac_sha256(pseudo_random_key, block + info + bytes([counter]))
        output += block
        counter += 1
    return output[:length]


def encrypt_cbc(key: bytes, iv: bytes, plaintext: bytes) -> bytes:
    """Encrypt with AES-CBC and PKCS#7 padding."""
    padding = BLOCK_BYTES - len(plaintext) % BLOCK_BYTES
    encryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()
    return encryptor.update(plaintext + bytes([padding]) * padding) + encryptor.finalize()


def decrypt_cbc(key: bytes, iv: bytes, ciphertext: bytes) -> bytes:
    """Decrypt AES-CBC and strip the PKCS#7 padding."""
    decryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor()
    plaintext = decryptor.update(ciphertext) + decryptor.finalize()
    return plaintext[: -plaintext[-1]]


def apply_ctr(key: bytes, iv: bytes, data: bytes) -> bytes:
    """Encrypt or decrypt with AES-CTR, which is the same operation."""
    encryptor = Cipher(algorithms.AES(key), modes.CTR(iv)).encryptor()
    return encryptor.update(data) + encryptor.finalize()


class AgreementKey:
    """A key pair for X25519 agreement."""

    __slots__ = ("_private", "public")

    def __init__(self, private: X25519PrivateKey) -> None:
        self._private = private
        self.public: bytes = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @classmethod
    def generate(cls) -> Self:
        """Make a new random key pair."""
        return cls(X25519PrivateKey.generate())

    def agree(self, their_public: bytes) -> bytes:
        """Return the 32 bytes both sides can compute."""
        return self._private.exchange(X25519PublicKey.from_public_bytes(their_public))


class IdentityKey:
    """One 32-byte seed used for X25519 agreement and for Signal's XEdDSA-style signatures.

    A verifier maps the X25519 point to its Ed25519 twin and reads the lost sign bit from the last byte of the
    signature, so an ordinary Ed25519 signature with that bit moved there is valid.
    """

    __slots__ = ("_agreement", "_sign_bit", "_signer", "public", "seed")

    def __init__(self, seed: bytes | None = None) -> None:
        self.seed = seed or os.urandom(KEY_BYTES)
        self._signer = Ed25519PrivateKey.from_private_bytes(self.seed)
        point = self._signer.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self._sign_bit = point[31] & SIGN_BIT
        # RFC 8032: the scalar of an Ed25519 key is the first half of the hashed seed; X25519 clamps it by itself.
        scalar = hashlib.sha512(self.seed).digest()[:KEY_BYTES]
        self._agreement = AgreementKey(X25519PrivateKey.from_private_bytes(scalar))
        self.public: bytes = self._agreement.public

    def agree(self, their_public: bytes) -> bytes:
        """Return the 32 bytes both sides can compute."""
        return self._agreement.agree(their_public)

    def sign(self, message: bytes) -> bytes:
        """Return a 64-byte signature that verifies against the X25519 public key."""
        signature = bytearray(self._signer.sign(message))
        signature[63] |= self._sign_bit
        return bytes(signature)
