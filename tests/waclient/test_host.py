from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from waclient.ending import FIRST_RETRY_SECONDS, LAST_RETRY_SECONDS, End, Exit, _phase, _write
from waclient.host import AlreadyRunning, is_allowed, lock
from waclient.models import NEEDS_A_PERSON, Connection, Phase, Wish
from wbscanner.env import ROOT

NOW = timezone.now()
HOUR = timedelta(hours=1)
WELL = [phase for phase in Phase if phase not in NEEDS_A_PERSON]
WISHES = [wish for wish in Wish if wish != Wish.NONE]


def row(phase: Phase = Phase.STOPPED, wish: Wish = Wish.NONE, **columns: object) -> Connection:
    columns.setdefault("jid", "1@s.whatsapp.net")
    return Connection(phase=phase, wish=wish, **columns)


# --- may this start connect?


@pytest.mark.parametrize("phase", WELL)
def test_a_paired_account_that_is_well_connects_by_itself(phase: Phase) -> None:
    assert is_allowed(row(phase), NOW)


@pytest.mark.parametrize("phase", sorted(NEEDS_A_PERSON))
def test_an_account_that_needs_a_person_waits_for_one(phase: Phase) -> None:
    assert not is_allowed(row(phase), NOW)
    assert not is_allowed(row(phase, jid=""), NOW)


@pytest.mark.parametrize("wish", WISHES)
@pytest.mark.parametrize("phase", sorted(NEEDS_A_PERSON))
def test_a_wish_of_the_desk_lets_it_connect(phase: Phase, wish: Wish) -> None:
    assert is_allowed(row(phase, wish), NOW)
    assert is_allowed(row(phase, wish, jid=""), NOW)


@pytest.mark.parametrize("phase", WELL)
def test_without_a_linked_phone_nothing_connects_unasked(phase: Phase) -> None:
    assert not is_allowed(row(phase, jid=""), NOW)


@pytest.mark.parametrize("wish", Wish)
@pytest.mark.parametrize(
    ("banned_for", "is_over"), [(HOUR, False), (timedelta(seconds=1), False), (timedelta(0), True), (-HOUR, True)]
)
def test_nobody_connects_before_a_bans_end_and_after_it_only_when_asked(
    wish: Wish, banned_for: timedelta, is_over: bool
) -> None:
    banned = row(Phase.BANNED, wish, banned_until=NOW + banned_for)

    assert is_allowed(banned, NOW) is (is_over and wish != Wish.NONE)


def test_an_old_ban_does_not_hold_back_an_account_that_is_well_again() -> None:
    assert is_allowed(row(Phase.STOPPED, banned_until=NOW + HOUR), NOW)


@pytest.mark.parametrize(
    ("retry_in", "wish", "allowed"),
    [
        (None, Wish.NONE, True),
        (HOUR, Wish.NONE, False),
        (timedelta(0), Wish.NONE, True),
        (-HOUR, Wish.NONE, True),
        (HOUR, Wish.CONNECT, True),
    ],
)
def test_after_a_failure_the_next_attempt_waits_unless_somebody_asks(
    retry_in: timedelta | None, wish: Wish, allowed: bool
) -> None:
    retry_at = None if retry_in is None else NOW + retry_in

    assert is_allowed(row(Phase.UNREACHABLE, wish, retry_at=retry_at), NOW) is allowed


# --- one process


