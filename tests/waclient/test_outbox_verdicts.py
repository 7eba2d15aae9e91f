from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from groups.models import Group
from groups.policy import Facts, Policy, Response, State, decide
from overrides.models import Override
from overrides.rules import Kind, Ruling
from scans.carrying_out import run_next_scan
from scans.engine.findings import Finding
from scans.engine.kinds.lookonly import displayable
from scans.engine.links import parse
from scans.engine.scoring import Verdict
from scans.models import Scan
from tests.factories import make_group, make_override, make_sighting
from tests.waclient.planning import SECOND, plan_all, planned, seen, told
from waclient.models import Action, ActionKind, ActionState, Place, QueueItem, Sighting
from waclient.outbox import plan_next, set_aside

pytestmark = pytest.mark.django_db


# --- where verdicts come from


@pytest.mark.parametrize(
    ("ruling", "before", "after"),
    [(Ruling.ALLOW, Verdict.MALICIOUS, Verdict.BENIGN), (Ruling.DENY, Verdict.BENIGN, Verdict.MALICIOUS)],
)
def test_an_override_made_between_arrival_and_planning_wins(
    group: Group, ruling: Ruling, before: Verdict, after: Verdict
) -> None:
    sighting = seen(group, before)
    override = make_override("evil.example", ruling)

    plan_all()

    sighting.refresh_from_db()
    assert (sighting.verdict, sighting.override) == (after, override)
    assert bool(planned()) is (ruling is Ruling.DENY)


def test_a_groups_own_allow_silences_that_group_alone(group: Group) -> None:
    other = told(make_group())
    make_override("evil.example", Ruling.ALLOW, group=group)
    seen(group)
    make_sighting(other, Scan.objects.get())

    plan_all()

    assert [action.group for action in planned()] == [other]


def test_an_override_that_ended_before_planning_does_not_count(group: Group) -> None:
    override = make_override("evil.example", Ruling.ALLOW, expires_at=timezone.now() - SECOND)
    sighting = seen(group, override=override)

    plan_all()

    sighting.refresh_from_db()
    assert (sighting.verdict, sighting.override) == (Verdict.MALICIOUS, None)


@pytest.mark.parametrize("what_goes", ["override", "scan"])
def test_a_link_whose_override_or_scan_is_removed_before_planning_is_scanned_after_all(
    group: Group, what_goes: str
) -> None:
    if what_goes == "override":
        sighting = make_sighting(group, url="https://evil.example/", override=make_override("evil.example"))
        Override.objects.all().delete()
    else:
        sighting = seen(group, Verdict.MALICIOUS, "evil.example")
        Scan.objects.all().delete()

    plan_all()
    sighting.refresh_from_db()
    assert sighting.planned_at is None
    assert run_next_scan() == sighting.scan
    plan_all()

    sighting.refresh_from_db()
    assert (sighting.verdict, sighting.facts["silence"]) == (Verdict.BENIGN, "nothing_found")


def test_a_deny_that_saw_a_secret_which_is_not_kept_still_counts_when_planned(group: Group) -> None:
    link = parse("https://shop.example.com/reset?token=abcdef123456")
    deny = make_override("*.example.com/reset?token=abc*", Ruling.DENY, kind=Kind.PATTERN)
    sighting = make_sighting(group, url=displayable(link), override=deny)

    plan_all()

    sighting.refresh_from_db()
    assert (sighting.verdict, sighting.override) == (Verdict.MALICIOUS, deny)


# --- what is written down


@pytest.mark.parametrize("verdict", Verdict)
@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("muted", [False, True])
@pytest.mark.parametrize(("conclusive", "place"), [(False, Place.TEXT), (True, Place.TEXT), (True, Place.QUOTED)])
def test_the_stored_facts_lead_to_the_same_plan_again(
    verdict: Verdict, state: State, muted: bool, conclusive: bool, place: Place
) -> None:
    now = timezone.now()
    group = told(
        make_group(
            state=state,
            on_malicious=Response.DELETE,
            bot_is_admin=True,
            muted_until=now + timedelta(hours=1) if muted else None,
        )
    )
    seen(group, verdict, conclusive=conclusive, place=place)
    plan_all(now)
    stored = Sighting.objects.get().facts

    facts = Facts(
        now=datetime.fromisoformat(stored["now"]),
        posted_at=datetime.fromisoformat(stored["posted_at"]),
        is_history=stored["is_history"],
        is_withdrawn=stored["is_withdrawn"],
        is_conclusive=stored["is_conclusive"],
        bot_is_admin=stored["bot_is_admin"],
        is_quoted=stored["is_quoted"],
        is_group_text=stored["is_group_text"],
    )
    muted_until = stored["muted_until"] and datetime.fromisoformat(stored["muted_until"])
    policy = Policy(State(stored["state"]), Response.REACT, Response.DELETE, muted_until)
    plan = decide(Verdict(stored["verdict"]), facts, policy)

    assert list(plan.responses) == stored["responses"]
    assert (plan.silence or "", plan.fallback or "") == (stored["silence"], stored["fallback"])
    assert [Finding.from_dict(finding) for finding in stored["findings"]] == Scan.objects.get().reasons


def test_what_was_found_is_on_the_queue_and_what_is_fine_is_not(group: Group) -> None:
    seen(group, Verdict.MALICIOUS, "evil.example")
    seen(group, Verdict.BENIGN, "fine.example")

    plan_all()

    assert list(QueueItem.objects.values_list("host", flat=True)) == ["evil.example"]


# --- a row that cannot be planned


def test_a_message_that_cannot_be_planned_is_set_aside_and_the_next_one_is_answered(group: Group) -> None:
    bad = seen(group, Verdict.MALICIOUS, "bad.example", received_at=timezone.now() - SECOND)
    seen(group, Verdict.MALICIOUS, "evil.example")
    Scan.objects.filter(host="bad.example").update(findings=[{"no": "code"}])
    with pytest.raises(KeyError):
        plan_next(timezone.now())

    set_aside(timezone.now())
    plan_all()

    bad.refresh_from_db()
    assert (bad.verdict, bad.facts["silence"]) == (Verdict.UNKNOWN, "planning_failed")
    assert [action.sighting.host for action in planned() if action.sighting] == ["evil.example"]


def test_setting_aside_when_nothing_waits_is_harmless() -> None:
    set_aside(timezone.now())

    assert not Sighting.objects.exists()


# --- the arrival notice


@pytest.mark.parametrize(("state", "notices"), [(State.OFF, 0), (State.PAUSED, 0), (State.WATCH, 1), (State.LIVE, 1)])
def test_a_group_that_was_chosen_is_told_once(state: State, notices: int) -> None:
    make_group(state=state)

    assert plan_all() == notices

    assert Action.objects.filter(kind=ActionKind.NOTICE, state=ActionState.PENDING).count() == notices


def test_a_group_the_bot_left_or_that_is_muted_is_not_told_now() -> None:
    make_group(left_at=timezone.now())
    make_group(muted_until=timezone.now() + timedelta(hours=1))

    assert plan_all() == 0


def test_an_answer_goes_before_an_arrival_notice() -> None:
    new = make_group()
    seen(new)

    plan_next(timezone.now())

    assert Action.objects.get().kind == ActionKind.REPLY
