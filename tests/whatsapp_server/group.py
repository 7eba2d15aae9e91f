"""A WhatsApp group of the loopback server, as tests use it."""

from __future__ import annotations

import os
import secrets
import string
import time
from collections.abc import Iterable
from enum import StrEnum
from typing import Protocol, TypeAlias

from tests.whatsapp_server.account import Account
from tests.whatsapp_server.binary_xml import Attributes, Jid, Node
from tests.whatsapp_server.exchange import Exchange
from tests.whatsapp_server.loop_thread import LoopThread
from tests.whatsapp_server.member import Member
from tests.whatsapp_server.person import Person

# WhatsApp's group ids are 18 digits; this range is ours.
FIRST_GROUP = 120363000000000000
CREATED_AT = 1_700_000_000


def _invite_code() -> str:
    """As WhatsApp makes them: 22 letters and digits."""
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(22))


class Addressing(StrEnum):
    """Which identity a group names its members by."""

    LID = "lid"
    PN = "pn"


class Rank(StrEnum):
    """A participant's rights, in WhatsApp's words; members have no word."""

    MEMBER = ""
    ADMIN = "admin"
    OWNER = "superadmin"


class GroupOwner(Protocol):
    """What a group needs of the server."""

    exchange: Exchange
    loop: LoopThread


Participant: TypeAlias = "Person | Account"


