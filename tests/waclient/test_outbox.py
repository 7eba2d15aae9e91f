from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from groups.models import Group
from groups.policy import Facts, Policy, Response, State, decide
from overrides.rules import Ruling
from scans.engine.findings import Finding
from scans.engine.scoring import Verdict
from scans.models import Scan, Status
from tests.factories import make_group, make_override, make_scan, make_sighting
from waclient.models import Action, ActionKind, ActionState, QueueItem, Sighting
from waclient.outbox import SIBLING_PATIENCE, plan_next, set_aside

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
LONG_AGO = timedelta(days=400)


@pytest.fixture
def group() -> Group:
    """A live group that was told of the bot's arrival."""
    return told(make_group())


def told(group: Group) -> Group:
    Action.objects.create(
        group=group, kind=ActionKind.NOTICE, state=ActionState.SENT, created_at=timezone.now() - LONG_AGO
    )
    return group


def seen(
    group: Group, verdict: Verdict | None = Verdict.MALICIOUS, host: str = "evil.example", **columns: object
) -> Sighting:
    """A sighting whose scan has this verdict, or waits."""
    conclusive = bool(columns.pop("conclusive", False))
    findings = [Finding.of("risky_tld", 12, conclusive=conclusive, tld="example")]
    scan = make_scan(f"https://{host}/", verdict, findings=findings if verdict is not Verdict.BENIGN else ())
    return make_sighting(group, scan, url=f"https://{host}/", **columns)


def planned() -> list[Action]:
    return list(Action.objects.exclude(kind=ActionKind.NOTICE).order_by("pk"))


def plan_all(now: datetime | None = None) -> int:
    """Plan until nothing waits; how many messages that took."""
    return sum(1 for _ in iter(lambda: plan_next(now or timezone.now()), False))


# --- one message


def test_nothing_waits_in_an_empty_house() -> None:
    assert plan_next(timezone.now()) is False


@pytest.mark.parametrize(
    ("verdict", "kinds", "silence"),
    [
        (Verdict.MALICIOUS, ["reply"], ""),
        (Verdict.SUSPICIOUS, ["react"], ""),
        (Verdict.BENIGN, [], "nothing_found"),
        (Verdict.UNKNOWN, [], "not_checked"),
    ],
)
def test_a_verdict_gets_the_groups_response_once(
    group: Group, verdict: Verdict, kinds: list[str], silence: str
) -> None:
    sighting = seen(group, verdict)

    assert plan_all() == 1

    sighting.refresh_from_db()
    assert (sighting.verdict, sighting.facts["silence"]) == (verdict, silence)
    assert [action.kind for action in planned()] == kinds
    assert sighting.planned_at is not None


@pytest.mark.parametrize(
    ("columns", "silence"),
    [
        ({"state": State.WATCH}, "watching"),
        ({"state": State.OFF}, "not_watched"),
        ({"state": State.PAUSED}, "not_watched"),
        ({"muted_until": timezone.now() + timedelta(days=1)}, "muted"),
        ({"on_malicious": Response.NOTHING}, "policy"),
    ],
)
def test_a_group_that_is_to_be_left_alone_gets_nothing(columns: dict[str, object], silence: str) -> None:
    sighting = seen(told(make_group(**columns)))  # type: ignore[arg-type]

    plan_all()

    sighting.refresh_from_db()
    assert (sighting.facts["silence"], planned()) == (silence, [])


@pytest.mark.parametrize(
    ("columns", "silence"),
    [
        ({"is_history": True}, "history"),
        ({"withdrawn_at": timezone.now()}, "withdrawn"),
        ({"posted_at": timezone.now() - timedelta(hours=1)}, "too_old"),
    ],
)
def test_a_message_that_is_over_is_not_answered(group: Group, columns: dict[str, object], silence: str) -> None:
    sighting = seen(group, **columns)  # type: ignore[arg-type]

    plan_all()

    sighting.refresh_from_db()
    assert (sighting.facts["silence"], planned()) == (silence, [])


@pytest.mark.parametrize(
    ("is_admin", "conclusive", "kinds", "fallback"),
    [
        (True, True, ["delete", "reply"], ""),
        (False, True, ["reply"], "not_admin"),
        (True, False, ["reply"], "not_conclusive"),
    ],
)
def test_a_deletion_or_what_stands_in_for_it(is_admin: bool, conclusive: bool, kinds: list[str], fallback: str) -> None:
    group = told(make_group(bot_is_admin=is_admin, on_malicious=Response.DELETE))
    sighting = seen(group, conclusive=conclusive)

    plan_all()

    sighting.refresh_from_db()
    reply = Action.objects.get(kind=ActionKind.REPLY)
    assert [action.kind for action in planned()] == kinds
    assert (sighting.facts["fallback"], reply.reason) == (fallback, fallback)
    assert ("removed" in reply.text) is (kinds[0] == "delete")


