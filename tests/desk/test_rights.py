from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from groups.models import Group
from overrides.models import Override
from overrides.rules import Kind, Ruling
from tests.desk.conftest import client_of, with_role
from tests.desk.pages import (
    OF_A_GROUP,
    act,
    list_url,
    row_url,
    rows_of_group,
)
from tests.factories import make_group, make_moderator, make_scan, make_sighting
from waclient.models import Answer, Decision, QueueItem, Sighting
from wbscanner import audit
from wbscanner.models import AuditEntry

OWN, FOREIGN = "fromgroupa", "fromgroupb"
SHARED = {*OF_A_GROUP, AuditEntry}


@pytest.fixture
def foreign(db: None) -> Group:
    return make_group(f"{FOREIGN} group")


def test_a_viewer_is_offered_no_action(group: Group) -> None:
    client = client_of(with_role(make_moderator(group), "Viewers"))

    for row in [group, *rows_of_group(group, OWN)[1:-1]]:
        page = client.get(row_url(row))
        assert page.status_code == 200
        assert 'name="action"' not in page.text


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


def test_when_another_group_posted_a_link_is_not_told(
    as_moderator: Client, as_owner: Client, group: Group, foreign: Group
) -> None:
    now, long_ago = timezone.now(), timezone.now() - timedelta(days=3)
    scan = make_scan()
    make_sighting(group, scan, posted_at=long_ago)
    make_sighting(foreign, scan, posted_at=now)
    QueueItem.objects.create(url_hash=scan.url_hash, url=scan.url, host=scan.host, verdict="malicious", posted_at=now)

    def told(client: Client, **query: str) -> str:
        return str(client.get(reverse("desk:queue"), {"show": "all", **query}).text)

    def fresh(client: Client) -> int:
        since = (now - timedelta(hours=1)).isoformat()
        return int(client.get(reverse("desk:queue-fresh"), {"show": "all", "since": since}).status_code)

    assert "3 days ago" in told(as_moderator)
    assert "3 days ago" not in told(as_owner)
    assert scan.url_hash not in told(as_moderator, show="today")
    assert scan.url_hash in told(as_owner, show="today")
    assert (fresh(as_moderator), fresh(as_owner)) == (204, 200)


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


def test_a_user_who_is_not_staff_is_sent_to_the_login(group: Group) -> None:
    client = client_of(User.objects.create_user("someone"))

    assert client.get("/admin/").status_code == 302
    assert client.get("/desk/phone/").status_code == 302
