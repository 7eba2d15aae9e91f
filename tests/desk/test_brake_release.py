"""A person ends the brake in the desk."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from tests.desk.pages import act
from waclient import brake
from waclient.models import Connection
from wbscanner.models import AuditEntry

pytestmark = pytest.mark.django_db


def test_the_owner_lets_sending_go_on_after_a_question(as_owner: Client) -> None:
    brake.hold("WhatsApp said: 429", timezone.now())

    act(as_owner, "send_from_now_on", Connection.get(), confirmed=False)
    assert brake.is_on(timezone.now())
    act(as_owner, "send_from_now_on", Connection.get())

    assert not brake.is_on(timezone.now())
    assert AuditEntry.objects.filter(action="connection.release", actor="owner").count() == 1


def test_a_moderator_cannot_end_the_brake(as_moderator: Client) -> None:
    brake.hold("WhatsApp said: 429", timezone.now())

    act(as_moderator, "send_from_now_on", Connection.get())

    assert brake.is_on(timezone.now())
