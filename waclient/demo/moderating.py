"""The moderators' side of the demo: the chat that is told, which has no address to write to, and what members ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import Group as RightsOfRole
from django.contrib.auth.models import User
from django.db.models import QuerySet

from groups.models import Group, Membership
from scans.engine.links import parse
from waclient import queue, reports
from waclient.alerts import planning
from waclient.demo import story
from waclient.demo.events import DEMO, Asked, Chat
from waclient.models import Action, ActionKind, ActionState, Alert, ChatKind, ModeratorsChat, Report, Sighting
from waclient.reports import Asker
from wbscanner import secrets
from wbscanner.people import RIGHTS
from wbscanner.setup import make_roles

SENT_ID = "DEMO"


def employ(groups: Mapping[str, Group], at: datetime) -> None:
    """The people of the demo with their roles and groups; none of them can log in."""
    make_roles()
    for person in story.PEOPLE:
        user = User(username=person.name, is_staff=False, date_joined=at)
        user.set_unusable_password()
        user.save()
        user.groups.add(RightsOfRole.objects.get(name=RIGHTS[person.role]))
        Membership.objects.bulk_create([Membership(user=user, group=groups[key]) for key in person.groups])


def bind(groups: Sequence[Group], event: Chat, at: datetime) -> None:
    """The chat, vouched for by a demo moderator."""
    by = User.objects.get(username=event.by)
    chat = ModeratorsChat.objects.create(
        name=story.CHAT,
        vouched_by=by,
        kind=ChatKind.DIRECT,
        key=secrets.pseudonym(settings.INSTALLATION_KEY, f"{DEMO}moderators@lid"),
        bound_at=at,
        created_at=at,
    )
    chat.groups.set(groups)


def tell(until: datetime) -> None:
    """Alerts that were due by then, as the outbox puts them into messages; those have been sent."""
    while (first := _waiting().filter(due_at__lte=until).order_by("due_at").first()) is not None:
        planning.plan_next(first.due_at)
        told = Action.objects.filter(kind=ActionKind.ALERT, state=ActionState.PENDING, chat=first.chat)
        told.update(state=ActionState.SENT, sent_at=first.due_at, wa_message_id=SENT_ID)


def tell_rest(now: datetime) -> None:
    """What would be told later is told by now: nothing of a demo waits to be sent."""
    _waiting().filter(due_at__gt=now).update(due_at=now)
    tell(now)


def _waiting() -> QuerySet[Alert]:
    return Alert.objects.filter(chat__name=story.CHAT, action__isnull=True, unsaid="")


def ask(event: Asked, group: Group, by: str, at: datetime) -> None:
    """A member asks about a link of their group and was told what was found; a moderator has yet to answer."""
    link = parse(event.url)
    sighting = Sighting.objects.filter(group=group, url_hash=link.url_hash).latest("posted_at")
    asker = Asker(key=by, address=None, message_id=SENT_ID, is_direct=False)
    report = reports.file(event.kind, sighting, asker, group=group, sighting=sighting, scan=sighting.scan, now=at)
    Report.objects.filter(pk=report.pk).update(told_at=at)
    queue.refresh(link.url_hash)
