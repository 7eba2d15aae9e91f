from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from axes.models import AccessLog
from django.contrib.sessions.models import Session
from django.utils import timezone
from time_machine import travel

from groups.models import Group
from scans import leases
from scans.engine.scoring import Verdict
from scans.models import Disclosure, DisclosureKind, PendingReport, Scan
from tests.factories import make_group, make_override, make_scan, make_sighting
from waclient.models import (
    Action,
    ActionKind,
    ActionState,
    Answer,
    Campaign,
    Decision,
    QueueItem,
    Report,
    Sighting,
)
from waclient.retention import purging
from waclient.retention.old_rows import LOGINS_KEPT
from wbscanner.models import AuditEntry, Invitation

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
RETENTION, AUDIT_RETENTION = timedelta(days=180), timedelta(days=730)  # the defaults


@pytest.fixture
def group() -> Group:
    return make_group()


@pytest.fixture
def old() -> datetime:
    """A minute before the moment of which on rows are kept."""
    return timezone.now() - RETENTION - MINUTE


def seen(group: Group, at: datetime, url: str = "https://old.example/") -> Sighting:
    scan = make_scan(url, at=at)
    return make_sighting(group, scan, posted_at=at, received_at=at)


def waits(sighting: Sighting, decided_at: datetime | None = None) -> QueueItem:
    return QueueItem.objects.create(
        url_hash=sighting.url_hash,
        url=sighting.url,
        host=sighting.host,
        verdict=Verdict.MALICIOUS,
        posted_at=sighting.posted_at,
        decided_at=decided_at,
    )


def test_a_link_goes_with_its_verdict_and_what_it_disclosed_when_its_time_is_over(group: Group, old: datetime) -> None:
    sighting = seen(group, old)
    assert sighting.scan is not None
    Disclosure.objects.create(scan=sighting.scan, kind=DisclosureKind.VISIT, at=old)
    Action.objects.create(group=group, sighting=sighting, kind=ActionKind.REPLY, state=ActionState.SENT, text="x")
    young = seen(group, old + 2 * MINUTE, "https://young.example/")

    assert purging.forget_rows() == 4
    assert purging.forget_rows() == 0

    assert Sighting.objects.get() == young
    assert Scan.objects.get() == young.scan
    assert not Disclosure.objects.exists()
    assert not Action.objects.exists()


def test_the_clock_alone_makes_rows_due(group: Group) -> None:
    seen(group, timezone.now())

    with travel(timezone.now() + RETENTION - MINUTE, tick=False):
        assert purging.forget_rows() == 0
    with travel(timezone.now() + RETENTION + MINUTE, tick=False):
        assert purging.forget_rows() == 2


def test_what_waits_for_a_decision_is_kept_until_it_was_made(group: Group, old: datetime) -> None:
    item = waits(seen(group, old))

    assert purging.forget_rows() == 0
    assert Sighting.objects.get().sender == ""  # the code name goes all the same

    QueueItem.objects.filter(pk=item.pk).update(decided_at=old)
    assert purging.forget_rows() == 3
    assert not QueueItem.objects.exists()


def test_an_open_question_and_an_unsent_answer_keep_their_link(group: Group, old: datetime) -> None:
    asked, unsent = seen(group, old), seen(group, old, "https://unsent.example/")
    report = Report.objects.create(
        kind="appeal", group=group, sighting=asked, scan=asked.scan, url_hash=asked.url_hash, by="b", quotes="m"
    )
    action = Action.objects.create(group=group, sighting=unsent, kind=ActionKind.REPLY)

    assert purging.forget_rows() == 0

    Report.objects.filter(pk=report.pk).update(state="closed")
    Action.objects.filter(pk=action.pk).update(state=ActionState.SKIPPED)
    assert purging.forget_rows() == 5


