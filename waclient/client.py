"""What the rest of the product needs of WhatsApp, in its own words. Implemented by waclient.neonize_client."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from waclient.media import Media
from waclient.models import Place


class NotSent(Exception):
    """The message certainly did not reach WhatsApp; `is_temporary` when trying again later may work."""

    def __init__(self, reason: str, *, is_temporary: bool = False) -> None:
        super().__init__(reason)
        self.is_temporary = is_temporary


class MaybeSent(Exception):
    """WhatsApp did not answer: the message may have been sent. It must not be repeated blindly."""


class Unavailable(Exception):
    """A question could not be answered now; asking again later may work."""


@dataclass(frozen=True, slots=True)
class Person:
    """One WhatsApp user under the address seen in a chat, and the other one where it is known (LID and phone)."""

    address: str
    other: str = ""

    @property
    def identity(self) -> str:
        """The address that names this person: the LID when there is one."""
        return self.other if self.other.endswith("@lid") else self.address

    @property
    def other_identity(self) -> str:
        return self.address if self.identity == self.other else self.other


class MessageKind(StrEnum):
    NEW = "new"
    EDIT = "edit"
    REVOKE = "revoke"
    REACTION = "reaction"


@dataclass(frozen=True, slots=True)
class Passage:
    """One text of a message, and where in the message it stood."""

    text: str
    place: Place = Place.TEXT


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """A message as it arrived; for an edit or revoke `message_id` is that of the original.

    `is_direct`: it was written to the bot alone, and `chat` is the address of who wrote it. `quoted_id` and
    `quoted_sender` name the message that it replies or reacts to; whoever sends can forge them, as every text of it.
    `reaction` is the sign of a reaction, empty when one is taken back.

    `preview` is the address that the message's link preview claims to show; `media` are the pictures and documents
    that may hold codes and links.
    """

    chat: str
    message_id: str
    sender: Person
    posted_at: datetime
    kind: MessageKind = MessageKind.NEW
    passages: tuple[Passage, ...] = ()
    preview: str = ""
    beside_preview: str = ""
    is_forwarded_often: bool = False
    is_cut: bool = False
    media: tuple[Media, ...] = ()
    is_from_me: bool = False
    is_history: bool = False
    is_direct: bool = False
    quoted_id: str = ""
    quoted_sender: str = ""
    reaction: str = ""

    @property
    def words(self) -> str:
        """What the sender wrote himself, before anything that is quoted, shown beside it or inside a file."""
        return next((passage.text for passage in self.passages if passage.place is Place.TEXT), "")


@dataclass(frozen=True, slots=True)
class GroupFacts:
    """What WhatsApp says about a group: `admins` holds every known address of each admin.

    `name` is fit to be shown; `subject` and `description` are as somebody wrote them, None where not known. Messages in
    it disappear after so many seconds; 0: they stay. `members_version` grows with every change of members.
    """

    jid: str
    name: str
    size: int
    admins: frozenset[str]
    bot_is_admin: bool
    subject: str | None = None
    description: str | None = None
    disappears_after: int = 0
    members_version: int = 0


class GroupTextKind(StrEnum):
    SUBJECT = "subject"
    DESCRIPTION = "description"


@dataclass(frozen=True, slots=True)
class GroupText:
    """A group's name or description as it is now; `by` is the address of who changed it, empty where not known."""

    kind: GroupTextKind
    text: str
    changed_at: datetime
    by: str = ""


@dataclass(frozen=True, slots=True)
class MessageRef:
    """Points at somebody's message; `sender` is the address seen in that chat, which may be a group or a person."""

    chat: str
    message_id: str
    sender: str


class Client(Protocol):
    """A connected account. Sending returns WhatsApp's message id, or raises NotSent or MaybeSent.

    Texts carry the chat's timer: `disappears_after` seconds phones remove them, 0: they stay.
    """

    @property
    def is_ready(self) -> bool:
        """Whether the account is logged in and nothing is stopping."""

    def reply(self, to: MessageRef, text: str, *, disappears_after: int = 0) -> str: ...

    def say(self, chat: str, text: str, *, disappears_after: int = 0) -> str: ...

    def react(self, to: MessageRef, emoji: str) -> str: ...

    def delete(self, what: MessageRef) -> str: ...

    def show_typing(self, chat: str, *, is_typing: bool) -> None:
        """Let the chat see that a text is being written, or that it is not any more. Raises Unavailable."""

    def group_facts(self, jid: str) -> GroupFacts:
        """Raises Unavailable."""

    def invitation(self, jid: str) -> str:
        """The group's own invitation, which only admins are told. Raises Unavailable."""

    def joined_groups(self) -> list[GroupFacts]:
        """Raises Unavailable."""
