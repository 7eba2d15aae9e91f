"""Actions of the desk: what holds for all of them, and those on overrides, scans and answers."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from django_q.models import OrmQ

from groups.models import Group
from groups.policy import State
from overrides.models import Override
from scans.models import Scan, Status
from tests.desk.pages import act, first, list_url, row_url, rows_of_group
from tests.factories import make_group, make_override, make_scan
from waclient.models import Action, ActionState
from wbscanner.models import AuditEntry

pytestmark = pytest.mark.django_db


def test_a_rescan_queues_a_scan_with_its_job(as_owner: Client) -> None:
    scan = make_scan()

    act(as_owner, "rescan", scan, confirmed=False)
    asked_only = Scan.objects.count()
    act(as_owner, "rescan", scan)

    assert asked_only == 1
    assert Scan.objects.filter(url_hash=scan.url_hash, status=Status.QUEUED).count() == 1
    assert OrmQ.objects.count() == 1
    assert AuditEntry.objects.get().action == "scan.rescan"


@pytest.mark.parametrize("state", [ActionState.FAILED, ActionState.UNCERTAIN, ActionState.SKIPPED])
def test_what_did_not_go_out_is_sent_again_on_request(as_moderator: Client, group: Group, state: ActionState) -> None:
    action = first(rows_of_group(group), Action)
    Action.objects.update(state=state)

    question = act(as_moderator, "send_again", action, confirmed=False)
    act(as_moderator, "send_again", action)

    assert ("members may then see it twice" in question.text) is (state == ActionState.UNCERTAIN)
    again = Action.objects.get()
    assert (again.state, again.asked_by) == (ActionState.PENDING, "mira")
    assert AuditEntry.objects.filter(action="action.send_again").count() == 1


@pytest.mark.parametrize("state", [ActionState.PENDING, ActionState.SENDING, ActionState.SENT])
def test_what_went_out_or_waits_is_not_sent_again(as_moderator: Client, group: Group, state: ActionState) -> None:
    action = first(rows_of_group(group), Action)
    Action.objects.update(state=state)

    act(as_moderator, "send_again", action)

    assert Action.objects.get().state == state
    assert not AuditEntry.objects.filter(action="action.send_again").exists()


def test_an_override_is_ended_and_removed(as_owner: Client) -> None:
    override = make_override()

    act(as_owner, "expire", override)
    is_active = Override.objects.get().is_active(timezone.now())
    act(as_owner, "remove", override)

    assert not is_active
    assert not Override.objects.exists()
    actions = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert actions == ["override.expire", "override.delete"]


def test_the_override_form_reads_what_people_paste(as_owner: Client) -> None:
    data = {"ruling": "deny", "kind": "url", "target": "HTTPS://Evil.Example/Pay"}

    made = as_owner.post("/admin/overrides/override/add/", data)
    refused = as_owner.post("/admin/overrides/override/add/", {**data, "kind": "pattern", "target": "*.com"})
    twice = as_owner.post("/admin/overrides/override/add/", data)

    assert made.status_code == 302
    assert Override.objects.get().shown.startswith("hxxps://evil[.]example/")
    assert "would match too much" in refused.text
    assert "already rules" in twice.text


def test_several_rows_are_acted_on_at_once_and_one_refusal_spares_the_others(as_owner: Client) -> None:
    live, off = make_group("Live one", State.LIVE), make_group("Off one", State.OFF)

    response = act(as_owner, "go_live", live, off)

    assert set(Group.objects.values_list("state", flat=True)) == {State.LIVE}
    page = as_owner.get(response.headers["Location"]).text
    assert "Live one: it is in this state already." in page
    assert "Done for 1 row." in page


def test_nothing_is_changed_by_opening_an_address(as_owner: Client, group: Group) -> None:
    query = {"action": "go_live", "_selected_action": str(group.pk), "confirmed": "1", "index": "0"}
    Group.objects.update(state=State.OFF)

    as_owner.get(list_url(Group), query)

    assert Group.objects.get().state == State.OFF


def test_an_action_from_a_detail_page_returns_there(as_owner: Client, group: Group) -> None:
    response = act(as_owner, "mute", group, minutes="15", from_detail="1")

    assert response.headers["Location"] == row_url(group)


def test_a_post_without_the_csrf_token_is_refused(owner: User, group: Group) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")

    assert act(strict, "switch_off", group).status_code == 403
    assert strict.post("/desk/phone/", {"wish": "qr"}).status_code == 403


def test_machine_facts_cannot_be_written_by_a_form(as_owner: Client, group: Group) -> None:
    rows = rows_of_group(group)
    for row in rows:
        before = type(row).objects.values().get(pk=row.pk)  # type: ignore[attr-defined]
        as_owner.post(
            row_url(row), {"verdict": "benign", "host": "x", "state": "sent", "ruling": "allow", "actor": "x"}
        )
        assert type(row).objects.values().get(pk=row.pk) == before  # type: ignore[attr-defined]
