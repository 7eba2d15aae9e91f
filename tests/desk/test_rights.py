from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db.models import Model
from django.test import Client

from groups.models import Group
from overrides.models import Override
from overrides.rules import Kind, Ruling
from scans.models import Scan
from tests.desk.conftest import client_of, with_role
from tests.desk.pages import (
    OF_A_GROUP,
    act,
    first,
    list_url,
    of_one_campaign,
    registered,
    row_url,
    rows_of_group,
    rows_of_installation,
)
from tests.factories import make_group, make_moderator
from waclient.models import Action, ActionState, Answer, Campaign, Decision, QueueItem, Sighting
from wbscanner import audit
from wbscanner.models import AuditEntry

OWN, FOREIGN = "fromgroupa", "fromgroupb"
SHARED = {*OF_A_GROUP, AuditEntry}


@pytest.fixture
def foreign(db: None) -> Group:
    return make_group(f"{FOREIGN} group")


@pytest.fixture
def foreign_rows(group: Group, foreign: Group) -> list[Model]:
    of_one_campaign(first(rows_of_group(group, OWN, 1), Sighting))
    return [foreign, *rows_of_group(foreign, FOREIGN, 2), *rows_of_installation(foreign, FOREIGN)]


@pytest.mark.parametrize("model", registered(), ids=lambda model: model._meta.label)
def test_an_owner_opens_every_list(as_owner: Client, foreign_rows: list[Model], model: type[Model]) -> None:
    response = as_owner.get(list_url(model))

    assert response.status_code == 200


@pytest.mark.parametrize("model", [*registered(), AuditEntry], ids=lambda model: model._meta.label)
def test_a_moderator_sees_lists_of_their_groups_only(
    as_moderator: Client, foreign_rows: list[Model], model: type[Model]
) -> None:
    response = as_moderator.get(list_url(model))

    if model in SHARED:
        assert response.status_code == 200
        assert FOREIGN not in response.text
        assert OWN in response.text or "Coro Aurora" in response.text
    else:
        assert response.status_code == 403


@pytest.mark.parametrize("page", ["change", "history", "delete"])
def test_every_page_of_another_groups_row_is_as_if_it_were_not_there(
    as_owner: Client, as_moderator: Client, foreign_rows: list[Model], page: str
) -> None:
    for row in foreign_rows:
        if isinstance(row, QueueItem | AuditEntry) and page != "change":
            continue  # a link has its card only, an entry one page
        url = row_url(row, page)
        response = as_moderator.get(url)
        assert response.status_code in ({404} if page == "change" and type(row) in SHARED else {403, 404}), url
        assert FOREIGN not in response.text, url
    if page == "change":
        assert {as_owner.get(row_url(row, page)).status_code for row in foreign_rows} == {200}


def test_a_moderator_opens_every_detail_page_of_their_group(as_moderator: Client, group: Group) -> None:
    for row in (group, *rows_of_group(group, OWN)):
        expected = 403 if isinstance(row, Scan) else 200
        assert as_moderator.get(row_url(row)).status_code == expected, row


@pytest.mark.parametrize(
    ("name", "kind"),
    [("go_live", Group), ("mute", Group), ("switch_off", Group), ("scam", Sighting),
     ("undo", Decision), ("send_again", Action), ("scam", Campaign), ("fine", Campaign),
     ("expire", Override), ("remove", Override)],
)  # fmt: skip
def test_an_action_cannot_reach_into_another_group(
    as_moderator: Client, foreign: Group, foreign_rows: list[Model], name: str, kind: type[Model]
) -> None:
    row = next(row for row in foreign_rows if isinstance(row, kind))
    before = {model: list(model._default_manager.order_by("pk").values()) for model in SHARED}

    act(as_moderator, name, row, minutes="60", scope="here", kind="url")

    assert {model: list(model._default_manager.order_by("pk").values()) for model in SHARED} == before


