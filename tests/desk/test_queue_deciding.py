"""Deciding in the queue: about many at once, about more than the link, taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from groups.models import Group
from overrides.models import Override
from overrides.rules import Kind, Ruling
from tests.desk.conftest import client_of, with_role
from tests.desk.pages import answer
from tests.desk.queued import QUEUE, posted, rows
from tests.factories import make_group, make_moderator
from waclient.models import Decision, QueueItem
from wbscanner.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("word", "ruling"), [("confirm", Ruling.DENY), ("fine", Ruling.ALLOW)])
def test_a_moderator_decides_about_many_at_once(as_moderator: Client, group: Group, word: str, ruling: Ruling) -> None:
    items = [posted(group, f"https://host{number}.example/") for number in range(3)]

    answer(as_moderator, word, *items)

    ruled = {(one.target, one.ruling, one.group_id, one.created_by) for one in Override.objects.all()}
    assert ruled == {(item.url_hash, ruling, group.pk, "mira") for item in items}
    assert rows(as_moderator) == []
    assert AuditEntry.objects.filter(action=f"link.{word}").count() == 3


def test_what_was_decided_last_is_taken_back(as_moderator: Client, group: Group) -> None:
    item = posted(group)
    answer(as_moderator, "confirm", item)
    assert "Undo" in as_moderator.get(QUEUE).text

    as_moderator.post("/desk/queue/undo/")

    assert rows(as_moderator) == [item.url_hash]
    assert not Override.objects.exists()
    assert "data-toast" not in as_moderator.get(QUEUE).text


def test_undo_takes_back_nothing_of_anybody_else(as_moderator: Client, group: Group) -> None:
    item = posted(group)
    answer(as_moderator, "confirm", item)
    other = client_of(with_role(make_moderator(group, username="otto"), "Moderators"))

    other.post("/desk/queue/undo/")

    assert Decision.objects.filter(undone_at__isnull=True).count() == 1


@pytest.mark.parametrize(
    ("form", "kind", "target"),
    [({"what": "host"}, Kind.HOST, "pay.parcel-fee.example"), ({"what": "domain"}, Kind.DOMAIN, "parcel-fee.example")],
)
def test_more_than_the_link_is_ruled_on_when_asked(
    as_moderator: Client, group: Group, form: dict[str, str], kind: Kind, target: str
) -> None:
    answer(as_moderator, "confirm", posted(group, "https://pay.parcel-fee.example/x"), until="7", **form)

    override = Override.objects.get()
    assert (override.kind, override.target) == (kind, target)
    assert override.expires_at is not None
    assert timedelta(days=6) < override.expires_at - timezone.now() < timedelta(days=8)


def test_one_of_several_groups_is_chosen(as_owner: Client, group: Group) -> None:
    posted(group)
    item = posted(make_group("Elsewhere"))

    answer(as_owner, "confirm", item, where=str(group.pk))

    assert [one.group for one in Override.objects.all()] == [group]


def test_all_groups_are_the_owners(as_owner: Client, as_moderator: Client, group: Group) -> None:
    item = posted(group)

    answer(as_moderator, "confirm", item, where="all")
    assert not Decision.objects.exists()
    answer(as_owner, "confirm", item, where="all")

    assert Decision.objects.get().group is None


def refused(client: Client, *items: QueueItem, **form: Any) -> str:
    answer(client, form.pop("word", "confirm"), *items, **form)
    assert not Decision.objects.exists()
    return client.get(QUEUE, {"show": "all"}).text


def test_an_impossible_answer_decides_nothing_and_says_what_to_do(as_moderator: Client, group: Group) -> None:
    item, foreign = posted(group), posted(make_group(), "https://foreign.example/")

    assert "load the page again" in refused(as_moderator, foreign)
    assert "load the page again" in refused(as_moderator, item, where=str(foreign.pk + 999))
    assert "load the page again" in refused(as_moderator, item, word="perhaps")
    assert "between 1 and" in refused(as_moderator)
    viewer = client_of(with_role(make_moderator(group, username="vera"), "Viewers"))
    assert "may look, not decide" in refused(viewer, item)
    assert 'name="answer"' not in viewer.get(QUEUE).text


def test_after_an_answer_one_is_where_one_was(as_owner: Client, group: Group) -> None:
    place = f"{QUEUE}?show=today&q=parcel"

    assert answer(as_owner, "unsure", posted(group), next=place).headers["Location"] == place
    assert answer(as_owner, "unsure", posted(group), next="https://evil.example/").headers["Location"] == QUEUE
    assert answer(as_owner, "unsure", posted(group), next="//evil.example/desk/").headers["Location"] == QUEUE


def test_deciding_is_a_post_with_a_token(as_owner: Client, owner: User, group: Group) -> None:
    posted(group)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")

    assert as_owner.get("/desk/queue/decide/").status_code == 405
    assert strict.post("/desk/queue/decide/").status_code == 403
    assert strict.post("/desk/queue/undo/").status_code == 403