def test_the_verdict_of_a_link_that_is_still_kept_stays_and_its_history_goes(group: Group, old: datetime) -> None:
    first, second = make_scan("https://old.example/", at=old - MINUTE), make_scan("https://old.example/", at=old)
    make_sighting(group, url="https://old.example/", received_at=timezone.now())

    purging.forget_rows()

    assert list(Scan.objects.all()) == [second]
    assert first.pk not in Scan.objects.values_list("pk", flat=True)


def test_what_a_person_decided_and_the_verdict_behind_it_stay_until_it_is_undone(old: datetime) -> None:
    scan = make_scan(at=old, decided_at=old)
    campaign = Campaign.objects.create(host="old.example", first_seen_at=old, last_seen_at=old)
    decision = Decision.objects.create(
        url_hash=scan.url_hash, answer=Answer.CONFIRM, by="mira", at=old, campaign=campaign
    )
    rule = make_override()

    assert purging.forget_rows() == 0

    Scan.objects.filter(pk=scan.pk).update(decided_at=None)
    Decision.objects.filter(pk=decision.pk).update(undone_at=old)
    rule.expires_at = old
    rule.save(update_fields=["expires_at"])
    assert purging.forget_rows() == 4


def test_a_report_that_is_waited_for_keeps_its_scan(old: datetime) -> None:
    scan = make_scan(at=old)
    report = PendingReport.objects.create(scan=scan, url_hash=scan.url_hash, provider="urlscan", state="waiting")

    assert purging.forget_rows() == 0

    PendingReport.objects.filter(pk=report.pk).update(state="done")
    assert purging.forget_rows() == 2


def test_what_was_said_goes_but_not_the_one_notice_of_a_group(group: Group, old: datetime) -> None:
    for kind in (ActionKind.NOTICE, ActionKind.ALERT, ActionKind.RETRACT):
        Action.objects.create(group=group, kind=kind, state=ActionState.SENT, created_at=old)

    assert purging.forget_rows() == 2
    assert Action.objects.get().kind == ActionKind.NOTICE


def test_the_audit_trail_goes_after_its_own_time() -> None:
    for age in (AUDIT_RETENTION + MINUTE, AUDIT_RETENTION - MINUTE):
        entry = AuditEntry.objects.create(actor="mira", action="group.change")
        AuditEntry.objects.filter(pk=entry.pk).update(at=timezone.now() - age)

    assert purging.forget_rows() == 1
    assert AuditEntry.objects.count() == 1


def test_logins_go_after_ninety_days_and_sessions_when_they_end() -> None:
    now = timezone.now()
    for age in (LOGINS_KEPT + MINUTE, LOGINS_KEPT - MINUTE):
        login = AccessLog.objects.create(username="mira")
        AccessLog.objects.filter(pk=login.pk).update(attempt_time=now - age)
        Session.objects.create(session_key=f"s{age.days}", expire_date=now + LOGINS_KEPT - age)

    assert purging.forget_rows() == 2
    assert (AccessLog.objects.count(), Session.objects.count()) == (1, 1)


def test_an_invitation_that_nobody_used_goes_when_it_has_ended() -> None:
    now = timezone.now()
    for age in (MINUTE, -MINUTE):
        Invitation.objects.create(name="Ines", role="viewer", token_hash=str(age), expires_at=now - age)

    assert purging.forget_rows() == 1
    assert Invitation.objects.get().expires_at > now


def test_zero_days_mean_for_ever(settings: Any, group: Group, old: datetime) -> None:
    settings.RETENTION = settings.AUDIT_RETENTION = None
    seen(group, old)

    assert purging.forget_rows() == 0


def test_it_goes_in_small_steps_and_one_process_at_a_time(
    group: Group, old: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purging, "ROWS_A_STEP", 2)
    for number in range(3):
        seen(group, old, f"https://old{number}.example/")

    with leases.held(purging.JOB, timezone.now(), purging.LEASE):
        assert purging.forget_rows() == 0
    assert purging.step(timezone.now()) == 2
    assert Sighting.objects.count() == 1
    assert purging.forget_rows() == 4
