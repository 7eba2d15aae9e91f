"""A client that is connected to the simulated chats: the same verbs, thread and rows as with WhatsApp."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol

from django.db import transaction
from django.utils import timezone

from groups.models import Group
from waclient.client import GroupFacts, InboundMessage, MessageKind, MessageRef, NotSent, Passage, Person, Unavailable
from waclient.demo.removal import demo_groups
from waclient.media import Media, NotFetched
from waclient.models import Connection, Phase, SimulatedKind, SimulatedMessage
from waclient.simulator.cast import BOT, BOT_LID, GROUPS, SimulatedGroup, group_of, is_direct, writer
from waclient.simulator.chats import new_id
from waclient.turns import repeat

log = logging.getLogger(__name__)

LISTEN_SECONDS = 0.2
AT_ONCE = 50
KINDS = {
    SimulatedKind.SAID: MessageKind.NEW,
    SimulatedKind.EDITED: MessageKind.EDIT,
    SimulatedKind.DELETED: MessageKind.REVOKE,
    SimulatedKind.REACTED: MessageKind.REACTION,
}


class Listener(Protocol):
    """What the host wants to hear of what can happen here."""

    def on_connected(self, event: Any) -> None: ...
    def hear(self, message: InboundMessage) -> None: ...


class SimulatedClient:
    """Speaks in the simulated chats and hears what their members write; no phone, no network."""

    def __init__(self, session: Path, listener: Listener, own: Iterable[str]) -> None:
        self._listener = listener
        self._is_connected = False
        self._ended = threading.Event()

    def connect(self) -> None:
        """Blocks until stop(); passes on what the members do, in order, each once."""
        self._is_connected = True
        self._listener.on_connected(None)
        repeat(self.listen, self._ended, LISTEN_SECONDS)

    def listen(self) -> bool:
        """Pass on what was not heard yet; whether there was something."""
        waiting = list(SimulatedMessage.objects.filter(heard_at__isnull=True).order_by("pk")[:AT_ONCE])
        for row in waiting:
            message = _inbound(row)
            if message is not None:
                self._listener.hear(message)
            SimulatedMessage.objects.filter(pk=row.pk).update(heard_at=timezone.now())
        return bool(waiting)

    def leave(self) -> None:
        self._ended.set()

    def stop(self) -> None:
        self._ended.set()

    @property
    def is_ready(self) -> bool:
        return self._is_connected and not self._ended.is_set()

    def pair_by_code(self, phone: str) -> str:
        """Raises Unavailable: there is no phone to link."""
        raise Unavailable("WhatsApp is only simulated: no phone can be linked")

    def own_addresses(self) -> tuple[str, str]:
        return BOT, BOT_LID

    def is_us(self, addresses: Iterable[str]) -> bool:
        return not {BOT, BOT_LID}.isdisjoint(addresses)

    def group_facts(self, jid: str) -> GroupFacts:
        try:
            return _facts(group_of(jid))
        except LookupError as error:
            raise Unavailable(str(error)) from error

    def invitation(self, jid: str) -> str:
        """Raises Unavailable where the bot is no admin."""
        if not self.group_facts(jid).bot_is_admin:
            raise Unavailable("the bot is not admin of this group")
        return group_of(jid).invitation

    def joined_groups(self) -> list[GroupFacts]:
        """Those that are played, and the demo's: nobody else is in them, and no answer to their links gets lost."""
        return [_facts(group) for group in GROUPS] + [_demo_facts(group) for group in demo_groups()]

    def read_group(self, info: Any) -> GroupFacts:
        """Raises Unavailable: nobody adds the bot to a group here."""
        raise Unavailable("no simulated group is joined later")

    def fetch(self, media: Media) -> bytes:
        """Raises NotFetched: simulated messages carry no files."""
        raise NotFetched("simulated messages carry no files")

    def reply(self, to: MessageRef, text: str, *, disappears_after: int = 0) -> str:
        """Nothing disappears here: no simulated group has a timer."""
        return self._happen(to.chat, SimulatedKind.SAID, text, to.message_id)

    def say(self, chat: str, text: str, *, disappears_after: int = 0) -> str:
        """Like reply, without a quote."""
        return self._happen(chat, SimulatedKind.SAID, text, "")

    def show_typing(self, chat: str, *, is_typing: bool) -> None:
        """The page sees it by itself: what is being typed stands in the outbox."""

    def react(self, to: MessageRef, emoji: str) -> str:
        return self._happen(to.chat, SimulatedKind.REACTED, emoji, to.message_id)

    def delete(self, what: MessageRef) -> str:
        """Raises NotSent where the bot is no admin."""
        if not self.group_facts(what.chat).bot_is_admin:
            raise NotSent("the bot is not admin of this group")
        return self._happen(what.chat, SimulatedKind.DELETED, "", what.message_id)

    def _happen(self, chat: str, kind: SimulatedKind, text: str, about: str) -> str:
        if not self.is_ready:
            raise NotSent("not connected", is_temporary=True)
        row = SimulatedMessage(chat=chat, message_id=new_id(), kind=kind, text=text, about=about)
        row.heard_at = row.at
        row.save(force_insert=True)
        return row.message_id