class Group:
    """A group; `ranks` holds everyone in it by hidden identity, the client's account included."""

    def __init__(self, server: GroupOwner, subject: str, addressing: Addressing, *, shares_numbers: bool) -> None:
        self.server = server
        self.subject = subject
        self.addressing = addressing
        self.shares_numbers = shares_numbers
        self.jid = Jid(f"{FIRST_GROUP + server.exchange.next_number()}@g.us")
        self.ranks: dict[Jid, Rank] = {}
        self.disappears_after = 0
        self.invite_code = _invite_code()
        self._version = 1

    @property
    def people(self) -> list[Person]:
        """Everyone but the client's account."""
        known = self.server.exchange.people
        return [known[lid.user] for lid in list(self.ranks) if lid.user in known]

    @property
    def bot_is_admin(self) -> bool:
        """Whether the client's account may delete and remove."""
        return self.ranks.get(self.server.exchange.account.lid, Rank.MEMBER) is not Rank.MEMBER

    def member(self, name: str) -> Member:
        """Return a member to speak through; raises LookupError when nobody of that name is in the group."""
        person = self.server.exchange.person(name)
        if person.lid not in self.ranks:
            raise LookupError(f"{name} is not in {self.subject}")
        return Member(self, person)

    def promotes(self, who: Member | Account) -> None:
        """Make somebody an admin and tell the client."""
        self._announce_change("promote", [self._set_rank(who, Rank.ADMIN)])

    def demotes(self, who: Member | Account) -> None:
        """Take somebody's admin rights and tell the client."""
        self._announce_change("demote", [self._set_rank(who, Rank.MEMBER)])

    def adds(self, *names: str) -> None:
        """Let people join and tell the client."""
        people = [self.server.exchange.person(name) for name in names]
        self.ranks.update({person.lid: Rank.MEMBER for person in people})
        self._announce_change("add", people)

    def removes(self, who: Member | Account) -> None:
        """Remove somebody and tell the client, which may be the one removed."""
        participant = who.person if isinstance(who, Member) else who
        self._announce_change("remove", [participant])
        self.ranks.pop(participant.lid, None)

    @property
    def invitation(self) -> str:
        """The address that lets strangers in; admins are told it."""
        return f"https://chat.whatsapp.com/{self.invite_code}"

    def renews_invitation(self) -> None:
        """Let the old invitation be void, as an admin does on the phone, and tell the client the new one."""
        self.invite_code = _invite_code()
        self.notify(Node("invite", {"code": self.invite_code}))

    def renames(self, subject: str) -> None:
        """Change the group's name and tell the client."""
        self.subject = subject
        self.notify(
            Node("subject", {"subject": subject, "s_t": int(time.time()), "s_o": self.address_of(self.people[0])})
        )

    def sets_timer(self, seconds: int) -> None:
        """Let messages disappear after so many seconds (0: no more) and tell the client."""
        self.disappears_after = seconds
        self.notify(self._timer() or Node("not_ephemeral"))

    def _timer(self) -> Node | None:
        return Node("ephemeral", {"expiration": self.disappears_after}) if self.disappears_after else None

    def announces_itself(self) -> None:
        """Tell the client that its account was added to this group."""
        self.notify(Node("create", {"type": "new", "key": os.urandom(8).hex().upper()}, [self.description()]))

    def notify(self, change: Node) -> None:
        """Send a group notification, in the first member's name."""
        self.server.loop.call(self.server.exchange.deliver(self.notification(change)))

    def notification(self, change: Node) -> Node:
        """Wrap a change of the group in the stanza that carries it."""
        attrs: Attributes = {"from": self.jid, "type": "w:gp2", "id": os.urandom(8).hex(), "t": int(time.time())}
        author = self.people[0] if self.people else None
        if author is not None:
            attrs |= self.sender_attributes(author) | {"notify": author.name}
        return Node("notification", attrs, [change])

    def sender_attributes(self, person: Person) -> Attributes:
        """Return how a stanza names its author in this group."""
        shown: Attributes = {"addressing_mode": self.addressing.value}
        if self.addressing is Addressing.PN:
            return shown | {"participant": person.pn, "participant_lid": person.lid}
        return shown | {"participant": person.lid, "participant_pn": person.pn if self.shares_numbers else None}

    def address_of(self, participant: Participant) -> Jid:
        """Return the identity this group names somebody by."""
        return participant.pn if self.addressing is Addressing.PN else participant.lid

    def description(self) -> Node:
        """Return the group as the client sees it when it asks."""
        attrs: Attributes = {
            "id": self.jid.user,
            "subject": self.subject,
            "s_t": CREATED_AT,
            "creation": CREATED_AT,
            "addressing_mode": self.addressing.value,
            "a_v_id": 1,
            "p_v_id": self._version,
            "creator": self.address_of(self.people[0]) if self.people else None,
        }
        timer = self._timer()
        return Node("group", attrs, self._participant_nodes() + ([timer] if timer is not None else []))

    def participant_node(self, participant: Participant, rank: Rank = Rank.MEMBER) -> Node:
        """Return one entry of a participant list."""
        attrs: Attributes = {"type": rank.value or None}
        if self.addressing is Addressing.PN:
            return Node("participant", attrs | {"jid": participant.pn, "lid": participant.lid})
        shown = participant.pn if self.shares_numbers else None
        return Node("participant", attrs | {"jid": participant.lid, "phone_number": shown})

    def _participant_nodes(self) -> list[Node]:
        exchange = self.server.exchange
        nodes = []
        for lid, rank in list(self.ranks.items()):
            participant = exchange.account if lid == exchange.account.lid else exchange.people[lid.user]
            nodes.append(self.participant_node(participant, rank))
        return nodes

    def _set_rank(self, who: Member | Account, rank: Rank) -> Participant:
        participant = who.person if isinstance(who, Member) else who
        if participant.lid not in self.ranks:
            raise LookupError(f"{participant.name} is not in {self.subject}")
        self.ranks[participant.lid] = rank
        return participant

    def _announce_change(self, verb: str, participants: Iterable[Participant]) -> None:
        self.notify(self.change(verb, participants))

    def change(self, verb: str, participants: Iterable[Participant]) -> Node:
        """Describe a change of participants and count the group's version up."""
        self._version += 1
        nodes = [self.participant_node(participant) for participant in participants]
        return Node(verb, {"v_id": self._version, "prev_v_id": self._version - 1}, nodes)
