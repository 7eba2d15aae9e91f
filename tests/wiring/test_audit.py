from __future__ import annotations

import pytest
from django.db import transaction

from tests.factories import make_group
from wbscanner import audit
from wbscanner.models import AuditEntry

pytestmark = pytest.mark.django_db


def test_an_entry_says_who_did_what_to_what_with_which_details() -> None:
    audit.record("ana", "group.mute", "Parents", group_ids=["7"], details={"minutes": 30})

    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.action, entry.target) == ("ana", "group.mute", "Parents")
    assert (entry.group_ids, entry.details) == (["7"], {"minutes": 30})
    assert entry.at is not None


def test_a_long_target_is_cut() -> None:
    assert len(audit.record("ana", "link.confirm", "x" * 5000).target) == 200


def test_an_entry_outlives_its_group() -> None:
    group = make_group()
    entry = audit.record("ana", "group.mute", str(group), group_ids=[str(group.pk)])

    group.delete()

    entry.refresh_from_db()
    assert entry.group_ids


def test_an_entry_goes_with_the_change_it_tells_of() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        audit.record("ana", "group.mute")
        raise ZeroDivisionError

    assert not AuditEntry.objects.exists()