def is_phone_linked() -> bool:
    """Whether the account is one of a real phone."""
    return Connection.get().jid not in {"", BOT}


def prepare() -> None:
    """Before the start: the simulated account is linked. Raises ValueError where a real phone is."""
    if is_phone_linked():
        raise ValueError("a phone is linked here: give the simulator a data folder of its own (DATA_DIR)")
    Connection.write(jid=BOT, lid=BOT_LID, phase=Phase.STOPPED, retry_at=None, failures=0)


def give_up() -> None:
    """Before a start with WhatsApp: the simulated account is none, and nothing goes to its groups any more."""
    played = Group.objects.filter(jid__in=[group.jid for group in GROUPS], left_at__isnull=True)
    with transaction.atomic():
        played.update(left_at=timezone.now())
        Connection.objects.filter(jid=BOT).update(jid="", lid="", phase=Phase.NEVER_PAIRED)


def _demo_facts(group: Group) -> GroupFacts:
    """What is known of a group of the demo, as it was made up."""
    return GroupFacts(
        jid=group.jid, name=group.name, size=group.size, bot_is_admin=group.bot_is_admin, admins=frozenset()
    )


def _inbound(row: SimulatedMessage) -> InboundMessage | None:
    """What the bot hears of it; None of people who are not in the cast any more."""
    try:
        member = writer(row.chat, row.author)
    except LookupError:
        log.warning("simulated message %d is of nobody that is known", row.pk)
        return None
    kind = KINDS[SimulatedKind(row.kind)]
    is_own = kind in {MessageKind.NEW, MessageKind.REACTION}
    return InboundMessage(
        chat=row.chat,
        message_id=row.message_id if is_own else row.about,
        sender=Person(member.lid, member.phone),
        posted_at=row.at,
        kind=kind,
        passages=(Passage(row.text),) if row.text else (),
        is_direct=is_direct(row.chat),
        quoted_id=row.about if is_own else "",
        quoted_sender=_author(row) if is_own and row.about else "",
        reaction=row.text if kind is MessageKind.REACTION else "",
    )


def _author(row: SimulatedMessage) -> str:
    """The address of who wrote the message that another one is about; empty where that is not known."""
    about = SimulatedMessage.objects.filter(chat=row.chat, message_id=row.about).first()
    if about is None:
        return ""
    return writer(row.chat, about.author).lid if about.author else BOT_LID


def _facts(group: SimulatedGroup) -> GroupFacts:
    admins = {address for member in group.members if member.is_admin for address in (member.lid, member.phone)}
    own = {BOT, BOT_LID} if group.bot_is_admin else set()
    return GroupFacts(
        jid=group.jid,
        name=group.name,
        size=len(group.members) + 1,
        admins=frozenset(admins | own),
        bot_is_admin=group.bot_is_admin,
        subject=group.name,
        description="",
    )
