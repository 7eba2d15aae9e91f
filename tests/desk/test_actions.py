from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db.models import Model
from django.test import Client
from django.utils import timezone
from django_q.models import OrmQ

from groups.models import Group
from groups.policy import State
from overrides.models import Override
from overrides.rules import Kind, Ruling
from scans.models import Scan, Status
from tests.desk.pages import act, list_url, row_url, rows_of_group
from tests.factories import make_group, make_override, make_scan
from waclient import decisions
from waclient.models import Action, ActionState, Answer, Decision, QueueItem, Sighting
from wbscanner.models import AuditEntry

pytestmark = pytest.mark.django_db


def first(rows: list[Model], kind: type[Model]) -> Any:
    return next(row for row in rows if isinstance(row, kind))


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
    data = {"on_suspicious": "nothing", "on_malicious": "delete", "ceiling": "hash", "state": "live", "name": "x"}

    as_owner.post(row_url(group), data)

    changed = Group.objects.get()
    assert (changed.on_suspicious, changed.on_malicious, changed.ceiling) == ("nothing", "delete", "hash")
    assert (changed.state, changed.name) == (State.WATCH, group.name)
    assert AuditEntry.objects.get().action == "group.change"


def test_a_groups_form_says_that_nothing_keeps_its_links_unopened(as_owner: Client) -> None:
    page = as_owner.get(row_url(make_group()))

    assert "With “nothing” the links posted here are not opened either" in page.content.decode()


def test_a_rescan_queues_a_scan_with_its_job(as_owner: Client) -> None:
    scan = make_scan()

    act(as_owner, "rescan", scan, confirmed=False)
    asked_only = Scan.objects.count()
    act(as_owner, "rescan", scan)

    assert asked_only == 1
    assert Scan.objects.filter(url_hash=scan.url_hash, status=Status.QUEUED).count() == 1
    assert OrmQ.objects.count() == 1
    assert AuditEntry.objects.get().action == "scan.rescan"


@pytest.mark.parametrize("kind", [Sighting, QueueItem])
@pytest.mark.parametrize(("name", "ruling"), [("scam", Ruling.DENY), ("fine", Ruling.ALLOW)])
def test_a_moderator_decides_about_a_link(
    as_moderator: Client, group: Group, kind: type[Model], name: str, ruling: Ruling
) -> None:
    rows = rows_of_group(group)
    Decision.objects.all().delete()
    row = first(rows, kind)

    act(as_moderator, name, row, confirmed=False)
    asked_only = Decision.objects.count()
    act(as_moderator, name, row, scope="here", kind="url")

    assert asked_only == 0
    decision = Decision.objects.get()
    assert (decision.by, decision.group, decision.url_hash) == ("mira", group, row.url_hash)
    override = Override.objects.get(kind=Kind.URL)
    assert (override.ruling, override.group, override.target) == (ruling, group, row.url_hash)
    assert AuditEntry.objects.filter(actor="mira", action__startswith="link.").count() == 1


def test_a_whole_host_is_ruled_on_when_asked(as_moderator: Client, group: Group) -> None:
    rows = rows_of_group(group)
    Override.objects.all().delete()

    act(as_moderator, "scam", first(rows, QueueItem), scope="here", kind="host")

    ruled = Override.objects.order_by("kind").values_list("kind", "target", "ruling", "group")
    assert list(ruled) == [("host", "shop1.example", "deny", group.pk)]


def test_a_rule_for_the_host_gives_way_and_undoing_puts_it_back(as_moderator: Client, group: Group) -> None:
    rows = rows_of_group(group)  # the host is denied there
    Decision.objects.all().delete()
    Scan.objects.update(hops=[])
    before = Override.objects.get(kind=Kind.HOST, group=group)

    act(as_moderator, "fine", first(rows, Sighting), scope="here", kind="host")
    before.refresh_from_db()
    assert before.ruling == Ruling.ALLOW
    decisions.undo(Decision.objects.get(), by="somebody")

    before.refresh_from_db()
    assert before.ruling == Ruling.DENY


def test_an_owner_decides_for_all_groups(as_owner: Client, group: Group) -> None:
    row = first(rows_of_group(group), Sighting)

    act(as_owner, "scam", row, scope="everywhere", kind="url")

    assert Decision.objects.filter(group=None, answer=Answer.CONFIRM).count() == 1
    assert Scan.objects.get().decided_at is not None


def test_not_sure_only_takes_the_link_off_the_queue(as_moderator: Client, group: Group) -> None:
    row = first(rows_of_group(group), QueueItem)
    before = Override.objects.count()

    act(as_moderator, "unsure", row, scope="here")

    assert Override.objects.count() == before
    assert QueueItem.objects.get().decided_at is not None


def test_a_decision_is_undone_once(as_moderator: Client, group: Group) -> None:
    row = first(rows_of_group(group), Sighting)
    Decision.objects.all().delete()
    act(as_moderator, "scam", row, scope="here", kind="url")
    decision = Decision.objects.get()

    act(as_moderator, "undo", decision)
    again = act(as_moderator, "undo", decision)

    assert Decision.objects.get().undone_at is not None
    assert not Override.objects.filter(kind=Kind.URL).exists()
    assert AuditEntry.objects.filter(action="link.undo").count() == 1
    assert "undone already" in as_moderator.get(again.headers["Location"]).text


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
