from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from tests.factories import make_group, make_sighting
from waclient.models import Alert, ModeratorsChat, PendingWork, Sighting, WorkKind
from waclient.tasks import ALERTS_KEPT, WORK_KEPT, drop_old_work, forget_addresses, forget_alerts, forget_codes

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def test_addresses_are_forgotten_after_their_time_and_nothing_else_is() -> None:
    now = timezone.now()
    old = make_sighting(make_group(), sender_address="x", received_at=now - settings.SENDER_ADDRESS_KEPT - MINUTE)
    young = make_sighting(make_group(), sender_address="x", received_at=now - settings.SENDER_ADDRESS_KEPT + MINUTE)

    assert forget_addresses() == 1
    assert forget_addresses() == 0

    kept = dict(Sighting.objects.values_list("pk", "sender_address"))
    assert kept == {old.pk: None, young.pk: "x"}
    old.refresh_from_db()
    assert old.sender != ""


def test_an_address_is_kept_by_when_it_came_not_by_what_the_message_says_of_its_age() -> None:
    make_sighting(make_group(), sender_address="x", posted_at=timezone.now() - timedelta(days=30))

    assert forget_addresses() == 0


def test_work_nobody_could_do_within_a_day_is_dropped() -> None:
    now = timezone.now()
    PendingWork.objects.create(kind=WorkKind.GROUP_INFO, ref="old", created_at=now - WORK_KEPT - MINUTE)
    PendingWork.objects.create(kind=WorkKind.GROUP_INFO, ref="new", created_at=now - WORK_KEPT + MINUTE)

    assert drop_old_work() == 1
    assert PendingWork.objects.get().ref == "new"


def test_what_moderators_were_told_is_forgotten_after_sixty_days() -> None:
    chat, now = ModeratorsChat.objects.create(name="Night watch"), timezone.now()
    for age in (ALERTS_KEPT + MINUTE, ALERTS_KEPT - MINUTE):
        Alert.objects.create(
            chat=chat, subject="x", url_hash="x", verdict="malicious", due_at=now, created_at=now - age
        )

    assert forget_alerts() == 1
    assert Alert.objects.count() == 1


def test_the_hash_of_a_code_that_nobody_used_is_forgotten_when_it_ends() -> None:
    now = timezone.now()
    for code, left in (("over", -MINUTE), ("runs", MINUTE)):
        ModeratorsChat.objects.create(name=code, code_hash=code, code_expires_at=now + left)

    assert forget_codes() == 1

    assert list(ModeratorsChat.objects.exclude(code_hash="").values_list("name", flat=True)) == ["runs"]