def test_a_viewer_reads_and_changes_nothing(group: Group) -> None:
    client = client_of(with_role(make_moderator(group), "Viewers"))
    rows = [group, *rows_of_group(group, OWN)[1:-1]]

    for row in rows:
        page = client.get(row_url(row))
        assert page.status_code == 200
        assert 'name="action"' not in page.text
        assert client.get(list_url(type(row)) + "add/").status_code in {403, 404}
    for name, row in [("mute", rows[0]), ("remove", rows[1]), ("scam", rows[2]), ("send_again", rows[3])]:
        act(client, name, row, minutes="60", scope="here", kind="url")
    assert AuditEntry.objects.count() == 1
    assert Action.objects.get().state == ActionState.FAILED


def test_staff_without_a_role_sees_no_list(group: Group) -> None:
    client = client_of(make_moderator(group))

    assert [client.get(list_url(model)).status_code for model in registered()] == [403] * len(registered())
    assert client.get("/admin/").status_code == 200


def test_global_rows_are_the_owners(as_moderator: Client, as_owner: Client, group: Group) -> None:
    override = Override.objects.create(kind=Kind.HOST, target="a.example", shown="a[.]example", ruling=Ruling.DENY)
    decision = Decision.objects.create(url_hash="0" * 64, answer=Answer.FINE, by="owner")

    for row in (override, decision):
        assert as_moderator.get(row_url(row)).status_code == 404
        assert as_owner.get(row_url(row)).status_code == 200


def test_a_moderator_cannot_decide_for_all_groups(as_moderator: Client, group: Group) -> None:
    sighting = rows_of_group(group, OWN)[2]

    page = act(as_moderator, "scam", sighting, scope="everywhere", kind="url")

    assert page.status_code == 200
    assert "in all groups" not in page.text
    assert Decision.objects.filter(group=None).count() == 0


@pytest.mark.parametrize("chosen", ["", "foreign"])
def test_a_moderator_makes_overrides_for_their_groups_only(
    as_moderator: Client, foreign: Group, group: Group, chosen: str
) -> None:
    data = {"ruling": "deny", "kind": "host", "target": "evil.example", "group": str(foreign.pk) if chosen else ""}

    refused = as_moderator.post("/admin/overrides/override/add/", data)
    accepted = as_moderator.post("/admin/overrides/override/add/", {**data, "group": str(group.pk)})

    assert (refused.status_code, accepted.status_code) == (200, 302)
    assert [override.group for override in Override.objects.all()] == [group]


def test_an_audit_entry_is_found_by_its_whole_group_id(as_moderator: Client, group: Group) -> None:
    audit.record("x", "similarid", group_ids=[f"{group.pk}1", f"1{group.pk}"])
    audit.record("x", "ownid", group_ids=["999999", str(group.pk)])
    audit.record("x", "noid")

    page = as_moderator.get(list_url(AuditEntry)).text

    assert "ownid" in page
    assert "similarid" not in page
    assert "noid" not in page


def test_a_moderators_filters_do_not_name_other_groups(as_moderator: Client, foreign: Group, group: Group) -> None:
    for model in SHARED:
        assert foreign.name not in as_moderator.get(list_url(model)).text
        assert foreign.name not in as_moderator.get(list_url(model), {"in_group": str(foreign.pk)}).text


def test_the_queue_counts_only_groups_the_reader_may_see(
    as_moderator: Client, as_owner: Client, group: Group, foreign: Group
) -> None:
    _scan, _override, sighting, *_others = rows_of_group(group, OWN)
    assert isinstance(sighting, Sighting)
    for name, value in {"pk": None, "group": foreign, "override": None}.items():
        setattr(sighting, name, value)
    sighting.save(force_insert=True)

    def reach(client: Client) -> Any:
        return set(client.get(list_url(QueueItem)).context["rows"][0].groups)

    assert (reach(as_moderator), reach(as_owner)) == ({str(group)}, {str(group), str(foreign)})


def test_nobody_reaches_a_page_without_login(db: None, client: Client) -> None:
    for model in registered():
        response = client.get(list_url(model))
        assert (response.status_code, response.headers["Location"].partition("?")[0]) == (302, "/admin/login/")


def test_a_user_who_is_not_staff_is_sent_to_the_login(group: Group) -> None:
    client = client_of(User.objects.create_user("someone"))

    assert client.get("/admin/").status_code == 302
    assert client.get("/desk/phone/").status_code == 302
