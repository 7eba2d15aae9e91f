"""One tap that arrives twice is one decision."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from groups.models import Group
from scans.engine.scoring import Verdict
from tests.factories import make_scan, make_sighting
from waclient import queue
from waclient.models import Decision, QueueItem
from wbscanner.models import AuditEntry

pytestmark = pytest.mark.django_db


def post(client: Client, item: QueueItem, **form: Any) -> str:
    """Decide about a link; the page that follows."""
    answer = {"link": item.url_hash, "answer": "confirm", "what": "url", "where": "here", "until": "", **form}
    return client.post("/desk/queue/decide/", answer, follow=True).content.decode()


def item_of(group: Group) -> QueueItem:
    sighting = make_sighting(group, make_scan("https://one.example/x", Verdict.MALICIOUS), verdict=Verdict.MALICIOUS)
    queue.refresh(sighting.url_hash)
    return QueueItem.objects.get()


def test_a_double_click_is_one_decision_and_one_entry(as_moderator: Client, group: Group) -> None:
    item = item_of(group)

    post(as_moderator, item)
    page = post(as_moderator, item)

    assert 'class="toast"' in page
    assert Decision.objects.get().undone_at is None
    assert AuditEntry.objects.filter(action="link.confirm").count() == 1
    assert not AuditEntry.objects.filter(action="link.undo").exists()


@pytest.mark.parametrize("other", [{"answer": "fine"}, {"what": "host"}, {"until": "7"}])
def test_another_answer_right_after_it_counts(as_moderator: Client, group: Group, other: dict[str, str]) -> None:
    item = item_of(group)

    post(as_moderator, item)
    post(as_moderator, item, **other)

    assert Decision.objects.filter(undone_at=None).count() == 1
    assert Decision.objects.count() == 2


def test_what_was_taken_back_can_be_said_again_at_once(as_moderator: Client, group: Group) -> None:
    item = item_of(group)

    post(as_moderator, item)
    as_moderator.post("/desk/queue/undo/")
    post(as_moderator, item)

    assert Decision.objects.filter(undone_at=None).count() == 1


def test_the_same_answer_a_while_later_counts(as_moderator: Client, group: Group) -> None:
    item = item_of(group)

    post(as_moderator, item)
    with time_machine.travel(timezone.now() + timedelta(seconds=6), tick=False):
        post(as_moderator, item)

    assert Decision.objects.count() == 2
