"""What each event of the library does: a few fields of a row, or one ingest transaction. Never slow, never sends."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.db import InterfaceError, OperationalError, close_old_connections, connection
from django.db.models.functions import Coalesce
from django.utils import timezone

from groups.models import Group
from waclient import group_facts, group_texts, ingest, invitations, newcomers, reading
from waclient.client import InboundMessage
from waclient.ending import End, Ending, Exit
from waclient.heard import EVENT, MESSAGE, PHONE, Heard
from waclient.languages import Tally
from waclient.models import NO_PAIRING, Connection, Phase
from waclient.recording import keys
from waclient.rosters import Rosters
from waclient.working import Work

log = logging.getLogger(__name__)

FIRST_QR_SECONDS = 60
NEXT_QR_SECONDS = 20
PAIRING_SECONDS = 160
HISTORY_BATCH = 20
OUTDATED_STATUS = "err-client-outdated"

P = ParamSpec("P")


def _safely(
    handle: Callable[Concatenate[Listening, P], None],
) -> Callable[Concatenate[Listening, P], None]:
    """Run a handler so that nothing is lost on a dropped database connection and nothing escapes into the library."""

    @wraps(handle)
    def guarded(self: Listening, /, *args: P.args, **kwargs: P.kwargs) -> None:
        self.ending.heard_at = time.monotonic()
        self.heard.note(EVENT)
        close_old_connections()
        try:
            try:
                handle(self, *args, **kwargs)
            except (OperationalError, InterfaceError):
                log.warning("the database connection failed, trying once more", exc_info=True)
                connection.close()
                handle(self, *args, **kwargs)
        except Exception:  # the library swallows what a handler raises: this is the outermost loop
            log.exception("%s failed", handle.__name__)
        close_old_connections()

    return guarded


def _until_the_end(
    handle: Callable[Concatenate[Listening, P], None],
) -> Callable[Concatenate[Listening, P], None]:
    """Leave out what says how the connection stands once the process ends: its last words are written already."""

    @wraps(handle)
    def heard(self: Listening, /, *args: P.args, **kwargs: P.kwargs) -> None:
        if not self.ending.begun.is_set():
            handle(self, *args, **kwargs)

    return heard


class Listening:
    """The library's events, all on its one thread."""

    def __init__(self, ending: Ending, rosters: Rosters, work: Work) -> None:
        self.ending, self.rosters, self.work = ending, rosters, work
        self.heard = Heard(timezone.now())
        self.tally = Tally()
        self._qr_number = 0
        self._is_replaying = False

    @_safely
    def on_message(self, event: Any) -> None:
        self.heard.note(MESSAGE, *([PHONE] if reading.is_by_the_phone(event) else []))
        message = reading.message(event, is_history=self._is_replaying)
        if message is not None:
            self._take_in(message)

    @_safely
    def hear(self, message: InboundMessage) -> None:
        """A message in our own words already, as the simulated client brings it."""
        self.heard.note(MESSAGE)
        self._take_in(message)

    def _take_in(self, message: InboundMessage) -> None:
        if ingest.receive(message, self.rosters):
            self.tally.count(message)

    @_safely
    def on_group_info(self, event: Any) -> None:
        self.heard.note(MESSAGE)
        jid = reading.address(event.JID)
        if values := reading.group_changes(event):
            Group.objects.filter(jid=jid).update(**values)
        group_texts.hear(jid, reading.group_texts(event))
        joined, left = (keys(map(reading.address, some)) for some in (event.Join, event.Leave))
        newcomers.hear(jid, joined, left, reading.happened_at(event))
        if event.NewInviteLink:
            invitations.learn(jid, event.NewInviteLink)
        if self.work.is_us(map(reading.address, event.Leave)):
            Group.objects.filter(jid=jid).update(left_at=timezone.now())
        elif event.Promote or event.Demote or event.Join or event.Leave:
            self._on_members(jid, event)

    def _on_members(self, jid: str, event: Any) -> None:
        """Who came, went, or may do what: kept by what the event says, without asking."""
        if not self.rosters.is_news(jid, reading.members_version(event)):
            return
        promoted, demoted = ([reading.address(one) for one in who] for who in (event.Promote, event.Demote))
        self.rosters.change(jid, promoted, demoted)
        for addresses, is_admin in ((promoted, True), (demoted, False)):
            if self.work.is_us(addresses):
                Group.objects.filter(jid=jid).update(bot_is_admin=is_admin)
        group_facts.count_members(jid, event.Join, event.Leave)
        group_facts.want(jid, self.rosters, timezone.now())

    @_safely
    def on_joined_group(self, event: Any) -> None:
        self.rosters.learn(self.work.read_group(event.GroupInfo), timezone.now())

    @_safely
    @_until_the_end
    def on_qr(self, text: str) -> None:
        self._qr_number += 1
        now = timezone.now()
        lifetime = FIRST_QR_SECONDS if self._qr_number == 1 else NEXT_QR_SECONDS
        values: dict[str, object] = {"qr_text": text, "qr_number": self._qr_number, "phase": Phase.PAIRING}
        if self._qr_number == 1:
            values["pairing_ends_at"] = now + timedelta(seconds=PAIRING_SECONDS)
        Connection.write(**values, qr_expires_at=now + timedelta(seconds=lifetime))

    @_safely
    @_until_the_end
    def on_login_status(self, status: str) -> None:
        if status == "success":
            return
        code = Exit.OUTDATED if status == OUTDATED_STATUS else Exit.PAIRING_ENDED
        phase = Phase.OUTDATED if status == OUTDATED_STATUS else Phase.PAIRING_ENDED
        self.ending.begin(End(code, phase, status))

    @_safely
    @_until_the_end
    def on_paired(self, event: Any) -> None:
        jid, now = reading.address(event.ID), timezone.now()
        Connection.write(jid=jid, phase=Phase.STARTING, paired_at=now, phone_at=now, **NO_PAIRING)

    @_safely
    @_until_the_end
    def on_connected(self, event: Any) -> None:
        now = timezone.now()
        # Of a number that was linked before this was kept, the last known connection is the best guess.
        Connection.objects.filter(paired_at=None).update(paired_at=Coalesce("connected_at", now))
        Connection.write(
            phase=Phase.CONNECTED, detail="", connected_at=now, event_at=now, failures=0, retry_at=None, **NO_PAIRING
        )
        self.work.refresh_own_addresses()
        group_facts.want_all(self.rosters, now)

    @_safely
    @_until_the_end
    def on_disconnected(self, event: Any) -> None:
        self._is_replaying = False
        Connection.objects.filter(phase=Phase.CONNECTED).update(phase=Phase.RECONNECTING)

    @_safely
    def on_logged_out(self, event: Any) -> None:
        self.ending.begin(End(Exit.LOGGED_OUT, Phase.LOGGED_OUT))

    @_safely
    def on_replaced(self, event: Any) -> None:
        self.ending.begin(End(Exit.REPLACED, Phase.REPLACED))

    @_safely
    def on_banned(self, event: Any) -> None:
        until = timezone.now() + timedelta(seconds=event.Expire)
        self.ending.begin(End(Exit.BANNED, Phase.BANNED, f"code {event.Code}", banned_until=until))

    @_safely
    def on_outdated(self, event: Any) -> None:
        self.ending.begin(End(Exit.OUTDATED, Phase.OUTDATED))

    @_safely
    def on_failure(self, event: Any) -> None:
        words = str(event).replace("\n", " ")[:200]
        self.ending.begin(End(Exit.UNREACHABLE, Phase.UNREACHABLE, words))

    @_safely
    def on_offline_preview(self, event: Any) -> None:
        self._is_replaying = event.Message > HISTORY_BATCH

    @_safely
    def on_offline_completed(self, event: Any) -> None:
        self._is_replaying = False

    @_safely
    def on_keep_alive_timeout(self, event: Any) -> None:
        log.warning("WhatsApp does not answer the keep-alive, miss %d", event.ErrorCount)
