"""The thread beside the socket: plans, sends and asks, one small step at a time."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from groups.models import Group
from waclient import acting, brake, ingest, invitations, outbox, reports, sending
from waclient.alerts import deciding, planning
from waclient.chat_commands import carrying_out
from waclient.client import GroupFacts, Person, Unavailable
from waclient.ending import Ending
from waclient.looking import Looking
from waclient.models import NO_QUESTIONS, Connection, PendingWork, Phase, Wish, WorkKind
from waclient.recording import person_key
from waclient.rosters import Rosters
from waclient.turns import Changes, repeat

if TYPE_CHECKING:
    from waclient.neonize_client import NeonizeClient

log = logging.getLogger(__name__)


class Planner(Protocol):
    """A module that plans one thing a step, and can set aside what it cannot plan."""

    __name__: str

    def plan_next(self, now: datetime, rosters: Rosters | None = None) -> bool: ...

    def set_aside(self, now: datetime) -> bool: ...


IDLE_SECONDS = 0.2
STEPS_AT_ONCE = 5  # of one kind, before the others and sending get their turn
MAX_INVITE_ATTEMPTS = 3
WORK_RETRY = timedelta(seconds=30)  # twice as long each time
LAST_WORK_RETRY = timedelta(hours=6)
QUESTIONS_REST_SECONDS = 3600.0  # after an answer that is a sign of restriction


class Work:
    """Does what the event thread may not: everything slow, everything that speaks."""

    def __init__(self, ending: Ending, rosters: Rosters) -> None:
        self.ending, self.rosters = ending, rosters
        self._client: NeonizeClient | None = None
        self._needs_addresses = False
        self._asked_at = 0.0
        self._changes, self._is_busy = Changes(), False
        self._turned_at = time.monotonic()

    def start(self, client: NeonizeClient) -> threading.Thread:
        self._client = client
        Looking(self.ending.begun, self.rosters).start(client)
        thread = threading.Thread(
            target=repeat, args=(self._step, self.ending.begun, IDLE_SECONDS), name="work", daemon=True
        )
        thread.start()
        return thread

    def age(self) -> float:
        """Seconds since the last turn of the loop; large when a call to WhatsApp hangs."""
        return time.monotonic() - self._turned_at

    def refresh_own_addresses(self) -> None:
        self._needs_addresses = True

    def read_group(self, info: Any) -> GroupFacts:
        """The facts inside a joined-group event; only called once connected."""
        if self._client is None:
            raise RuntimeError("no client yet")
        return self._client.read_group(info)

    def is_us(self, addresses: Iterable[str]) -> bool:
        """Whether our own account is among these addresses."""
        return self._client is not None and self._client.is_us(addresses)

    def _step(self) -> bool:
        self._turned_at = time.monotonic()
        if not self._changes.are_worth_a_look() and not self._is_busy:
            return False
        self._is_busy = True  # also when this turn ends with an error
        self._is_busy = self._turn()
        return self._is_busy

    def _turn(self) -> bool:
        """A few steps of each kind; whether any did something."""
        if self._client is None:
            return False
        now = timezone.now()
        self._pair(self._client)
        steps = (
            self._plan(outbox, now),
            self._plan(acting, now),
            self._plan(deciding, now),
            self._plan(planning, now),
            self._plan(carrying_out, now),
            self._plan(reports, now),
            sending.send_next(self._client, now),
            self._ask_next(self._client),
        )
        return any(steps)

    def _plan(self, steps: Planner, now: datetime) -> bool:
        done = 0
        try:
            while done < STEPS_AT_ONCE and steps.plan_next(now, self.rosters):
                done += 1
            return done > 0
        except (OperationalError, InterfaceError):
            raise
        except Exception:  # whatever a stored link provokes, the groups behind it still get their answers
            log.exception("what %s was at is set aside", steps.__name__)
            return steps.set_aside(now)

    @staticmethod
    def _pair(client: NeonizeClient) -> None:
        """Ask for a code to type on the phone when the desk wants one; WhatsApp gives it only after the first QR."""
        asked = None if client.is_ready else Connection.objects.filter(phase=Phase.PAIRING, wish=Wish.CODE).first()
        if asked is None:
            return
        Connection.write(wish=Wish.NONE, wish_phone="")
        try:
            Connection.write(pair_code=client.pair_by_code(asked.wish_phone), detail="")
        except Unavailable as error:
            log.warning("no pairing code: %s", error)
            Connection.write(detail=f"WhatsApp gave no code: {error}"[:300])

    def _ask_next(self, client: NeonizeClient) -> bool:
        """One question to WhatsApp, at most one in GROUP_FETCH_GAP seconds."""
        if not client.is_ready or time.monotonic() - self._asked_at < settings.GROUP_FETCH_GAP:
            return False
        try:
            if self._needs_addresses:
                jid, lid = client.own_addresses()
                Connection.write(jid=jid, lid=lid)
                self._needs_addresses = False
            return self._do_next(client)
        except Unavailable as error:
            log.warning("WhatsApp did not answer: %s", error)
            if brake.judge_answer(str(error), timezone.now()):
                self._asked_at = time.monotonic() + QUESTIONS_REST_SECONDS
            return False

    def _do_next(self, client: NeonizeClient) -> bool:
        now = timezone.now()
        work = PendingWork.objects.filter(due_at__lte=now).exclude(kind__in=NO_QUESTIONS).first()
        if work is None:
            return False
        self._asked_at = time.monotonic()
        again_at = now + _patience(work)
        PendingWork.objects.filter(pk=work.pk).update(due_at=again_at, attempts=work.attempts + 1)
        if work.kind == WorkKind.ALL_GROUPS:
            self.rosters.learn_all(client.joined_groups(), now)
            invitations.ask_for_all()
        elif work.kind == WorkKind.INVITE:
            self._learn_invitation(work, client)
        else:
            jid, _, admin = work.ref.partition(" ")
            if work.kind != WorkKind.CONSENT or not self.rosters.knows(jid):
                self.rosters.learn(client.group_facts(jid), now)
                invitations.ask_for_missing()
            if work.kind == WorkKind.CONSENT:
                self._consent(jid, admin)
        PendingWork.objects.filter(
            pk=work.pk, due_at=again_at
        ).delete()  # not when it was asked for once more meanwhile
        return True

    @staticmethod
    def _learn_invitation(work: PendingWork, client: NeonizeClient) -> None:
        """A group whose invitation WhatsApp does not give is a group whose invitation is not known."""
        try:
            invitations.learn(work.ref, client.invitation(work.ref))
        except Unavailable:
            if work.attempts < MAX_INVITE_ATTEMPTS:
                raise

    def _consent(self, jid: str, key: str) -> None:
        """Somebody consented before the group's admins were known: it counts if that was one of them."""
        if key in {person_key(Person(address)) for address in self.rosters.admins(jid)}:
            ingest.consent(Group.objects.get(jid=jid), key)


def _patience(work: PendingWork) -> timedelta:
    """How long a question that gets no answer waits before it is asked again."""
    return min(WORK_RETRY * (1 << min(work.attempts, 10)), LAST_WORK_RETRY)
