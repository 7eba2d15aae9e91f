"""How a link is written counts in its own message only: worse than its scan, never better."""

from __future__ import annotations

import pytest

from groups.models import Group
from groups.policy import Response
from overrides.rules import Ruling
from scans.engine.findings import Finding, NotChecked, NotCheckedReason
from scans.engine.scoring import Verdict
from scans.models import Scan
from tests.factories import make_group, make_override, make_scan, make_sighting
from tests.waclient.inbound import ANNA, BEN, edits, says
from tests.waclient.planning import plan_all, planned, told
from waclient.client import MessageKind
from waclient.ingest import receive
from waclient.models import QueueItem, Sighting
from waclient.rosters import Rosters

pytestmark = pytest.mark.django_db

URL, OTHER = "https://shop.example.com/offer?id=7", "http://192.0.2.1/login.exe"
HIDDEN = "https://shop.exam\u202eple.com/offer?id=7"
NOBODY = Rosters()


def test_how_a_link_was_written_stays_with_the_message_and_not_with_the_scan(group: Group) -> None:
    receive(says(group, HIDDEN), NOBODY)
    receive(says(make_group(), URL), NOBODY)

    first, second = Sighting.objects.order_by("pk")
    assert [finding.code for finding in first.spelling] == ["bidi_control"]
    assert second.spelling == []
    assert first.scan == second.scan
    assert Scan.objects.get().seen_findings in (None, [])


@pytest.mark.parametrize("is_first", [True, False])
def test_a_disguised_link_is_answered_in_its_own_message_only(group: Group, is_first: bool) -> None:
    make_scan(URL, Verdict.BENIGN)
    other = told(make_group())
    for text in (HIDDEN, URL) if is_first else (URL, HIDDEN):
        receive(says(group if text == HIDDEN else other, text), NOBODY)

    plan_all()

    by_group = {sighting.group_id: sighting for sighting in Sighting.objects.all()}
    assert (by_group[group.pk].verdict, by_group[other.pk].verdict) == (Verdict.MALICIOUS, Verdict.BENIGN)
    (reply,) = planned()
    assert reply.group == group
    assert "written to look like another one" in reply.text
    assert [finding["code"] for finding in by_group[group.pk].facts["findings"]] == ["bidi_control"]
    assert QueueItem.objects.get().verdict == Verdict.MALICIOUS


@pytest.mark.parametrize(
    ("scanned", "points", "verdict", "score"),
    [
        (Verdict.BENIGN, 0, Verdict.BENIGN, 0),
        (Verdict.BENIGN, 3, Verdict.BENIGN, 3),
        (Verdict.BENIGN, 4, Verdict.SUSPICIOUS, 4),
        (Verdict.BENIGN, 8, Verdict.MALICIOUS, 8),
        (Verdict.SUSPICIOUS, 2, Verdict.SUSPICIOUS, 7),
        (Verdict.SUSPICIOUS, 4, Verdict.MALICIOUS, 9),
        (Verdict.MALICIOUS, 8, Verdict.MALICIOUS, 15),
        (Verdict.UNKNOWN, 0, Verdict.UNKNOWN, 0),
        (Verdict.UNKNOWN, 3, Verdict.UNKNOWN, 3),
        (Verdict.UNKNOWN, 4, Verdict.SUSPICIOUS, 4),
    ],
)
def test_a_disguise_makes_the_scans_verdict_worse_and_never_better(
    group: Group, scanned: Verdict, points: int, verdict: Verdict, score: int
) -> None:
    gaps = [NotChecked("redirects", NotCheckedReason.FAILED)] if scanned is Verdict.UNKNOWN else []
    written = [Finding.of("hidden_characters", points, host="shop.example.com").as_dict()]
    sighting = make_sighting(group, make_scan(URL, scanned, not_checked=gaps), written=written)

    plan_all()

    sighting.refresh_from_db()
    assert (sighting.verdict, sighting.facts["score"]) == (verdict, score)


def test_a_writing_that_could_not_be_checked_is_never_innocence(group: Group) -> None:
    sighting = make_sighting(
        group, make_scan(URL), written=[Finding.of("writing_not_checked", 0, source="heuristic:x").as_dict()]
    )

    plan_all()

    sighting.refresh_from_db()
    assert (sighting.verdict, sighting.facts["silence"]) == (Verdict.UNKNOWN, "not_checked")


def test_what_a_person_allowed_is_allowed_however_it_is_written(group: Group) -> None:
    make_override("shop.example.com", Ruling.ALLOW)
    receive(says(group, HIDDEN), NOBODY)

    plan_all()

    assert Sighting.objects.get().verdict == Verdict.BENIGN


def test_a_disguise_alone_deletes_no_message() -> None:
    group = told(make_group(bot_is_admin=True, on_malicious=Response.DELETE))
    make_scan(URL)
    receive(says(group, HIDDEN), NOBODY)

    plan_all()

    assert [(action.kind, action.reason) for action in planned()] == [("reply", "not_conclusive")]


def test_an_edit_that_disguises_its_link_is_judged_anew(group: Group) -> None:
    make_scan(URL, Verdict.BENIGN)
    first = says(group, URL)
    receive(first, NOBODY)
    plan_all()

    receive(edits(first, HIDDEN), NOBODY)
    plan_all()

    assert Sighting.objects.get().verdict == Verdict.MALICIOUS
    assert len(planned()) == 1


@pytest.mark.parametrize("kind", MessageKind)
def test_nobody_disguises_the_link_of_somebody_else(group: Group, kind: MessageKind) -> None:
    make_scan(URL, Verdict.BENIGN)
    first = says(group, URL, by=ANNA)
    receive(first, NOBODY)

    receive(says(group, HIDDEN, by=BEN, message_id=first.message_id, kind=kind), NOBODY)

    sighting = Sighting.objects.get()
    assert (sighting.spelling, sighting.withdrawn_at) == ([], None)
