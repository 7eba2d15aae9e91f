"""What one member knows of the client's sender keys, one per group: enough to read its group messages."""

from __future__ import annotations

from dataclasses import dataclass

from tests.whatsapp_server.crypto import decrypt_cbc, hkdf, hmac_sha256
from tests.whatsapp_server.signal_sessions import Undecryptable
from tests.whatsapp_server.wire_fields import parse

SIGNATURE_BYTES = 64


@dataclass(frozen=True, slots=True)
class _SenderChain:
    iteration: int
    key: bytes


class SenderKeys:
    """The newest distributed chain of every (group, key id)."""

    def __init__(self) -> None:
        self._chains: dict[tuple[str, int], _SenderChain] = {}

    def learn(self, group: str, distribution: bytes) -> None:
        """Store the chain of a sender key distribution message."""
        fields = parse(distribution[1:])
        self._chains[group, fields.number(1)] = _SenderChain(fields.number(2), fields.string(3))

    def decrypt(self, group: str, data: bytes) -> bytes:
        """Return the plaintext of an `skmsg`; raises Undecryptable when its key was never distributed to us."""
        fields = parse(data[1:-SIGNATURE_BYTES])
        chain = self._chains.get((group, fields.number(1)))
        wanted = fields.number(2)
        if chain is None or chain.iteration > wanted:
            raise Undecryptable(f"no sender key for message {wanted} of {group}")
        key = chain.key
        for _ in range(wanted - chain.iteration):
            key = hmac_sha256(key, b"\x02")
        derived = hkdf(hmac_sha256(key, b"\x01"), salt=b"", info=b"WhisperGroup", length=48)
        return decrypt_cbc(derived[16:48], derived[:16], fields.string(3))
