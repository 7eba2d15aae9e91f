"""The one place that touches neonize. Loaded only by a runwaclient that is about to connect (54 MiB).

Calls before connect() or after stop() can kill the process inside the Go library, so every one of them is guarded by
`is_ready`. What is known about the library, and how, is in docs/decisions/0003-neonize.md.
"""

from __future__ import annotations

import ctypes
import logging
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Protocol

import pylibmagic  # noqa: F401  (brings libmagic, which neonize looks for when it is imported)

# isort: split
from neonize import events
from neonize.client import NewClient
from neonize.exc import NeonizeError
from neonize.proto.Neonize_pb2 import JID
from neonize.proto.waCompanionReg.WAWebProtobufsCompanionReg_pb2 import DeviceProps
from neonize.proto.waE2E.WAWebProtobufsE2E_pb2 import ContextInfo, ExtendedTextMessage, Message
from neonize.utils.enum import ChatPresence, ChatPresenceMedia, MediaType

from waclient import reading
from waclient.client import GroupFacts, MaybeSent, MessageRef, NotSent, Unavailable
from waclient.media import Media, MediaKind, NotFetched
from waclient.replies import QUOTED_PLACEHOLDER

log = logging.getLogger(__name__)

DEVICE_NAME = "wbscanner"
LONG_NUMBER = re.compile(r"\d{6,}")
NOT_CONNECTED = ("client is nil", "websocket not connected", "not logged in")
REFUSED = ("server returned error", "failed to get group", "no lid", "failed to encrypt")
NEVER_THERE = ("status code 4", "hash of media", "hmac", "failed to decrypt", "too short")
UNKNOWN_LENGTH = -1  # what the message says may be wrong; the hashes cannot be


class Listener(Protocol):
    """What the host wants to hear. Everything runs on the library's one event thread and must return at once."""

    def on_qr(self, text: str) -> None: ...
    def on_login_status(self, status: str) -> None: ...
    def on_message(self, event: Any) -> None: ...
    def on_group_info(self, event: Any) -> None: ...
    def on_joined_group(self, event: Any) -> None: ...
    def on_paired(self, event: Any) -> None: ...
    def on_connected(self, event: Any) -> None: ...
    def on_disconnected(self, event: Any) -> None: ...
    def on_logged_out(self, event: Any) -> None: ...
    def on_replaced(self, event: Any) -> None: ...
    def on_banned(self, event: Any) -> None: ...
    def on_outdated(self, event: Any) -> None: ...
    def on_failure(self, event: Any) -> None: ...
    def on_offline_preview(self, event: Any) -> None: ...
    def on_offline_completed(self, event: Any) -> None: ...
    def on_keep_alive_timeout(self, event: Any) -> None: ...


def _subscriptions(listener: Listener) -> dict[Any, Callable[[Any], None]]:
    """Only what is needed: events with enum values the library does not know make connect() raise."""
    return {
        events.MessageEv: listener.on_message,
        events.GroupInfoEv: listener.on_group_info,
        events.JoinedGroupEv: listener.on_joined_group,
        events.PairStatusEv: listener.on_paired,
        events.ConnectedEv: listener.on_connected,
        events.DisconnectedEv: listener.on_disconnected,
        events.LoggedOutEv: listener.on_logged_out,
        events.StreamReplacedEv: listener.on_replaced,
        events.TemporaryBanEv: listener.on_banned,
        events.ClientOutdatedEv: listener.on_outdated,
        events.ConnectFailureEv: listener.on_failure,
        events.StreamErrorEv: listener.on_failure,
        events.OfflineSyncPreviewEv: listener.on_offline_preview,
        events.OfflineSyncCompletedEv: listener.on_offline_completed,
        events.KeepAliveTimeoutEv: listener.on_keep_alive_timeout,
    }


