"""What the demo's month is told in: its people and groups, and what may happen in them."""

from __future__ import annotations

from dataclasses import dataclass

from groups.policy import Preset, Response
from waclient.models import Answer, Place, ReportKind
from wbscanner.people import Role

# Begins the WhatsApp id of every demo group, and of no other.
DEMO = "demo-"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who uses the desk, in these groups."""

    name: str
    role: Role
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cast:
    """A demo group: how it answers, when it was chosen and went live (None: it still only watches).

    `preset` is the ready-made policy that answers exactly so, or one's own.
    """

    key: str
    name: str
    size: int
    bot_is_admin: bool
    on_suspicious: Response
    on_malicious: Response
    live_day: int | None
    preset: Preset
    ordinary: int
    """How many ordinary links its members post."""

    @property
    def jid(self) -> str:
        return f"{DEMO}{self.key}@g.us"


@dataclass(frozen=True, slots=True)
class Post:
    """One link in one message; `is_withdrawn`: its author deleted it at once; `is_history`: it came hours late.

    `place` is where in the message it stood.
    """

    group: str
    day: int
    time: str
    url: str
    is_withdrawn: bool = False
    is_history: bool = False
    place: Place = Place.TEXT
    is_forwarded_often: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """A moderator's decision about a link, in one group or, with an empty `group`, in all of them."""

    day: int
    time: str
    by: str
    answer: Answer
    url: str
    group: str = ""


@dataclass(frozen=True, slots=True)
class Mute:
    group: str
    day: int
    time: str
    hours: int
    by: str


@dataclass(frozen=True, slots=True)
class Turned:
    """From here on a link leads to other addresses than before; without any it shows its own page again."""

    day: int
    time: str
    url: str
    onward: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chat:
    """A moderator binds the chat that is told of these groups."""

    day: int
    time: str
    by: str
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reported:
    """A report about a link arrives with a picture of its page."""

    day: int
    time: str
    url: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A member's question about a link that stands in their group, which nobody has answered yet."""

    group: str
    day: int
    time: str
    kind: ReportKind
    url: str
