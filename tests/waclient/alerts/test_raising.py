"""Which links moderators are told of, when, and how often."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from groups.models import Membership
from groups.policy import QuietHours, Response, State
from scans.engine.scoring import Verdict
from scans.models import Scan
from tests.factories import make_group, make_moderator, make_scan, make_sighting
from tests.waclient.alerts.chats import direct_chat, group_chat, said_in, tell, told_alert, unbound
from tests.waclient.inbound import BEN
from tests.waclient.planning import plan_all, seen, told
from waclient import decisions
from waclient.alerts import binding
from waclient.alerts.raising import due_at
from waclient.models import Action, ActionKind, ActionState, Alert, Answer, Sighting

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def in_(minutes: float) -> datetime:
    return timezone.now() + minutes * MINUTE


def test_a_dangerous_link_is_told_at_once() -> None:
    group = told(make_group("Choir"))
    chat, here = group_chat(group)
    seen(group)

    plan_all()

    [alert] = tell()
    assert (alert.chat, alert.group, alert.severity, alert.state) == (chat, here, 2, ActionState.PENDING)
    assert alert.text.splitlines()[0] == "🔴 1 · Dangerous: evil[.]example"


def test_suspicious_links_gather_and_are_told_in_one_message() -> None:
    group = told(make_group("Choir"))
    group_chat(group)
    for host in ("one.example", "two.example", "three.example"):
        seen(group, Verdict.SUSPICIOUS, host)
        plan_all()

    assert tell(in_(14)) == []
    [alert] = tell(in_(15.1))
    assert alert.text.splitlines()[0] == "3 links to look at"
    assert [one.number for one in Alert.objects.order_by("pk")] == [1, 2, 3]


def test_what_is_dangerous_does_not_wait_for_what_is_not() -> None:
    group = told(make_group())
    group_chat(group)
    seen(group, Verdict.SUSPICIOUS, "one.example")
    seen(group, Verdict.MALICIOUS, "two.example")
    plan_all()

    [alert] = tell()

    assert "two[.]example" in alert.text and "one[.]example" not in alert.text


@pytest.mark.parametrize(
    ("state", "columns", "is_told"),
    [
        (State.WATCH, {}, True),
        (State.LIVE, {"on_malicious": Response.ALERT}, True),
        (State.LIVE, {"on_malicious": Response.NOTHING}, False),
        (State.LIVE, {"muted_until": datetime(2100, 1, 1, tzinfo=UTC)}, True),
    ],
)
def test_moderators_are_told_what_the_policy_wants_even_where_the_group_hears_nothing(
    state: State, columns: dict[str, Any], is_told: bool
) -> None:
    group = told(make_group(state=state, **columns))
    group_chat(group)
    seen(group)

    plan_all()

    assert bool(tell()) is is_told
    assert not Action.objects.exclude(kind__in=[ActionKind.NOTICE, ActionKind.ALERT]).exists()


@pytest.mark.parametrize("columns", [{"is_history": True}, {"place": "quoted"}])
def test_old_and_quoted_links_are_not_told(columns: dict[str, Any]) -> None:
    group = told(make_group())
    group_chat(group)
    seen(group, **columns)

    plan_all()

    assert tell() == []


def test_a_link_in_twelve_groups_is_one_alert_that_names_them() -> None:
    groups = [told(make_group(f"Group {letter}")) for letter in "ABCDEFGHIJKL"]
    group_chat(*groups)
    scan = make_scan("https://evil.example/", Verdict.MALICIOUS)
    for group in groups:
        make_sighting(group, scan)
    plan_all()

    [alert] = tell()

    assert "In: Group A, Group B, Group C, Group D and 8 more groups" in alert.text
    assert Alert.objects.get().groups.count() == 12


def test_a_link_posted_again_within_a_day_is_not_told_again() -> None:
    group = told(make_group())
    chat, _here = group_chat(group)
    first = seen(group)
    plan_all()
    tell()
    told_alert(chat)

    make_sighting(group, first.scan)
    plan_all()
    assert len(tell()) == 1
    with time_machine.travel(in_(24 * 60 + 1)):
        make_sighting(group, first.scan)
        plan_all()
        assert len(tell()) == 2


def test_a_link_that_turns_dangerous_while_it_waits_is_told_at_once_and_once() -> None:
    group = told(make_group())
    group_chat(group)
    sighting = seen(group, Verdict.SUSPICIOUS)
    plan_all()
    Scan.objects.filter(sightings=sighting).update(verdict=Verdict.MALICIOUS, score=12)
    make_sighting(group, Scan.objects.get())
    plan_all()

    [alert] = tell()

    assert alert.severity == 2
    assert tell(in_(20)) == [alert]


def test_what_somebody_decided_meanwhile_is_not_told() -> None:
    group = told(make_group())
    group_chat(group)
    sighting = seen(group, Verdict.SUSPICIOUS)
    plan_all()
    decisions.decide(sighting.url_hash, Answer.FINE, by="mira", group=group)

    assert tell(in_(16)) == []
    assert Alert.objects.get().unsaid == "decided"


def test_more_than_fits_into_a_message_is_left_out_from_the_least_severe_and_says_so() -> None:
    group = told(make_group())
    group_chat(group)
    for number in range(10):
        seen(group, Verdict.SUSPICIOUS, f"site{number}.example")
    seen(group, Verdict.MALICIOUS, "worst.example")
    plan_all()

    with time_machine.travel(in_(16)):
        Alert.objects.update(due_at=timezone.now())
        [alert] = tell()

    assert alert.text.splitlines()[1] == "🔴 1 · Dangerous: worst[.]example"
    assert "3 more wait in the desk." in alert.text
    assert Alert.objects.filter(unsaid="budget", number=None).count() == 3


def test_numbers_stay_small_and_mean_one_thing_for_thirty_days() -> None:
    group = told(make_group())
    chat, _here = group_chat(group)
    now = timezone.now()
    for day, host in [(0, "a.example"), (29, "b.example"), (31, "c.example")]:
        with time_machine.travel(now + timedelta(days=day)):
            seen(group, host=host)
            plan_all()
            tell()
            told_alert(chat)

    assert list(Alert.objects.order_by("pk").values_list("number", flat=True)) == [1, 2, 1]


NIGHT = QuietHours(time(22), time(7), "Europe/Madrid")


@pytest.mark.parametrize(
    ("verdict", "now", "due"),
    [
        (Verdict.MALICIOUS, datetime(2026, 7, 1, 21, 0, tzinfo=UTC), datetime(2026, 7, 1, 21, 0, tzinfo=UTC)),
        (Verdict.SUSPICIOUS, datetime(2026, 7, 1, 19, 0, tzinfo=UTC), datetime(2026, 7, 1, 19, 15, tzinfo=UTC)),
        (Verdict.SUSPICIOUS, datetime(2026, 7, 1, 19, 50, tzinfo=UTC), datetime(2026, 7, 2, 5, 0, tzinfo=UTC)),
        (Verdict.SUSPICIOUS, datetime(2026, 7, 1, 21, 0, tzinfo=UTC), datetime(2026, 7, 2, 5, 0, tzinfo=UTC)),
        (Verdict.BENIGN, datetime(2026, 7, 2, 4, 30, tzinfo=UTC), datetime(2026, 7, 2, 5, 0, tzinfo=UTC)),
        (Verdict.SUSPICIOUS, datetime(2026, 3, 28, 23, 0, tzinfo=UTC), datetime(2026, 3, 29, 5, 0, tzinfo=UTC)),
    ],
)
def test_in_quiet_hours_only_danger_is_told_and_the_rest_waits_for_their_end(
    verdict: Verdict, now: datetime, due: datetime
) -> None:
    assert due_at(verdict, NIGHT, Alert.objects.none(), now) == due


def test_the_night_comes_as_one_message_in_the_morning() -> None:
    night: dict[str, Any] = {"quiet_from": time(22), "quiet_to": time(7), "time_zone": "UTC"}
    group = told(make_group(**night))
    group_chat(group)
    for hour in (23, 25, 28):
        with time_machine.travel(datetime(2026, 7, 1, tzinfo=UTC) + timedelta(hours=hour), tick=False):
            seen(group, Verdict.SUSPICIOUS, f"site{hour}.example")
            plan_all()
            assert tell() == []

    [alert] = tell(datetime(2026, 7, 2, 7, 0, tzinfo=UTC))

    assert alert.text.startswith("3 links to look at")


def test_a_chat_is_told_only_of_its_own_groups_and_each_chat_of_its_own() -> None:
    choir, school = told(make_group("Choir")), told(make_group("School"))
    of_choir, _here = group_chat(choir)
    of_both = direct_chat(choir, school, person=BEN)
    seen(school)
    seen(choir, host="other.example")
    plan_all()

    tell()

    assert Alert.objects.filter(chat=of_choir).count() == 1
    assert Alert.objects.filter(chat=of_both).count() == 2


def test_a_chat_has_no_more_rights_than_who_set_it_up() -> None:
    group = told(make_group())
    mira = make_moderator(group)
    chat, _here = group_chat(group, by=mira)
    Membership.objects.all().delete()
    seen(group)

    plan_all()

    assert tell() == []
    assert not chat.own_groups().exists()


def test_a_chat_that_is_not_bound_is_told_nothing() -> None:
    group = told(make_group())
    chat = unbound(group)
    binding.make_code(chat, by="owner")
    seen(group)

    plan_all()

    assert (tell(), said_in(chat)) == ([], [])


def test_a_link_that_turns_bad_later_is_told_when_that_is_seen() -> None:
    group = told(make_group())
    group_chat(group)
    sighting = seen(group, Verdict.BENIGN)
    plan_all()
    assert tell() == []
    Sighting.objects.update(posted_at=timezone.now() - timedelta(days=6))
    later = make_scan(sighting.scan.url, Verdict.MALICIOUS) if sighting.scan else None
    assert later is not None
    Scan.objects.filter(pk=later.pk).update(changed_from=Verdict.BENIGN)
    plan_all()

    [alert] = tell()

    assert alert.severity == 2


def test_a_link_in_a_groups_description_is_told_although_nobody_can_be_answered() -> None:
    group = told(make_group())
    group_chat(group)
    seen(group, place="group")

    plan_all()

    [alert] = tell()
    assert "only its admins can change that" in alert.text