class NeonizeClient:
    """A linked device whose session is kept in one SQLite file. One per process."""

    def __init__(self, session: Path, listener: Listener, own: Iterable[str]) -> None:
        """`own` are the addresses of the account as far as they are known from earlier."""
        self._go = NewClient(
            str(session), props=DeviceProps(os=DEVICE_NAME, platformType=DeviceProps.SAFARI), uuid=DEVICE_NAME
        )
        self._is_stopping = False
        self._own = frozenset(own) - {""}
        for event, handler in _subscriptions(listener).items():
            self._go.event(event)(_handler(handler))
        self._go.qr(lambda _client, data: listener.on_qr(data.decode()))

        def login_status(_uuid: int, status: int) -> None:
            listener.on_login_status(ctypes.string_at(status).decode())

        self._go._NewClient__onLoginStatus = login_status  # the library's own prints a pointer and drops the status

    def connect(self) -> None:
        """Blocks until the library gives up or stop() ends it; raises ConnectionError with its words."""
        try:
            self._go.connect()
        except NeonizeError as error:
            raise ConnectionError(_words(error)) from error

    def leave(self) -> None:
        """Closes the socket: nothing more is received or acknowledged; what was received still comes as events."""
        is_in = self.is_ready
        self._is_stopping = True
        if is_in:
            self._go.disconnect()

    def stop(self) -> None:
        """Ends the connection; safe on a client that never connected."""
        self._is_stopping = True
        self._go.stop()

    @property
    def is_ready(self) -> bool:
        return not self._is_stopping and bool(self._go.is_logged_in)

    def pair_by_code(self, phone: str) -> str:
        """The code to type on the phone, such as ABCD-1234; after the first QR only. Raises Unavailable."""
        if self._is_stopping:
            raise Unavailable("stopping")
        try:
            return str(self._go.PairPhone(phone, show_push_notification=True))
        except NeonizeError as error:
            raise Unavailable(_words(error)) from error

    def own_addresses(self) -> tuple[str, str]:
        """Our phone address and our LID. Raises Unavailable."""
        me = self._ask(self._go.get_me)
        found = reading.address(me.JID), reading.address(me.LID)
        self._own |= frozenset(found) - {""}
        return found

    def is_us(self, addresses: Iterable[str]) -> bool:
        return not self._own.isdisjoint(addresses)

    def group_facts(self, jid: str) -> GroupFacts:
        return reading.group_facts(self._ask(lambda: self._go.get_group_info(_jid(jid))), self._own)

    def invitation(self, jid: str) -> str:
        return str(self._ask(lambda: self._go.get_group_invite_link(_jid(jid))))

    def joined_groups(self) -> list[GroupFacts]:
        return [reading.group_facts(info, self._own) for info in self._ask(self._go.get_joined_groups)]

    def read_group(self, info: Any) -> GroupFacts:
        """The facts inside an event."""
        return reading.group_facts(info, self._own)

    def fetch(self, media: Media) -> bytes:
        """The decrypted file, verified by its hashes. Raises NotFetched for good, Unavailable for now.

        By path, never by the address in the message: that could name any server. The library knows no limit on the
        size: waclient.media_size comes first.
        """
        kind = MediaType.MediaDocument if media.kind is MediaKind.DOCUMENT else MediaType.MediaImage
        if not self.is_ready:
            raise Unavailable("not connected")
        try:
            content: bytes = self._go.download_media_with_path(
                media.direct_path,
                media.file_enc_sha256,
                media.file_sha256,
                media.media_key,
                UNKNOWN_LENGTH,
                kind,
                kind.to_mms(),
            )
        except NeonizeError as error:
            words = _words(error)
            raise (NotFetched if any(sign in words for sign in NEVER_THERE) else Unavailable)(words) from error
        return content

    def reply(self, to: MessageRef, text: str, *, disappears_after: int = 0) -> str:
        """Quotes the message without its text: the library's own reply would repeat the scam link."""
        quote = _context(
            disappears_after,
            stanzaID=to.message_id,
            participant=to.sender,
            quotedMessage=Message(conversation=QUOTED_PLACEHOLDER),
        )
        body = Message(extendedTextMessage=ExtendedTextMessage(text=text, contextInfo=quote))
        return self._send(to.chat, lambda: body)

    def say(self, chat: str, text: str, *, disappears_after: int = 0) -> str:
        if not disappears_after:
            return self._send(chat, lambda: Message(conversation=text))
        body = Message(extendedTextMessage=ExtendedTextMessage(text=text, contextInfo=_context(disappears_after)))
        return self._send(chat, lambda: body)

    def show_typing(self, chat: str, *, is_typing: bool) -> None:
        state = ChatPresence.CHAT_PRESENCE_COMPOSING if is_typing else ChatPresence.CHAT_PRESENCE_PAUSED
        media = ChatPresenceMedia.CHAT_PRESENCE_MEDIA_TEXT
        self._ask(lambda: self._go.send_chat_presence(_jid(chat), state, media))

    def react(self, to: MessageRef, emoji: str) -> str:
        return self._send(
            to.chat, lambda: self._go.build_reaction(_jid(to.chat), _jid(to.sender), to.message_id, emoji)
        )

    def delete(self, what: MessageRef) -> str:
        return self._send(what.chat, lambda: self._go.build_revoke(_jid(what.chat), _jid(what.sender), what.message_id))

    def _send(self, chat: str, build: Callable[[], Any]) -> str:
        if not self.is_ready:
            raise NotSent("not connected", is_temporary=True)
        try:
            # Always a Message, never a str: no preview is fetched and no digits become mentions.
            return str(self._go.send_message(_jid(chat), build()).ID)
        except NeonizeError as error:
            raise _failure(_words(error)) from error

    def _ask(self, question: Callable[[], Any]) -> Any:
        if not self.is_ready:
            raise Unavailable("not connected")
        try:
            return question()
        except NeonizeError as error:
            raise Unavailable(_words(error)) from error


def _context(disappears_after: int, **fields: Any) -> ContextInfo:
    """What goes with a text; without the chat's timer phones say that it will not disappear."""
    return ContextInfo(**fields, **({"expiration": disappears_after} if disappears_after else {}))


def _words(error: NeonizeError) -> str:
    """What the library says, without the phone numbers it may quote: it goes into rows and logs."""
    return LONG_NUMBER.sub("…", str(error))


def _failure(words: str) -> NotSent | MaybeSent:
    """What an error of the library means; when in doubt the message may have gone out."""
    if any(phrase in words for phrase in NOT_CONNECTED):
        return NotSent(words, is_temporary=True)
    if any(phrase in words for phrase in REFUSED):
        return NotSent(words)
    return MaybeSent(words)


def _handler(handle: Callable[[Any], None]) -> Callable[[Any, Any], None]:
    """A plain function: the library keeps only a weak reference to bound methods."""
    return lambda _client, event: handle(event)


def _jid(text: str) -> JID:
    user, _, server = text.rpartition("@")
    return JID(User=user, Server=server, Device=0, RawAgent=0, Integrator=0, IsEmpty=False)
