"""Commands in chats, from the message to the Action that answers it, for tests."""

from __future__ import annotations

from dataclasses import replace

from django.utils import timezone

from groups.models import Group
from scans.engine.scoring import Verdict
from scans.models import Scan, Status
from tests.factories import make_scan
from tests.waclient.inbound import ADMIN, ANNA, says
from tests.waclient.planning import plan_all, seen
from tests.waclient.waiting import address
from waclient import reports
from waclient.chat_commands import carrying_out
from waclient.client import GroupFacts, InboundMessage, Person
from waclient.ingest import receive
from waclient.models import TO_A_PERSON, Action, ActionState, PendingWork, Report, Sighting, WorkKind
from waclient.rosters import Rosters

SIGNS = {"sign", "answer"}


def roster(group: Group, *admins: str) -> Rosters:
    """What is known of a group's admins, by default ADMIN under both addresses."""
    rosters = Rosters()
    known = frozenset(admins or (ADMIN.address, ADMIN.other))
    rosters.learn(GroupFacts(group.jid, group.name, group.size, known, group.bot_is_admin), timezone.now())
    PendingWork.objects.filter(kind=WorkKind.GROUP_INFO).delete()
    return rosters


def ask(
    group: Group, text: str, *, by: Person = ANNA, rosters: Rosters | None = None, **more: object
) -> InboundMessage:
    """Somebody writes a command in a group, and everything that waits is carried out."""
    rosters = rosters or roster(group)
    message = says(group, text, by=by, **more)  # type: ignore[arg-type]
    receive(message, rosters)
    work_off(rosters)
    group.refresh_from_db()
    return message


def ask_alone(text: str, *, by: Person = ANNA, **more: object) -> InboundMessage:
    """Somebody writes a command to the bot alone."""
    message = replace(says(by.address, text, by=by, **more), is_direct=True)  # type: ignore[arg-type]
    receive(message, Rosters())
    work_off(Rosters())
    return message


def order(group: Group, text: str, **more: object) -> InboundMessage:
    """An admin of the group writes a command."""
    return ask(group, text, by=ADMIN, **more)  # type: ignore[arg-type]


def work_off(rosters: Rosters) -> None:
    for steps in (carrying_out, reports):
        while steps.plan_next(timezone.now(), rosters):
            """Everything that waits is carried out."""


def answers() -> list[Action]:
    """What people are answered, in order."""
    return list(Action.objects.filter(kind__in=TO_A_PERSON).order_by("pk"))


def said() -> list[str]:
    return [action.text for action in answers()]


def only() -> str:
    """The text of the one answer."""
    [text] = said()
    return text


def judged(verdict: Verdict) -> None:
    """The worker finished everything that waits."""
    for scan in Scan.objects.exclude(status=Status.DONE):
        make_scan(scan.url, verdict)
        done = Scan.objects.latest("pk")
        Sighting.objects.filter(scan=scan).update(scan=done)
        Report.objects.filter(scan=scan).update(scan=done)
        scan.delete()
    plan_all()
    work_off(Rosters())


def posted(group: Group, verdict: Verdict | None = Verdict.MALICIOUS, **columns: object) -> Sighting:
    """A link that was decided on when it came."""
    sighting = seen(group, verdict, sender_address=address(), **columns)  # type: ignore[arg-type]
    if verdict is not None:
        plan_all()
    Action.objects.filter(state=ActionState.PENDING).update(state=ActionState.SENT, wa_message_id="OURS")
    sighting.refresh_from_db()
    return sighting
