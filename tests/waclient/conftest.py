"""What the tests of reading, planning and sending share."""

from __future__ import annotations

import pytest
from pytest_django.fixtures import Settings

from groups.models import Group
from tests.factories import make_group
from tests.waclient.planning import told
from tests.waclient.recording_client import RecordingClient


@pytest.fixture
def no_gaps(settings: Settings) -> None:
    """Limits that stand in nobody's way; tests of limits set their own."""
    settings.SEND_GAP_MIN = settings.SEND_GAP_MAX = settings.SEND_GROUP_GAP = settings.SEND_TYPING = 0
    settings.SEND_HOURLY_CAP = settings.SEND_DAILY_CAP = 1000
    settings.SEND_WARM_UP_DAYS = 0


@pytest.fixture
def client() -> RecordingClient:
    return RecordingClient()


@pytest.fixture
def group(db: None) -> Group:
    """A live group that was told of the bot's arrival."""
    return told(make_group())
