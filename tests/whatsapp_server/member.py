"""A member of a group, whose verbs write to it."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tests.whatsapp_server import messages
from tests.whatsapp_server.account import Account
from tests.whatsapp_server.binary_xml import Attributes, Jid, Node
from tests.whatsapp_server.media_files import FileKind, encrypt_file
from tests.whatsapp_server.person import Person

if TYPE_CHECKING:
    from tests.whatsapp_server.group import Group

# What WhatsApp writes on the stanza of an edit, of an author's deletion and of an admin's.
EDITED, DELETED_BY_AUTHOR, DELETED_BY_ADMIN = "1", "7", "8"
OFTEN_FORWARDED = 5


def new_message_id() -> str:
    """Return an id as WhatsApp's web clients make them."""
    return "3EB0" + os.urandom(9).hex().upper()


@dataclass(frozen=True, slots=True)
class MessageRef:
    """A message somebody sent: what tests quote, edit, delete and look for."""

    id: str
    chat: Jid
    author: Person | Account
    message: Any
    sent_at: float


@dataclass(frozen=True, slots=True)
class Stanza:
    """How a message travels: all of it is optional."""

    message_id: str = ""
    sent_at: datetime | None = None
    edit: str | None = None
    kind: str = "text"
    media: str | None = None
    private: bool = False


