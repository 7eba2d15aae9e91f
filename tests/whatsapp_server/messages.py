"""Builders of the protobuf messages that members send."""

from __future__ import annotations

from typing import Any

from tests.whatsapp_server.protobufs import e2e

MEDIA_HOST = "https://mmg.whatsapp.net"


def conversation(text: str) -> Any:
    """Plain text."""
    return e2e.Message(conversation=text)


def extended(text: str, *, matched_text: str = "", title: str = "", description: str = "") -> Any:
    """Text with a link preview."""
    body = e2e.ExtendedTextMessage(text=text, matchedText=matched_text, title=title, description=description)
    return e2e.Message(extendedTextMessage=body)


def image(caption: str, **file: Any) -> Any:
    """A picture; without the fields of a file it cannot be downloaded."""
    body = e2e.ImageMessage(**{"caption": caption, "mimetype": "image/jpeg", "URL": MEDIA_HOST, **file})
    return e2e.Message(imageMessage=body)


def sticker(**file: Any) -> Any:
    """A sticker, with the fields of its file."""
    return e2e.Message(stickerMessage=e2e.StickerMessage(**{"mimetype": "image/webp", "URL": MEDIA_HOST, **file}))


def video(caption: str) -> Any:
    """A video; its file cannot be downloaded from this server."""
    return e2e.Message(videoMessage=e2e.VideoMessage(caption=caption, mimetype="video/mp4", URL=MEDIA_HOST))


def document(caption: str, file_name: str, **file: Any) -> Any:
    """A document with a caption, in the wrapper that WhatsApp uses for it."""
    fields = {"fileName": file_name, "mimetype": "application/pdf", "URL": MEDIA_HOST, **file}
    inner = e2e.DocumentMessage(caption=caption, **fields)
    wrapped = e2e.FutureProofMessage(message=e2e.Message(documentMessage=inner))
    return e2e.Message(documentWithCaptionMessage=wrapped)


def edit(message_id: str, new: Any) -> Any:
    """The new content of an earlier message."""
    protocol = e2e.ProtocolMessage(type=e2e.ProtocolMessage.MESSAGE_EDIT, editedMessage=new)
    protocol.key.ID = message_id
    wrapped = e2e.FutureProofMessage(message=e2e.Message(protocolMessage=protocol))
    return e2e.Message(editedMessage=wrapped)


def revoke(message_id: str, participant: str = "") -> Any:
    """The deletion of an earlier message; an admin's names the author."""
    protocol = e2e.ProtocolMessage(type=e2e.ProtocolMessage.REVOKE)
    protocol.key.ID = message_id
    if participant:
        protocol.key.participant = participant
    return e2e.Message(protocolMessage=protocol)


def reaction(chat: str, message_id: str, participant: str, emoji: str) -> Any:
    """An emoji on a message; an empty one takes it back."""
    key = {"remoteJID": chat, "ID": message_id, "participant": participant, "fromMe": False}
    return e2e.Message(reactionMessage=e2e.ReactionMessage(key=key, text=emoji))


def ephemeral(message: Any) -> Any:
    """The same message in a chat with disappearing messages."""
    return e2e.Message(ephemeralMessage=e2e.FutureProofMessage(message=message))


def with_context(message: Any, **context: Any) -> Any:
    """The same message with ContextInfo fields; plain text becomes an extended one, which alone can carry them."""
    changed = e2e.Message()
    changed.CopyFrom(message)
    if changed.HasField("conversation"):
        changed = extended(changed.conversation)
    _content(changed).contextInfo.MergeFrom(e2e.ContextInfo(**context))
    return changed


def _content(message: Any) -> Any:
    """Return the part of a message that holds its contextInfo, inside the wrappers used here."""
    field, value = message.ListFields()[0]
    return _content(value.message) if field.message_type.name == "FutureProofMessage" else value
