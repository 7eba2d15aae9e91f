"""Moderators' chats for tests, and what is written in them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.utils import timezone

from groups.models import Group
from groups.policy import State
from tests.factories import make_group, make_owner
from tests.waclient.inbound import ADMIN, ANNA, rosters_of, says
from tests.waclient.recording_client import RecordingClient
from waclient import ingest
from waclient.alerts import binding, deciding, planning
from waclient.client import InboundMessage, MessageKind, Person
from waclient.models import Action, ActionKind, ActionState, Alert, ChatKind, ModeratorsChat
from waclient.rosters import Rosters
from waclient.sending import send_next

STEP = timedelta(seconds=5)


def unbound(*groups: Group, by: User | None = None, name: str = "Night watch") -> ModeratorsChat:
    chat = ModeratorsChat.objects.create(name=name, vouched_by=by or User.objects.first() or make_owner())
    chat.groups.set(groups)
    return chat


def group_chat(*groups: Group, by: User | None = None) -> tuple[ModeratorsChat, Group]:
    """A bound chat and the WhatsApp group that it is; ADMIN is its admin, told `rosters_of(it)`."""
    here = make_group("Moderators", State.OFF)
    chat = unbound(*groups, by=by)
    bind(chat, ChatKind.GROUP, Person(here.jid))
    return chat, here


def direct_chat(*groups: Group, person: Person = ANNA, by: User | None = None) -> ModeratorsChat:
    chat = unbound(*groups, by=by)
    bind(chat, ChatKind.DIRECT, person)
    return chat


def bind(chat: ModeratorsChat, kind: ChatKind, place: Person) -> None:
    binding.make_code(chat, by="owner")
    chat.refresh_from_db()
    assert binding.bind(chat, kind, place, "owner", timezone.now())
    chat.refresh_from_db()


def written(to: Group | Person, text: str, by: Person = ADMIN, **more: object) -> InboundMessage:
    """A message in a group, or to the bot alone from `to`."""
    if isinstance(to, Person):
        return replace(says(to.address, text, by=to), is_direct=True, **more)  # type: ignore[arg-type]
    return says(to, text, by=by, **more)  # type: ignore[arg-type]


def reacted(to: Group, message_id: str, sign: str, by: Person = ADMIN) -> InboundMessage:
    return says(to, sign, by=by, kind=MessageKind.REACTION, reaction=sign, quoted_id=message_id)


def hear(message: InboundMessage, rosters: Rosters | None = None, at: datetime | None = None) -> None:
    """Receive it and carry out what it asks for."""
    rosters = rosters if rosters is not None else rosters_of(*Group.objects.filter(jid=message.chat))
    ingest.receive(message, rosters)
    while deciding.plan_next(at or timezone.now(), rosters):
        pass


def tell(at: datetime | None = None) -> list[Action]:
    """Plan what is due; the alerts in the outbox, oldest first."""
    while planning.plan_next(at or timezone.now()):
        pass
    return list(Action.objects.filter(kind=ActionKind.ALERT).order_by("pk"))


def send_all(client: RecordingClient | None = None, at: datetime | None = None) -> RecordingClient:
    """Send what waits; the clock goes on as far as the distances between messages ask for."""
    client, now = client or RecordingClient(), at or timezone.now()
    for turn in range(40):
        while send_next(client, now + turn * STEP):
            pass
    return client


def said_in(chat: ModeratorsChat) -> list[tuple[str, str]]:
    """What waits in or went out of the outbox to this chat, alerts aside."""
    rows = Action.objects.filter(chat=chat).exclude(kind=ActionKind.ALERT).order_by("pk")
    return [(row.kind, row.text) for row in rows]


def told_alert(chat: ModeratorsChat, message_id: str = "TOLD1") -> Alert:
    """The newest alert of a chat, as if its message had gone out."""
    alert = Alert.objects.filter(chat=chat, number__isnull=False).latest("pk")
    Action.objects.filter(alerts=alert).update(state=ActionState.SENT, wa_message_id=message_id)
    return alert