class Member:
    """Somebody in a group. Every verb returns the message it sent; a client that is away gets it at its next login."""

    def __init__(self, group: Group, person: Person) -> None:
        self.group, self.person = group, person

    @property
    def name(self) -> str:
        """The name shown to the group."""
        return self.person.name

    @property
    def lid(self) -> Jid:
        """The hidden identity."""
        return self.person.lid

    @property
    def pn(self) -> Jid:
        """The phone identity."""
        return self.person.pn

    def says(
        self,
        text: str,
        *,
        sent_at: datetime | None = None,
        ephemeral: bool = False,
        quoting: MessageRef | None = None,
        message_id: str = "",
    ) -> MessageRef:
        """Write plain text, perhaps in the past, in a disappearing chat or as a reply."""
        message = self._quoted(text, quoting)
        if ephemeral:
            message = messages.ephemeral(message)
        return self.sends(message, Stanza(message_id=message_id, sent_at=sent_at))

    def says_extended(self, text: str, *, matched_text: str = "", title: str = "", description: str = "") -> MessageRef:
        """Write text with a link preview, whose address may differ from the text's."""
        return self.sends(messages.extended(text, matched_text=matched_text, title=title, description=description))

    def sends_image(self, caption: str = "", *, content: bytes = b"", **fields: Any) -> MessageRef:
        """Send a picture; its content goes to the media server, `fields` replace what the message says of it."""
        file = self.uploads(content, FileKind.IMAGE)
        return self.sends(messages.image(caption, **(file | fields)), Stanza(kind="media", media="image"))

    def sends_sticker(self, content: bytes, **fields: Any) -> MessageRef:
        """Send a sticker, a picture in WebP."""
        file = self.uploads(content, FileKind.IMAGE)
        return self.sends(messages.sticker(**(file | fields)), Stanza(kind="media", media="sticker"))

    def sends_video(self, caption: str = "") -> MessageRef:
        """Send a video."""
        return self.sends(messages.video(caption), Stanza(kind="media", media="video"))

    def sends_document(
        self, caption: str = "", file_name: str = "file.pdf", *, content: bytes = b"", **fields: Any
    ) -> MessageRef:
        """Send a document, like sends_image."""
        file = self.uploads(content, FileKind.DOCUMENT)
        body = messages.document(caption, file_name, **(file | fields))
        return self.sends(body, Stanza(kind="media", media="document"))

    def forwards(self, message: MessageRef | str, *, times: int = OFTEN_FORWARDED) -> MessageRef:
        """Forward a message or a text; `times` is the forwarding score that WhatsApp shows from 5 on."""
        content = messages.conversation(message) if isinstance(message, str) else message.message
        return self.sends(messages.with_context(content, isForwarded=True, forwardingScore=times))

    def edits(self, message: MessageRef, new_text: str) -> MessageRef:
        """Replace the text of an earlier message; the edit has an id of its own."""
        return self.sends(messages.edit(message.id, messages.conversation(new_text)), Stanza(edit=EDITED))

    def deletes(self, message: MessageRef) -> MessageRef:
        """Delete a message for everyone, as its author or as an admin."""
        if message.author is self.person:
            return self.sends(messages.revoke(message.id), Stanza(edit=DELETED_BY_AUTHOR))
        revocation = messages.revoke(message.id, str(self.group.address_of(message.author)))
        return self.sends(revocation, Stanza(edit=DELETED_BY_ADMIN))

    def reacts(self, message: MessageRef, emoji: str) -> MessageRef:
        """Put an emoji on a message."""
        author = str(self.group.address_of(message.author))
        reaction = messages.reaction(str(self.group.jid), message.id, author, emoji)
        return self.sends(reaction, Stanza(kind="reaction"))

    def writes_privately(self, text: str, *, quoting: MessageRef | None = None) -> MessageRef:
        """Write to the client's account outside the group, perhaps in reply to a message of the group."""
        return self.sends(self._quoted(text, quoting), Stanza(private=True))

    def repeats(self, message: MessageRef) -> MessageRef:
        """Send a message once more under the same id, freshly encrypted, so that the client sees it twice."""
        return self.sends(message.message, Stanza(message_id=message.id))

    def sends(self, message: Any, stanza: Stanza | None = None) -> MessageRef:
        """Send any protobuf message."""
        return self.sends_all([message], stanza or Stanza())[0]

    def says_all(self, texts: Sequence[str]) -> list[MessageRef]:
        """Write many texts in a burst, in order."""
        return self.sends_all([messages.conversation(text) for text in texts], Stanza())

    def sends_all(self, contents: Sequence[Any], stanza: Stanza) -> list[MessageRef]:
        """Send many messages of one kind in a burst, in order."""
        return self.group.server.loop.call(self._send_all(contents, stanza))

    def uploads(self, content: bytes, kind: FileKind) -> dict[str, Any]:
        """Put a file on the media server; what a message says of it, nothing for no content."""
        if not content:
            return {}
        file = encrypt_file(content, kind)
        self.group.server.exchange.files.append(file)
        return file.fields

    def _quoted(self, text: str, quoting: MessageRef | None) -> Any:
        """Plain text, or with a message that it replies to."""
        if quoting is None:
            return messages.conversation(text)
        author = str(self.group.address_of(quoting.author))
        context = {"stanzaID": quoting.id, "participant": author, "quotedMessage": quoting.message}
        return messages.with_context(messages.conversation(text), **context)

    async def _send_all(self, contents: Sequence[Any], stanza: Stanza) -> list[MessageRef]:
        sent = []
        for message in contents:
            one = replace(stanza, message_id=stanza.message_id or new_message_id())
            await self.group.server.exchange.deliver(self._node(message, one))
            chat = self.lid if stanza.private else self.group.jid
            sent.append(MessageRef(one.message_id, chat, self.person, message, time.monotonic()))
        return sent

    def _node(self, message: Any, stanza: Stanza) -> Node:
        """Encrypt a message for the client, as WhatsApp passes it on."""
        sent_at = int(stanza.sent_at.timestamp() if stanza.sent_at is not None else time.time())
        attrs: Attributes = {
            "id": stanza.message_id,
            "type": stanza.kind,
            "t": sent_at,
            "notify": self.name,
            "edit": stanza.edit,
        }
        encrypted = self.person.encrypt(self.group.server.exchange.bundle(), message)
        enc = Node("enc", {"v": "2", "type": "pkmsg", "mediatype": stanza.media}, encrypted)
        return Node("message", attrs | self._origin(stanza), [enc])

    def _origin(self, stanza: Stanza) -> Attributes:
        if stanza.private:
            return {"from": self.lid, "sender_pn": self.pn, "addressing_mode": "lid"}
        return {"from": self.group.jid} | self.group.sender_attributes(self.person)