HOLDER = """
import os, pathlib, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "wbscanner.settings"
import django
django.setup()
from waclient.host import lock
held = lock(pathlib.Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def test_two_processes_never_use_the_same_session_and_a_dead_one_frees_it(tmp_path: Path) -> None:
    folder = tmp_path / "whatsapp"
    command = [sys.executable, "-c", HOLDER, str(folder)]
    holder = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"

        with pytest.raises(AlreadyRunning, match="stop it first"):
            lock(folder)
    finally:
        holder.kill()
        holder.communicate(timeout=30)

    lock(folder).close()
    assert folder.stat().st_mode & 0o777 == 0o700


# --- what the row says afterwards


@dataclass(frozen=True, slots=True)
class Case:
    end: Phase
    before: Phase
    jid: str
    after: Phase


LINKED = "1@s.whatsapp.net"
CASES = [
    Case(Phase.STOPPED, Phase.CONNECTED, LINKED, Phase.STOPPED),
    Case(Phase.STOPPED, Phase.STARTING, "", Phase.NEVER_PAIRED),
    Case(Phase.STOPPED, Phase.PAIRING, "", Phase.NEVER_PAIRED),
    Case(Phase.UNREACHABLE, Phase.STARTING, LINKED, Phase.UNREACHABLE),
    Case(Phase.UNREACHABLE, Phase.PAIRING, "", Phase.NEVER_PAIRED),
    Case(Phase.LOGGED_OUT, Phase.CONNECTED, LINKED, Phase.LOGGED_OUT),
    Case(Phase.REPLACED, Phase.CONNECTED, LINKED, Phase.REPLACED),
    Case(Phase.BANNED, Phase.RECONNECTING, LINKED, Phase.BANNED),
    Case(Phase.OUTDATED, Phase.STARTING, LINKED, Phase.OUTDATED),
    Case(Phase.PAIRING_ENDED, Phase.PAIRING, "", Phase.PAIRING_ENDED),
    *[
        Case(end, before, LINKED, before)
        for end in (Phase.STOPPED, Phase.UNREACHABLE)
        for before in sorted(NEEDS_A_PERSON)
    ],
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.end} after {case.before}")
def test_a_stop_or_a_dead_network_never_hides_that_a_person_is_needed(case: Case) -> None:
    after = _phase(End(Exit.STOPPED, case.end), row(case.before, jid=case.jid))

    assert after == case.after


@pytest.mark.django_db
def test_the_end_leaves_nothing_that_could_link_a_phone() -> None:
    Connection.write(
        phase=Phase.PAIRING, qr_text="2@secret", qr_number=3, pair_code="ABCD-1234", wish=Wish.CODE, wish_phone="49151"
    )

    _write(End(Exit.PAIRING_ENDED, Phase.PAIRING_ENDED, "x" * 900))

    after = Connection.get()
    assert (after.qr_text, after.qr_number, after.pair_code, after.wish, after.wish_phone) == ("", 0, "", "", "")
    assert (after.phase, after.beat_at, len(after.detail)) == (Phase.PAIRING_ENDED, None, 300)


@pytest.mark.django_db
def test_a_log_out_forgets_the_account_and_a_ban_keeps_its_end() -> None:
    Connection.write(phase=Phase.CONNECTED, jid=LINKED, lid="1@lid")
    _write(End(Exit.BANNED, Phase.BANNED, banned_until=NOW + HOUR))
    banned = Connection.get()
    assert (banned.jid, banned.banned_until) == (LINKED, NOW + HOUR)

    _write(End(Exit.LOGGED_OUT, Phase.LOGGED_OUT))

    after = Connection.get()
    assert (after.phase, after.jid, after.lid) == (Phase.LOGGED_OUT, "", "")


@pytest.mark.django_db
def test_failed_attempts_wait_longer_each_time_up_to_a_limit() -> None:
    Connection.write(phase=Phase.STARTING, jid=LINKED)
    waits = []
    for _ in range(10):
        _write(End(Exit.UNREACHABLE, Phase.UNREACHABLE, "no route to host"))
        after = Connection.get()
        assert after.retry_at is not None
        waits.append(round((after.retry_at - timezone.now()).total_seconds()))

    assert waits[:3] == [FIRST_RETRY_SECONDS, FIRST_RETRY_SECONDS * 2, FIRST_RETRY_SECONDS * 4]
    assert waits == sorted(waits)
    assert waits[-1] == LAST_RETRY_SECONDS
    assert Connection.get().failures == 10


@pytest.mark.django_db
def test_setting_one_field_of_the_row_leaves_the_others() -> None:
    Connection.write(detail="first")
    Connection.write(phase=Phase.CONNECTED)

    assert (Connection.get().detail, Connection.get().phase) == ("first", Phase.CONNECTED)
    assert Connection.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("age", "is_alive"),
    [(None, False), (timedelta(seconds=29), True), (timedelta(seconds=31), False)],
)
def test_a_heartbeat_that_is_late_means_dead(age: timedelta | None, is_alive: bool) -> None:
    assert row(beat_at=None if age is None else NOW - age).is_alive(NOW) is is_alive
