"""Reading and changing groups over HTTP, and the audit trail that tells of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from groups.models import Group
from groups.policy import State
from tests.api.conftest import MakeCaller
from tests.factories import make_group
from wbscanner import audit
from wbscanner.auth import Scope
from wbscanner.models import AuditEntry

READ, ADMIN = Scope.READ, Scope.ADMIN

pytestmark = pytest.mark.django_db


def test_a_group_is_shown_without_its_whatsapp_id(caller: MakeCaller) -> None:
    make_group("Parents 4b", jid="4915112345678-1400000000@g.us")

    answer = caller(READ)("GET", "/groups")

    assert answer.json()["items"][0]["name"] == "Parents 4b"
    assert "4915112345678" not in answer.content.decode()


def test_groups_can_be_listed_by_state(caller: MakeCaller) -> None:
    make_group(state=State.OFF)
    live = make_group(state=State.LIVE)

    items = caller(READ)("GET", "/groups", state="live").json()["items"]

    assert [item["id"] for item in items] == [live.pk]


def test_state_and_policy_change_and_the_rest_stays(caller: MakeCaller) -> None:
    group = make_group(state=State.OFF)
    change = {"state": "live", "on_suspicious": "alert", "on_malicious": "delete", "ceiling": "hash"}

    answer = caller(ADMIN)("PATCH", f"/groups/{group.pk}", change)

    assert answer.status_code == 200
    stored = Group.objects.get()
    assert {name: getattr(stored, name) for name in change} == change == {name: answer.json()[name] for name in change}
    assert (stored.name, stored.jid, stored.size) == (group.name, group.jid, group.size)


def test_one_field_may_change_alone(caller: MakeCaller) -> None:
    group = make_group(state=State.WATCH)

    caller(ADMIN)("PATCH", f"/groups/{group.pk}", {"ceiling": "nothing"})

    stored = Group.objects.get()
    assert (stored.ceiling, stored.state, stored.on_malicious) == ("nothing", "watch", "reply")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"state": None},
        {"state": "loud"},
        {"on_suspicious": "delete"},
        {"on_malicious": "ban"},
        {"ceiling": "everything"},
        {"name": "Mine now"},
        {"jid": "x@g.us"},
        {"id": 9},
        {"bot_is_admin": True},
        {"muted_until": None},
        {"state": "live", "size": 1},
    ],
)
def test_nothing_else_can_be_changed(caller: MakeCaller, body: dict[str, object]) -> None:
    group = make_group(state=State.OFF)

    answer = caller(ADMIN)("PATCH", f"/groups/{group.pk}", body)

    assert answer.status_code == 422
    assert Group.objects.get() == group
    assert Group.objects.get().state == State.OFF
    assert not AuditEntry.objects.exists()


def test_muting_lasts_as_long_as_asked_and_unmuting_ends_it(caller: MakeCaller) -> None:
    group = make_group()

    muted = caller(ADMIN)("POST", f"/groups/{group.pk}/mute", {"minutes": 30})
    until = Group.objects.get().muted_until
    unmuted = caller(ADMIN)("POST", f"/groups/{group.pk}/unmute")

    assert muted.json()["muted_until"] is not None
    assert until is not None
    assert timedelta(minutes=29) < until - timezone.now() <= timedelta(minutes=30)
    assert unmuted.json()["muted_until"] is None
    assert Group.objects.get().muted_until is None


@pytest.mark.parametrize("minutes", [0, -5, 10081, 1.5, "30", True, None, 10**30])
def test_a_mute_takes_whole_minutes_up_to_a_week(caller: MakeCaller, minutes: object) -> None:
    group = make_group()

    answer = caller(ADMIN)("POST", f"/groups/{group.pk}/mute", {"minutes": minutes})

    assert answer.status_code == 422
    assert Group.objects.get().muted_until is None


def test_every_change_is_audited_and_what_changes_nothing_is_not(caller: MakeCaller) -> None:
    group = make_group("Parents 4b", state=State.OFF)
    call = caller(ADMIN, name="helpdesk")
    change = {"state": "watch", "ceiling": "hash"}

    call("PATCH", f"/groups/{group.pk}", change)
    call("PATCH", f"/groups/{group.pk}", change)
    call("POST", f"/groups/{group.pk}/mute", {"minutes": 5})
    call("POST", f"/groups/{group.pk}/unmute")

    entries = list(AuditEntry.objects.order_by("pk"))
    assert [entry.action for entry in entries] == ["group.state", "group.policy", "group.mute", "group.unmute"]
    assert {(entry.actor, entry.target) for entry in entries} == {("token:helpdesk", "Parents 4b")}
    assert all(entry.group_ids == [str(group.pk)] for entry in entries)
    assert entries[1].details == {"from": {"ceiling": "host"}, "to": {"ceiling": "hash"}}


def test_the_audit_trail_is_read_newest_first_page_by_page(caller: MakeCaller) -> None:
    entries = [audit.record("owner", f"test.{number}", details={"number": number}) for number in range(5)]
    call = caller(ADMIN)

    first = call("GET", "/audit", limit="3").json()
    second = call("GET", "/audit", limit="3", after=str(first["next"])).json()

    assert [item["id"] for item in first["items"] + second["items"]] == [entry.pk for entry in reversed(entries)]
    assert second["next"] is None
    assert first["items"][0]["details"] == {"number": 4}


def test_a_limited_token_reads_entries_about_one_of_its_groups_only(caller: MakeCaller) -> None:
    ours, also_ours, theirs = (make_group() for _turn in range(3))
    ids = [str(group.pk) for group in (ours, also_ours, theirs)]
    audit.record("owner", "of.all")
    audit.record("owner", "of.theirs", group_ids=[ids[2]])
    audit.record("owner", "of.ours", group_ids=[ids[0]])
    audit.record("owner", "of.also_ours", group_ids=[ids[1]])
    audit.record("owner", "of.ours_and_theirs", group_ids=[ids[0], ids[2]])

    items = caller(ADMIN, groups=[ours, also_ours])("GET", "/audit").json()["items"]

    assert [item["action"] for item in items] == ["of.also_ours", "of.ours"]
