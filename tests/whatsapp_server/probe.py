"""A tiny neonize client for the server's own tests: events out and commands in, one JSON object a line.

Started by tests.whatsapp_server.probe_process through the same wrapper as `manage.py runwaclient`.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pylibmagic  # noqa: F401  (brings the library that neonize's import needs)
from neonize import events
from neonize.client import NewClient
from neonize.proto.waE2E.WAWebProtobufsE2E_pb2 import ContextInfo, ExtendedTextMessage, Message
from neonize.utils.enum import ChatPresence, ChatPresenceMedia, MediaType, ParticipantChange
from neonize.utils.jid import Jid2String, JIDToNonAD, build_jid

PRIVATE = 0o077
logging.getLogger("neonize").setLevel(logging.CRITICAL)


def say(event: str, **details: object) -> None:
    """Write one line; the Go library writes others, which the reader skips."""
    sys.stdout.write(json.dumps({"event": event, **details}) + "\n")
    sys.stdout.flush()


def jid(address: str) -> Any:
    """Turn `user@server` into neonize's form."""
    user, _, server = address.partition("@")
    return build_jid(user, server)


class Probe:
    """The client and the commands it understands."""

    def __init__(self, session_file: str) -> None:
        self.client = NewClient(session_file, uuid="probe")
        self.client.qr(lambda _client, text: say("qr", text=text.decode()))
        self._on(events.MessageEv, self._message)
        self._on(events.ConnectedEv, lambda _: say("connected"))
        self._on(events.DisconnectedEv, lambda _: say("disconnected"))
        self._on(events.LoggedOutEv, lambda event: say("logged_out", reason=int(event.Reason)))
        self._on(events.StreamReplacedEv, lambda _: say("replaced"))
        self._on(events.TemporaryBanEv, lambda event: say("ban", code=int(event.Code), expire=int(event.Expire)))
        self._on(events.ClientOutdatedEv, lambda _: say("outdated"))
        self._on(events.ConnectFailureEv, lambda event: say("failure", reason=int(event.Reason)))
        self._on(events.OfflineSyncPreviewEv, lambda event: say("offline_preview", total=event.Total))
        self._on(events.OfflineSyncCompletedEv, lambda event: say("offline_completed", count=event.Count))
        self._on(events.GroupInfoEv, lambda event: say("group_info", text=str(event)))
        self._on(events.JoinedGroupEv, lambda event: say("joined", name=event.GroupInfo.GroupName.Name))
        self._on(events.UndecryptableMessageEv, lambda event: say("undecryptable", id=event.Info.ID))

    def _on(self, kind: type, handler: Callable[[Any], None]) -> None:
        self.client.event(kind)(lambda _client, event: handler(event))

    @staticmethod
    def _message(event: Any) -> None:
        source, message = event.Info.MessageSource, event.Message
        say(
            "message",
            id=event.Info.ID,
            chat=Jid2String(source.Chat),
            sender=Jid2String(source.Sender),
            alt=Jid2String(source.SenderAlt),
            text=message.conversation or message.extendedTextMessage.text,
            fields=[field.name for field, _ in message.ListFields()],
            edit=event.Info.Edit,
            milliseconds=event.Info.Timestamp,
            ephemeral=event.IsEphemeral,
            proto=message.SerializeToString().hex(),
        )

    def do_text(self, chat: str, text: str) -> str:
        """Send plain text; returns the message's id."""
        return str(self.client.send_message(jid(chat), Message(conversation=text)).ID)

    def do_reply(self, chat: str, text: str, to: str, author: str) -> str:
        """Reply with a context that quotes a harmless word; returns the message's id."""
        quoted = Message(conversation="link")
        context = ContextInfo(stanzaID=to, participant=author, quotedMessage=quoted)
        message = Message(extendedTextMessage=ExtendedTextMessage(text=text, contextInfo=context))
        return str(self.client.send_message(jid(chat), message).ID)

    def do_react(self, chat: str, author: str, to: str, emoji: str) -> str:
        """Put an emoji on a message; returns the reaction's id."""
        reaction = self.client.build_reaction(jid(chat), jid(author), to, emoji)
        return str(self.client.send_message(jid(chat), reaction).ID)

    def do_revoke(self, chat: str, author: str, to: str) -> str:
        """Delete somebody's message as an admin; returns the deletion's id."""
        return str(self.client.revoke_message(jid(chat), jid(author), to).ID)

    def do_remove(self, chat: str, author: str) -> int:
        """Remove a member as an admin; returns how many were removed."""
        people = [JIDToNonAD(jid(author))]
        return len(self.client.update_group_participants(jid(chat), people, ParticipantChange.REMOVE))

    def do_type(self, chat: str) -> None:
        """Show that we are typing."""
        kind, media = ChatPresence.CHAT_PRESENCE_COMPOSING, ChatPresenceMedia.CHAT_PRESENCE_MEDIA_TEXT
        self.client.send_chat_presence(jid(chat), kind, media)

    def do_groups(self) -> dict[str, str]:
        """Return the names of all joined groups by address."""
        return {Jid2String(group.JID): group.GroupName.Name for group in self.client.get_joined_groups()}

    def do_group(self, chat: str) -> list[list[object]]:
        """Return [address, hidden identity, phone identity, is admin] of a group's members."""
        people = self.client.get_group_info(jid(chat)).Participants
        return [
            [Jid2String(one.JID), Jid2String(one.LID), Jid2String(one.PhoneNumber), bool(one.IsAdmin)] for one in people
        ]

    def do_download(self, path: str, enc_hash: str, file_hash: str, key: str, kind: str) -> str:
        """Fetch a file by what its message says (hex); returns the SHA-256 of what was decrypted."""
        media = MediaType.MediaDocument if kind == "document" else MediaType.MediaImage
        parts = (bytes.fromhex(part) for part in (enc_hash, file_hash, key))
        content = self.client.download_media_with_path(path, *parts, -1, media, media.to_mms())
        return hashlib.sha256(content).hexdigest()

    def do_code(self, phone: str) -> str:
        """Ask for a phone code."""
        return str(self.client.PairPhone(phone, True))

    def serve_commands(self) -> None:
        """Execute the lines of standard input; its end is the end of the process."""
        for line in sys.stdin:
            command = json.loads(line)
            number, verb = command.pop("number"), command.pop("verb")
            try:
                say("result", number=number, value=getattr(self, f"do_{verb}")(**command))
            except Exception as error:
                say("result", number=number, error=str(error))
        os._exit(0)  # connect() may never return; the test has closed our standard input and is done with us.


def main() -> None:
    """Connect with the session file named on the command line."""
    os.umask(PRIVATE)
    probe = Probe(str(Path(sys.argv[1])))
    threading.Thread(target=probe.serve_commands, daemon=True).start()
    try:
        probe.client.connect()
    except Exception as error:
        say("connect_failed", error=str(error))
    say("connect_returned")


if __name__ == "__main__":
    main()
