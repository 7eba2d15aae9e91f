"""The page of a group's policy, and its trusted members."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from groups import services
from groups.models import Group
from groups.policy import Preset, State
from tests.desk.conftest import client_of, with_role
from tests.desk.pages import row_url
from tests.desk.test_group_actions import FORM
from tests.factories import make_group, make_moderator, make_sighting
from wbscanner.models import AuditEntry


def trusted(group: Group) -> str:
    return reverse("desk:trusted", args=[group.pk])


def test_the_page_shows_every_choice_with_what_is_chosen(as_owner: Client, group: Group) -> None:
    page = as_owner.get(row_url(group)).text

    for name in FORM:
        assert f'name="{name}"' in page, name
    assert 'name="on_malicious" value="reply" checked' in page
    assert 'form="choose-policy" name="preset" value="family"' in page
    assert 'name="preset" value="quiet"' not in page


def test_quiet_hours_are_drawn_and_come_back_in_the_form(as_owner: Client, group: Group) -> None:
    Group.objects.filter(pk=group.pk).update(quiet_from=time(21, 0), quiet_to=time(7, 30))

    page = as_owner.get(row_url(group)).text

    assert "As saved: quiet from 21:00 to 07:30" in page
    assert 'value="21:00"' in page
    assert page.count('class="q"') == 2


def test_choosing_a_policy_asks_with_that_policy_chosen(as_owner: Client, group: Group) -> None:
    data = {"action": "choose_policy", "from_detail": "1", "_selected_action": str(group.pk), "preset": "marketplace"}

    page = as_owner.post(reverse("admin:groups_group_changelist"), data)

    assert '<option value="marketplace" selected' in page.text
    group.refresh_from_db()
    assert group.preset == Preset.QUIET


def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(as_owner: Client, group: Group) -> None:
    page = as_owner.post(row_url(group), {**FORM, "on_malicious": "delete", "time_zone": "Madrid"})

    assert "Write it as in" in page.text
    assert 'name="on_malicious" value="delete" checked' in page.text
    assert 'value="Madrid"' in page.text


def test_a_viewer_reads_the_policy_and_finds_nothing_to_change(group: Group) -> None:
    page = client_of(with_role(make_moderator(group), "Viewers")).get(row_url(group))

    assert page.status_code == 200
    assert 'name="on_malicious"' not in page.text
    assert 'name="preset"' not in page.text


def test_a_trusted_member_is_shown_with_their_links_and_taken_off(as_moderator: Client, group: Group) -> None:
    sighting = make_sighting(group)
    services.trust(group, sighting.sender, by="x")
    services.trust(group, "f" * 32, by="x")

    page = as_moderator.get(trusted(group))
    as_moderator.post(trusted(group), {"member": sighting.sender})

    assert [(one.name, one.links) for one in page.context["members"]] == [(sighting.sender[:8], 1), ("ffffffff", 0)]
    assert reverse("admin:waclient_sighting_change", args=[sighting.pk]) in page.text
    group.refresh_from_db()
    assert group.trusted == ["f" * 32]
    assert AuditEntry.objects.get(action="group.distrust").actor == "mira"


def test_who_is_not_on_the_list_is_not_taken_off_twice(as_moderator: Client, group: Group) -> None:
    page = as_moderator.post(trusted(group), {"member": "f" * 32}, follow=True)

    assert "Nothing was changed" in page.text
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("method", ["get", "post"])
def test_trusted_members_of_another_group_are_as_if_there_were_none(
    as_moderator: Client, group: Group, method: str
) -> None:
    foreign = make_group("Foreign", State.LIVE, trusted=["f" * 32])

    assert getattr(as_moderator, method)(trusted(foreign), {"member": "f" * 32}).status_code == 404
    foreign.refresh_from_db()
    assert foreign.trusted == ["f" * 32]


def test_a_viewer_takes_nobody_off(group: Group) -> None:
    services.trust(group, "f" * 32, by="x")
    client = client_of(with_role(make_moderator(group), "Viewers"))

    assert "Stop trusting" not in client.get(trusted(group)).text
    assert client.post(trusted(group), {"member": "f" * 32}).status_code == 403


def test_the_page_asks_few_questions(as_owner: Client, group: Group, django_assert_max_num_queries: Any) -> None:
    as_owner.get(row_url(group))

    with django_assert_max_num_queries(15):
        as_owner.get(row_url(group))
