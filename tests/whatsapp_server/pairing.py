"""What the moderator's phone does when a device is linked: by QR code or by the eight letters of a phone code."""

from __future__ import annotations

import base64
import hashlib
import os
import time
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tests.whatsapp_server.account import Account
from tests.whatsapp_server.binary_xml import Attributes, Jid, Node
from tests.whatsapp_server.crypto import AgreementKey, IdentityKey, apply_ctr, hkdf, hmac_sha256
from tests.whatsapp_server.protobufs import adv

SERVER = Jid("@s.whatsapp.net")
QR_FIELDS = 5
DEVICE_SIGNATURE_PREFIX = b"\x06\x00"
CODE_ITERATIONS = 131_072
PAIR_SUCCESS_ID = "pair-success"


class WrongCode(ValueError):
    """The QR text or the phone code does not belong to a client that is waiting."""


@dataclass(frozen=True, slots=True)
class DeviceKeys:
    """What the phone has to know about the new device: its identity key and the secret it authenticates with."""

    identity: bytes
    secret: bytes


@dataclass(frozen=True, slots=True)
class QrCode:
    """The fields of a QR text."""

    ref: str
    noise_key: bytes
    keys: DeviceKeys


def read_qr(text: str) -> QrCode:
    """Parse the text a QR code shows; raises WrongCode."""
    fields = text.rpartition("#")[2].split(",")
    if len(fields) != QR_FIELDS:
        raise WrongCode(f"a QR text has {QR_FIELDS} fields, this one {len(fields)}")
    ref, noise_key, identity, secret = fields[:4]
    keys = DeviceKeys(base64.b64decode(identity), base64.b64decode(secret))
    return QrCode(ref, base64.b64decode(noise_key), keys)


def pair_success(account: Account, keys: DeviceKeys) -> Node:
    """Sign the new device's identity with the phone's key."""
    details = adv.ADVDeviceIdentity(rawID=77, timestamp=int(time.time()), keyIndex=1).SerializeToString()
    signed = adv.ADVSignedDeviceIdentity(
        details=details,
        accountSignatureKey=account.phone_key.public,
        accountSignature=account.phone_key.sign(DEVICE_SIGNATURE_PREFIX + details + keys.identity),
    ).SerializeToString()
    proof = adv.ADVSignedDeviceIdentityHMAC(details=signed, HMAC=hmac_sha256(keys.secret, signed)).SerializeToString()
    content = [
        Node("device-identity", {}, proof),
        Node("biz", {"name": ""}),
        Node("device", {"jid": account.device_pn, "lid": account.device_lid}),
        Node("platform", {"name": "android"}),
    ]
    attrs: Attributes = {"from": SERVER, "type": "set", "id": PAIR_SUCCESS_ID, "t": int(time.time())}
    return Node("iq", attrs, [Node("pair-success", {}, content)])


class CodeLink:
    """The phone's side of linking by code: both sides prove that they know the eight letters."""

    def __init__(self, phone_key: IdentityKey, code: str, ref: bytes, companion_hello: Node) -> None:
        """Take the code as a person reads it (`R1HS-5XV3`) and the client's `companion_hello`."""
        self._code = code.replace("-", "").strip().upper().encode()
        self._phone_key, self._ref = phone_key, ref
        wrapped = companion_hello.need("link_code_pairing_wrapped_companion_ephemeral_pub").data
        self._their_key = apply_ctr(self._code_key(wrapped[:32]), wrapped[32:48], wrapped[48:])
        self._key = AgreementKey.generate()

    def primary_hello(self) -> Node:
        """Return the notification with the phone's half of the agreement."""
        salt, iv = os.urandom(32), os.urandom(16)
        wrapped = salt + iv + apply_ctr(self._code_key(salt), iv, self._key.public)
        content = [
            Node("link_code_pairing_wrapped_primary_ephemeral_pub", {}, wrapped),
            Node("primary_identity_pub", {}, self._phone_key.public),
            Node("link_code_pairing_ref", {}, self._ref),
        ]
        stage = Node("link_code_companion_reg", {"stage": "primary_hello"}, content)
        attrs: Attributes = {
            "from": SERVER,
            "type": "link_code_companion_reg",
            "id": "link-code",
            "t": int(time.time()),
        }
        return Node("notification", attrs, [stage])

    def finish(self, companion_finish: Node) -> DeviceKeys:
        """Open the client's key bundle; raises WrongCode when it was made with another code."""
        identity = companion_finish.need("companion_identity_public").data
        wrapped = companion_finish.need("link_code_pairing_wrapped_key_bundle").data
        shared = self._key.agree(self._their_key)
        info = b"link_code_pairing_key_bundle_encryption_key"
        try:
            bundle = AESGCM(hkdf(shared, salt=wrapped[:32], info=info, length=32)).decrypt(
                wrapped[32:44], wrapped[44:], None
            )
        except InvalidTag as error:
            raise WrongCode("the client showed another code") from error
        if bundle[:64] != identity + self._phone_key.public:
            raise WrongCode("the key bundle names other identities")
        secret = hkdf(shared + self._phone_key.agree(identity) + bundle[64:], salt=b"", info=b"adv_secret", length=32)
        return DeviceKeys(identity, secret)

    def _code_key(self, salt: bytes) -> bytes:
        return hashlib.pbkdf2_hmac("sha256", self._code, salt, CODE_ITERATIONS, 32)
