"""How much a correction weighs where the budget is short."""

from __future__ import annotations

import pytest

from groups.models import Group
from groups.policy import Response
from scans.engine.scoring import Verdict
from tests.waclient.changes import BENIGN, MALICIOUS, SUSPICIOUS, corrections, decided, rejudged
from tests.waclient.planning import plan_all

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("before", "after", "kind", "severity"),
    [
        (BENIGN, MALICIOUS, "follow_up", 2),
        (BENIGN, SUSPICIOUS, "follow_up", 1),
        (MALICIOUS, BENIGN, "retract", 2),
        (SUSPICIOUS, BENIGN, "retract", 1),
    ],
)
def test_a_correction_weighs_as_much_as_the_verdict_that_it_is_about(
    group: Group, before: Verdict, after: Verdict, kind: str, severity: int
) -> None:
    Group.objects.update(on_suspicious=Response.REPLY)
    group.refresh_from_db()
    sighting = decided(group, before)

    rejudged(sighting, after)
    plan_all()

    assert [(action.kind, action.severity) for action in corrections()] == [(kind, severity)]