# --- several links, several messages


def test_a_message_waits_for_its_other_links_but_not_for_ever(group: Group) -> None:
    now = timezone.now()
    seen(group, Verdict.SUSPICIOUS, "first.example", message_id="M", received_at=now)
    seen(group, None, "second.example", message_id="M", received_at=now)

    assert plan_next(now + SIBLING_PATIENCE - SECOND) is False
    assert plan_next(now + SIBLING_PATIENCE) is True

    assert [action.kind for action in planned()] == ["react"]


def test_another_message_does_not_wait(group: Group) -> None:
    seen(group, None, "slow.example")
    seen(group, Verdict.MALICIOUS, "evil.example")

    assert plan_all() == 1
    assert [action.kind for action in planned()] == ["reply"]


def test_one_answer_to_a_message_and_it_is_about_the_worst_link(group: Group) -> None:
    for verdict, host in (
        (Verdict.SUSPICIOUS, "odd.example"),
        (Verdict.MALICIOUS, "evil.example"),
        (Verdict.BENIGN, "fine.example"),
        (Verdict.SUSPICIOUS, "strange.example"),
    ):
        seen(group, verdict, host, message_id="M")

    assert plan_all() == 1

    (action,) = planned()
    assert (action.kind, action.sighting.host if action.sighting else "") == ("reply", "evil.example")
    silences = {sighting.host: sighting.facts["silence"] for sighting in Sighting.objects.all()}
    assert silences == {
        "odd.example": "worse_link_in_message",
        "evil.example": "",
        "fine.example": "nothing_found",
        "strange.example": "worse_link_in_message",
    }


def test_a_link_that_comes_late_into_an_answered_message_is_not_answered_again(group: Group) -> None:
    seen(group, Verdict.MALICIOUS, "evil.example", message_id="M")
    plan_all()
    late = seen(group, Verdict.MALICIOUS, "worse.example", message_id="M")

    plan_all()

    late.refresh_from_db()
    assert late.facts["silence"] == "already_said"
    assert len(planned()) == 1


def test_a_message_whose_answer_was_held_back_may_be_answered_for_its_next_link(group: Group) -> None:
    seen(group, Verdict.MALICIOUS, "evil.example", message_id="M")
    plan_all()
    Action.objects.filter(kind=ActionKind.REPLY).update(state=ActionState.SKIPPED)
    seen(group, Verdict.MALICIOUS, "worse.example", message_id="M")

    plan_all()

    assert len(planned()) == 2


def test_the_same_message_id_in_another_group_is_another_message(group: Group) -> None:
    other = told(make_group())
    seen(group, Verdict.MALICIOUS, "evil.example", message_id="M")
    make_sighting(other, Scan.objects.get(), message_id="M")

    assert plan_all() == 2
    assert {action.group_id for action in planned()} == {group.pk, other.pk}


def test_planning_twice_plans_nothing_more(group: Group) -> None:
    seen(group)
    plan_all()

    assert plan_next(timezone.now()) is False
    assert len(planned()) == 1


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
def test_a_link_whose_override_or_scan_is_removed_before_planning_was_not_checked(group: Group, what_goes: str) -> None:
    override = make_override("evil.example")
    sighting = make_sighting(group, url="https://evil.example/", override=override)
    other = seen(group, None, "other.example", message_id=sighting.message_id)
    if what_goes == "scan":
        Scan.objects.all().delete()
    else:
        Scan.objects.update(status=Status.DONE, verdict=Verdict.BENIGN)
    override.delete()

    assert plan_all() == 1

    sighting.refresh_from_db()
    other.refresh_from_db()
    assert (sighting.verdict, sighting.facts["silence"]) == (Verdict.UNKNOWN, "not_checked")
    assert other.planned_at is not None


# --- what is written down


@pytest.mark.parametrize("verdict", Verdict)
@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("muted", [False, True])
@pytest.mark.parametrize("conclusive", [False, True])
def test_the_stored_facts_lead_to_the_same_plan_again(
    verdict: Verdict, state: State, muted: bool, conclusive: bool
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
    seen(group, verdict, conclusive=conclusive)
    plan_all(now)
    stored = Sighting.objects.get().facts

    facts = Facts(
        now=datetime.fromisoformat(stored["now"]),
        posted_at=datetime.fromisoformat(stored["posted_at"]),
        is_history=stored["is_history"],
        is_withdrawn=stored["is_withdrawn"],
        is_conclusive=stored["is_conclusive"],
        bot_is_admin=stored["bot_is_admin"],
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
