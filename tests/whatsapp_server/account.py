"""The WhatsApp account the client under test is linked to, and the keys its linked device uploaded."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.whatsapp_server.binary_xml import Jid
from tests.whatsapp_server.crypto import IdentityKey
from tests.whatsapp_server.protobufs import wa6
from tests.whatsapp_server.signal_sessions import Bundle

BOT_PHONE = "33600000001"
BOT_LID = "99990000000001"
FIRST_DEVICE = 7


@dataclass(slots=True)
class Account:
    """The bot's phone (fixed numbers) and its one linked device; `linked` is False before pairing and after log-out."""

    name: str = "bot"
    phone_key: IdentityKey = field(default_factory=IdentityKey)
    device: int = FIRST_DEVICE
    linked: bool = False
    bundle: Bundle | None = None

    @property
    def pn(self) -> Jid:
        """The phone identity without device."""
        return Jid(f"{BOT_PHONE}@s.whatsapp.net")

    @property
    def lid(self) -> Jid:
        """The hidden identity without device."""
        return Jid(f"{BOT_LID}@lid")

    @property
    def device_pn(self) -> Jid:
        """The linked device's phone identity."""
        return Jid(f"{BOT_PHONE}:{self.device}@s.whatsapp.net")

    @property
    def device_lid(self) -> Jid:
        """The linked device's hidden identity."""
        return Jid(f"{BOT_LID}:{self.device}@lid")

    def link_new_device(self) -> None:
        """Forget the old device's keys and give the next one its number."""
        self.device += 1
        self.bundle = None

    def knows(self, payload: Any) -> bool:
        """Tell whether a login comes from the linked device."""
        assert isinstance(payload, wa6.ClientPayload)
        return self.linked and payload.username == int(BOT_PHONE) and payload.device == self.device

    def save(self, file: Path) -> None:
        """Write the account's state, keys included, as JSON."""
        if self.bundle is None or not self.linked:
            raise RuntimeError("no device has been linked yet")
        state = {
            "phone_key": self.phone_key.seed.hex(),
            "device": self.device,
            "identity": self.bundle.identity.hex(),
            "signed_prekey": self.bundle.signed_prekey.hex(),
            "signed_prekey_id": self.bundle.signed_prekey_id,
        }
        file.write_text(json.dumps(state))

    @classmethod
    def load(cls, file: Path) -> Account:
        """Read what save() wrote."""
        state = json.loads(file.read_text())
        bundle = Bundle(
            bytes.fromhex(state["identity"]), bytes.fromhex(state["signed_prekey"]), state["signed_prekey_id"]
        )
        key = IdentityKey(bytes.fromhex(state["phone_key"]))
        return cls(phone_key=key, device=state["device"], linked=True, bundle=bundle)
