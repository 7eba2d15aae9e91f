"""Looking again and correcting rest on conditional updates and constraints, kept by PostgreSQL too."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from scans.asking import consulting
from scans.carrying_out import perform_scan
from scans.engine.ceiling import Ceiling
from scans.engine.links import parse
from scans.engine.scoring import Verdict
from scans.models import Disclosure, Scan, Status
from scans.rechecking import look_again_due
from scans.services import request_scan
from tests.factories import make_group, make_scan
from tests.postgres.racing import race
from tests.scans.oracles import oracle
from tests.waclient.changes import corrections, decided, rejudged
from tests.waclient.planning import plan_all, told
from waclient.models import ActionKind, ActionState

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

NOW = timezone.now()
RUNNERS = 4


@pytest.mark.parametrize("turn", range(3))
def test_workers_at_once_ask_for_each_link_once(turn: int) -> None:
    for number in range(20):
        url = f"https://shop{turn}-{number}.example/"
        make_scan(url, look_again_at=NOW - timedelta(minutes=1), last_seen_at=NOW)

    asked = race(lambda: look_again_due(NOW), RUNNERS)

    assert sum(asked) == 20
    assert Scan.objects.filter(status=Status.QUEUED).count() == OrmQ.objects.count() == 20


def test_a_link_that_goes_to_and_fro_is_corrected_once_in_each_direction() -> None:
    group = told(make_group())
    sighting = decided(group, Verdict.BENIGN)
    for verdict in (Verdict.MALICIOUS, Verdict.BENIGN) * 3:
        rejudged(sighting, verdict)
        plan_all()
        sent = [action for action in corrections() if action.state == ActionState.PENDING]
        for action in sent:
            action.move(ActionState.PENDING, ActionState.SENT)

    assert [action.kind for action in corrections()] == [ActionKind.FOLLOW_UP, ActionKind.RETRACT]


def test_who_is_told_of_a_link_is_written_down_before_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    provider = oracle("one")
    monkeypatch.setattr(consulting, "registry", lambda: (provider,))
    request_scan(parse("https://shop.example.com/"), Ceiling.HOST)
    slow = Scan.claim(NOW)
    assert slow is not None
    Scan.objects.update(fence=slow.fence + 1)

    perform_scan(slow)

    assert list(Disclosure.objects.values_list("provider", "kind")) == [("one", "host")]
