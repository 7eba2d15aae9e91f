from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from groups.models import Group
from groups.policy import Response, State
from groups.services import mute, set_state, unmute
from tests.factories import make_group
from wbscanner.models import AuditEntry

pytestmark = pytest.mark.django_db


def test_a_group_starts_off_unmuted_and_mild() -> None:
    policy = Group.objects.create(jid="1@g.us").policy

    assert (policy.state, policy.muted_until) == (State.OFF, None)
    assert (policy.on_suspicious, policy.on_malicious) == (Response.REACT, Response.REPLY)


@pytest.mark.parametrize(
    ("state", "is_watched"), [(State.OFF, False), (State.PAUSED, False), (State.WATCH, True), (State.LIVE, True)]
)
def test_only_chosen_groups_are_read(state: State, is_watched: bool) -> None:
    assert make_group(state=state).is_watched is is_watched


def test_a_mute_ends_by_itself_and_by_hand_and_both_are_audited() -> None:
    group, now = make_group(), timezone.now()

    mute(group, timedelta(minutes=30), by="ana")
    group.refresh_from_db()
    assert group.is_muted(now + timedelta(minutes=29))
    assert not group.is_muted(now + timedelta(minutes=31))
    assert group.policy.muted_until == group.muted_until

    unmute(group, by="ana")
    group.refresh_from_db()
    assert not group.is_muted(now)
    assert list(AuditEntry.objects.order_by("pk").values_list("action", "details", "group_ids")) == [
        ("group.mute", {"minutes": 30}, [str(group.pk)]),
        ("group.unmute", {}, [str(group.pk)]),
    ]


def test_changing_the_state_says_from_what_to_what() -> None:
    group = make_group(state=State.WATCH)

    set_state(group, State.LIVE, by="ana")

    group.refresh_from_db()
    assert group.state == State.LIVE
    assert AuditEntry.objects.get().details == {"from": "watch", "to": "live"}


def test_changing_one_thing_does_not_undo_what_another_process_changed() -> None:
    group = make_group(state=State.WATCH)
    Group.objects.filter(pk=group.pk).update(name="renamed meanwhile", muted_until=None)

    set_state(group, State.LIVE, by="ana")

    group.refresh_from_db()
    assert group.name == "renamed meanwhile"
