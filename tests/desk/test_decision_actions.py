"""What people decide about a link in the desk, and how they take it back."""

from __future__ import annotations

import pytest
from django.test import Client

from groups.models import Group
from overrides.models import Override
from overrides.rules import Kind, Ruling
from scans.models import Scan
from tests.desk.pages import act, first, rows_of_group
from waclient import decisions
from waclient.models import Answer, Decision, QueueItem, Sighting
from wbscanner.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("name", "ruling"), [("scam", Ruling.DENY), ("fine", Ruling.ALLOW)])
def test_a_moderator_decides_about_a_link(as_moderator: Client, group: Group, name: str, ruling: Ruling) -> None:
    rows = rows_of_group(group)
    Decision.objects.all().delete()
    row = first(rows, Sighting)

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

    act(as_moderator, "scam", first(rows, Sighting), scope="here", kind="host")

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
    row = first(rows_of_group(group), Sighting)
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
