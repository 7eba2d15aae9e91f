"""What is written to the bot alone. Nobody chose that chat: whatever is not meant for the bot is forgotten at once."""

from __future__ import annotations

from collections.abc import Callable

from waclient.alerts import hearing
from waclient.chat_commands import door
from waclient.client import InboundMessage

# Each takes a message, does no more than write one row, and says whether it was meant for it.
LISTENERS: tuple[Callable[[InboundMessage], bool], ...] = (hearing.hear, door.put_off)


def hear(message: InboundMessage) -> bool:
    """Pass a one-to-one message on to those who may know it, the first that takes it; whether somebody did.

    Nothing of it is stored here, and its links are not scanned. Old messages are nobody's.
    """
    if message.is_history:
        return False
    return any(take(message) for take in LISTENERS)
