"""One member's Signal sessions with the client under test: opens one per message sent, reads whatever comes back."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from tests.whatsapp_server.crypto import AgreementKey, IdentityKey, decrypt_cbc, encrypt_cbc, hkdf, hmac_sha256
from tests.whatsapp_server.wire_fields import pack, parse

VERSION = b"\x33"
CURVE = b"\x05"
MAC_BYTES = 8
DISCONTINUITY = b"\xff" * 32
REGISTRATION_ID = 1234
SIGNED_PREKEY_ID = 1
# The client may still answer on a session opened this many of our messages ago (a burst is on its way).
REMEMBERED_SESSIONS = 2_000


class Undecryptable(ValueError):
    """No session known to the member decrypts the client's message."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """The client's public keys, as it uploaded them."""

    identity: bytes
    signed_prekey: bytes
    signed_prekey_id: int


@dataclass(frozen=True, slots=True)
class _Session:
    """Where a chain of the client's begins: our ratchet key, the root key before its step, the client's identity."""

    ratchet: AgreementKey
    root: bytes
    identity: bytes


@dataclass(slots=True)
class _Chain:
    """A receiving chain; it only moves forward, `first` allows a late message to be read again from the start."""

    identity: bytes
    first: bytes
    key: bytes
    counter: int = 0

    def message_keys(self, counter: int) -> tuple[bytes, bytes, bytes]:
        """Return (cipher key, MAC key, IV) of a message of the chain."""
        if counter < self.counter:
            self.key, self.counter = self.first, 0
        while self.counter < counter:
            self.key, self.counter = hmac_sha256(self.key, b"\x02"), self.counter + 1
        return _message_keys(self.key)


class SignalSessions:
    """The keys of one member's only device."""

    def __init__(self, identity: IdentityKey | None = None) -> None:
        self.identity = identity or IdentityKey()
        self.signed_prekey = AgreementKey.generate()
        self._sessions: deque[_Session] = deque(maxlen=REMEMBERED_SESSIONS)
        self._chains: dict[bytes, _Chain] = {}
        self._seen_bases: set[bytes] = set()

    def signed_prekey_signature(self) -> bytes:
        """Return the identity's signature of the signed pre-key."""
        return self.identity.sign(CURVE + self.signed_prekey.public)

    def encrypt(self, bundle: Bundle, plaintext: bytes) -> bytes:
        """Open a new session with the client and return a `pkmsg`."""
        base, ratchet = AgreementKey.generate(), AgreementKey.generate()
        agreed = (
            self.identity.agree(bundle.signed_prekey) + base.agree(bundle.identity) + base.agree(bundle.signed_prekey)
        )
        derived = _ratchet_step(_first_root(agreed), ratchet.agree(bundle.signed_prekey))
        self._sessions.appendleft(_Session(ratchet, derived[:32], bundle.identity))
        key, mac_key, iv = _message_keys(derived[32:])
        message = VERSION + pack((1, CURVE + ratchet.public), (2, 0), (3, 0), (4, encrypt_cbc(key, iv, plaintext)))
        message += _mac(mac_key, self.identity.public, bundle.identity, message)
        return VERSION + pack(
            (5, REGISTRATION_ID),
            (6, bundle.signed_prekey_id),
            (2, CURVE + base.public),
            (3, CURVE + self.identity.public),
            (4, message),
        )

    def decrypt(self, kind: str, data: bytes) -> bytes:
        """Return the plaintext of a `pkmsg` or `msg` of the client; raises Undecryptable."""
        message = self._accept_session(data) if kind == "pkmsg" else data
        fields = parse(message[1:-MAC_BYTES])
        ratchet, counter = fields.string(1)[1:], fields.number(2)
        chain = self._chains.get(ratchet) or self._find_chain(ratchet, counter, message)
        key, mac_key, iv = chain.message_keys(counter)
        if not self._is_authentic(mac_key, chain.identity, message):
            raise Undecryptable("the message's authentication code is wrong")
        return decrypt_cbc(key, iv, fields.string(4))

    def _accept_session(self, data: bytes) -> bytes:
        """Remember a session the client opened and return the message inside."""
        fields = parse(data[1:])
        base, identity = fields.string(2)[1:], fields.string(3)[1:]
        if base not in self._seen_bases:
            self._seen_bases.add(base)
            agreed = self.signed_prekey.agree(identity) + self.identity.agree(base) + self.signed_prekey.agree(base)
            self._sessions.appendleft(_Session(self.signed_prekey, _first_root(agreed), identity))
        return fields.string(4)

    def _find_chain(self, ratchet: bytes, counter: int, message: bytes) -> _Chain:
        for session in self._sessions:
            first = _ratchet_step(session.root, session.ratchet.agree(ratchet))[32:]
            chain = _Chain(session.identity, first, first)
            if self._is_authentic(chain.message_keys(counter)[1], session.identity, message):
                self._chains[ratchet] = chain
                return chain
        raise Undecryptable(f"none of {len(self._sessions)} sessions fits")

    def _is_authentic(self, mac_key: bytes, sender: bytes, message: bytes) -> bool:
        expected = _mac(mac_key, sender, self.identity.public, message[:-MAC_BYTES])
        return expected == message[-MAC_BYTES:]


def _first_root(agreed: bytes) -> bytes:
    return hkdf(DISCONTINUITY + agreed, salt=b"", info=b"WhisperText", length=64)[:32]


def _ratchet_step(root: bytes, agreed: bytes) -> bytes:
    """Return the next root key (32 bytes) and the chain key (32 bytes)."""
    return hkdf(agreed, salt=root, info=b"WhisperRatchet", length=64)


def _message_keys(chain_key: bytes) -> tuple[bytes, bytes, bytes]:
    derived = hkdf(hmac_sha256(chain_key, b"\x01"), salt=b"", info=b"WhisperMessageKeys", length=80)
    return derived[:32], derived[32:64], derived[64:]


def _mac(key: bytes, sender: bytes, receiver: bytes, message: bytes) -> bytes:
    return hmac_sha256(key, CURVE + sender + CURVE + receiver + message)[:MAC_BYTES]
