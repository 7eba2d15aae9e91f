"""Who is in the simulated groups. Names and numbers are made up; numbers are of ranges that nobody is given."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

BOT = "15550100000@s.whatsapp.net"
BOT_LID = "99900000000000@lid"
# Group ids that WhatsApp does not give out.
SERVER = "@simulated.g.us"


@dataclass(frozen=True, slots=True)
class Member:
    """One person of a simulated group."""

    name: str
    lid: str
    phone: str
    is_admin: bool = False


@dataclass(frozen=True, slots=True)
class SimulatedGroup:
    """A simulated group; `bot_is_admin` where the bot may delete."""

    jid: str
    name: str
    members: tuple[Member, ...]
    bot_is_admin: bool = False

    @property
    def invitation(self) -> str:
        """What would let strangers in, if there were a WhatsApp; the same for good."""
        return f"https://chat.whatsapp.com/Simulated{self.jid.partition('@')[0]:0>13}"

    def member(self, name: str) -> Member:
        """Raises LookupError when nobody of that name is in it."""
        found = next((member for member in self.members if member.name == name), None)
        if found is None:
            raise LookupError(f"{name} is not in {self.name}")
        return found


def _person(number: int, name: str, *, is_admin: bool = False) -> Member:
    return Member(name, f"9990000000{number:04d}@lid", f"1555010{number:04d}@s.whatsapp.net", is_admin)


ANA, BEN = _person(1, "Ana", is_admin=True), _person(2, "Ben")
CHIDI, DORA = _person(3, "Chidi"), _person(4, "Dora", is_admin=True)

GROUPS = (
    SimulatedGroup(f"1{SERVER}", "Parents of class 4b", (ANA, BEN, CHIDI), bot_is_admin=True),
    SimulatedGroup(f"2{SERVER}", "Elm Street neighbours", (DORA, BEN, ANA)),
    SimulatedGroup(f"3{SERVER}", "Second-hand market", (DORA, CHIDI)),
    # Off like every group; a code of the desk, written here, makes it a moderators' chat.
    SimulatedGroup(f"4{SERVER}", "Moderators", (ANA, DORA, BEN)),
)


PEOPLE = (ANA, BEN, CHIDI, DORA)


def writer(chat: str, name: str) -> Member:
    """Who writes in a chat: a member of that group, or the one whose own chat with the bot it is.

    Raises LookupError for everybody else.
    """
    person = next((person for person in PEOPLE if person.lid == chat), None)
    if person is not None and person.name == name:
        return person
    return group_of(chat).member(name)


def is_direct(chat: str) -> bool:
    """Whether this is somebody's own chat with the bot, which goes by that person's address."""
    return any(person.lid == chat for person in PEOPLE)


def group_of(jid: str) -> SimulatedGroup:
    """Raises LookupError for a chat that is not simulated."""
    found = next((group for group in GROUPS if group.jid == jid), None)
    if found is None:
        raise LookupError(_("no such simulated group"))
    return found
