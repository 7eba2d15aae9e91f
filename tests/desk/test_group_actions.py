"""Actions and the form of a group in the desk."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from groups.models import Group
from groups.policy import Preset, State
from tests.desk.pages import act, row_url
from tests.factories import make_group, make_sighting
from wbscanner.models import AuditEntry

pytestmark = pytest.mark.django_db

FORM = {
    "on_suspicious": "react",
    "on_malicious": "reply",
    "on_invites": "nothing",
    "on_payments": "nothing",
    "on_installers": "nothing",
    "on_shorteners": "nothing",
    "exempts_admins": "on",
    "ceiling": "host",
    "quiet_from": "",
    "quiet_to": "",
    "time_zone": "",
}


@pytest.mark.parametrize("name", ["watch", "go_live", "switch_off", "mute", "unmute"])
def test_a_group_action_asks_first_and_changes_nothing_by_asking(as_owner: Client, name: str) -> None:
    group = make_group(state=State.PAUSED)
    before = Group.objects.values().get()

    page = act(as_owner, name, group, confirmed=False)

    assert page.status_code == 200
    assert str(group) in page.text
    assert Group.objects.values().get() == before
    assert AuditEntry.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "state"), [("watch", State.WATCH), ("go_live", State.LIVE), ("switch_off", State.OFF)]
)
def test_a_groups_state_changes_with_an_audit_entry(as_owner: Client, name: str, state: State) -> None:
    group = make_group(state=State.PAUSED)

    response = act(as_owner, name, group)

    assert response.status_code == 302
    assert Group.objects.get().state == state
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.action, entry.group_ids) == ("owner", "group.state", [str(group.pk)])


def test_a_group_is_muted_for_the_chosen_time_and_unmuted(as_owner: Client) -> None:
    group = make_group()

    act(as_owner, "mute", group, minutes="60")
    until = Group.objects.get().muted_until
    act(as_owner, "unmute", group)

    assert until is not None
    assert timedelta(minutes=59) < until - timezone.now() <= timedelta(minutes=60)
    assert Group.objects.get().muted_until is None
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)) == ["group.mute", "group.unmute"]


def test_a_length_that_is_not_offered_is_asked_for_again(as_owner: Client) -> None:
    group = make_group()

    page = act(as_owner, "mute", group, minutes="999999")

    assert page.status_code == 200
    assert Group.objects.get().muted_until is None


def test_a_groups_form_changes_its_policy_and_not_its_state(as_owner: Client) -> None:
    group = make_group(state=State.WATCH)
    data = {
        **FORM,
        "on_suspicious": "nothing",
        "on_malicious": "delete",
        "ceiling": "hash",
        "state": "live",
        "name": "x",
    }

    as_owner.post(row_url(group), data)

    changed = Group.objects.get()
    assert (changed.on_suspicious, changed.on_malicious, changed.ceiling) == ("nothing", "delete", "hash")
    assert (changed.state, changed.name, changed.preset) == (State.WATCH, group.name, Preset.OWN)
    assert AuditEntry.objects.get().action == "group.change"


@pytest.mark.parametrize(
    "wrong", [{"time_zone": "Mars/Olympus"}, {"quiet_from": "21:00"}, {"quiet_from": "25:99", "quiet_to": "07:00"}]
)
def test_quiet_hours_that_make_no_sense_are_refused(as_owner: Client, wrong: dict[str, str]) -> None:
    group = make_group()

    answer = as_owner.post(row_url(group), {**FORM, **wrong})

    assert answer.status_code == 200
    assert Group.objects.get().quiet_from is None
    assert not AuditEntry.objects.exists()


def test_a_ready_made_policy_is_chosen_after_a_question(as_owner: Client) -> None:
    group = make_group(state=State.LIVE)

    act(as_owner, "choose_policy", group, preset="marketplace")
    chosen = Group.objects.get()
    act(as_owner, "choose_policy", group, preset="watch")

    assert (chosen.preset, chosen.on_malicious, chosen.on_invites) == ("marketplace", "delete", "reply")
    assert Group.objects.get().state == State.WATCH


def test_a_sender_is_trusted_in_their_group_and_no_more_when_taken_back(as_owner: Client) -> None:
    sighting = make_sighting(make_group())

    act(as_owner, "trust", sighting)
    trusted = Group.objects.get().trusted
    act(as_owner, "distrust", sighting)

    assert trusted == [sighting.sender]
    assert Group.objects.get().trusted == []
    assert [entry.action for entry in AuditEntry.objects.order_by("pk")] == ["group.trust", "group.distrust"]


def test_a_groups_form_says_that_nothing_keeps_its_links_unopened(as_owner: Client) -> None:
    page = as_owner.get(row_url(make_group()))

    assert "With “nothing” the links posted here are not opened either" in page.content.decode()
