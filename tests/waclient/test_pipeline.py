"""From a message to an answer in one process: ingest, worker, outbox and sending over the real tables."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.apps import apps
from django.core import serializers
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from groups.models import Group
from groups.policy import Response
from scans.tasks import run_scan
from tests.factories import make_group
from tests.waclient.inbound import ANNA, LID, PHONE, edits, revokes, rosters_of, says
from tests.waclient.recording_client import RecordingClient
from waclient import decisions, ingest, outbox, sending
from waclient.models import Action, ActionKind, ActionState, Answer, QueueItem, Sighting
from waclient.rosters import Rosters
from waclient.tapping import is_clickable

pytestmark = pytest.mark.django_db

SCAM = "http://192.0.2.1/login.exe"
CANARY = "c4n4ryT0k3nZ9x8Y7w6V5u4"
OURS = ("wbscanner", "scans", "groups", "overrides", "waclient", "django_q")


@pytest.fixture(autouse=True)
def no_gaps(settings: Settings) -> None:
    settings.SEND_GAP_MIN = settings.SEND_GAP_MAX = settings.SEND_GROUP_GAP = settings.SEND_TYPING = 0
    settings.SEND_HOURLY_CAP = settings.SEND_DAILY_CAP = 10_000
    settings.SEND_WARM_UP_DAYS = 0


@pytest.fixture
def client() -> RecordingClient:
    return RecordingClient()


@pytest.fixture
def group() -> Group:
    group = make_group()
    Action.objects.create(group=group, kind=ActionKind.NOTICE, state=ActionState.SENT)
    return group


def work(client: RecordingClient) -> None:
    """Everything that the worker and the socket's thread would do now."""
    run_scan(0)
    while outbox.plan_next(timezone.now()):
        pass
    while sending.send_next(client, timezone.now()):
        pass


def whole_database() -> str:
    rows = [
        row for label in OURS for model in apps.get_app_config(label).get_models() for row in model._base_manager.all()
    ]
    return str(serializers.serialize("json", rows))


def test_a_scam_is_answered_once_with_a_host_that_cannot_be_tapped(group: Group, client: RecordingClient) -> None:
    message = says(group, f"Your parcel waits: {SCAM}")
    ingest.receive(message, Rosters())
    work(client)
    ingest.receive(message, Rosters())
    work(client)

    (call,) = client.calls
    assert (call.what, call.chat) == ("reply", group.jid)
    assert call.to is not None
    assert (call.to.message_id, call.to.sender) == (message.message_id, LID)
    assert "192[.]0[.]2[.]1" in call.text
    assert "login" not in call.text


@pytest.mark.parametrize("text", ["Good morning", "see https://en.wikipedia.org/wiki/Foo_(bar)."])
def test_on_a_clean_message_the_bot_is_silent(group: Group, client: RecordingClient, text: str) -> None:
    ingest.receive(says(group, text), Rosters())
    work(client)

    assert client.calls == []


def test_an_edit_that_brings_a_scam_into_a_clean_message_is_answered(group: Group, client: RecordingClient) -> None:
    message = says(group, "see https://en.wikipedia.org/wiki/Foo")
    ingest.receive(message, Rosters())
    work(client)
    ingest.receive(edits(message, f"see {SCAM}"), Rosters())
    work(client)

    assert client.did == ["reply"]


def test_taking_a_link_out_and_putting_it_back_escapes_nothing(group: Group, client: RecordingClient) -> None:
    message = says(group, f"see {SCAM}")
    ingest.receive(message, Rosters())
    run_scan(0)
    ingest.receive(edits(message, "see you"), Rosters())
    work(client)
    assert client.calls == []

    ingest.receive(edits(message, f"see {SCAM}"), Rosters())
    work(client)

    assert client.did == ["reply"]


def test_a_message_deleted_before_the_answer_is_not_answered(group: Group, client: RecordingClient) -> None:
    message = says(group, f"see {SCAM}")
    ingest.receive(message, Rosters())
    run_scan(0)
    outbox.plan_next(timezone.now())

    ingest.receive(revokes(message, by=ANNA), Rosters())
    work(client)

    assert client.calls == []
    assert Action.objects.get(kind=ActionKind.REPLY).reason == "withdrawn"


def test_a_confirmed_scam_is_deleted_the_next_time_and_a_fine_link_left_alone(client: RecordingClient) -> None:
    group = make_group(bot_is_admin=True, on_malicious=Response.DELETE)
    Action.objects.create(group=group, kind=ActionKind.NOTICE, state=ActionState.SENT)
    ingest.receive(says(group, f"see {SCAM}"), Rosters())
    work(client)
    url_hash = Sighting.objects.get().url_hash
    assert client.did == ["reply"]

    decisions.decide(url_hash, Answer.CONFIRM, by="ana", group=None)
    ingest.receive(says(group, f"again {SCAM}"), Rosters())
    work(client)
    assert client.did == ["reply", "delete"]  # the group was told about this link a moment ago

    decisions.decide(url_hash, Answer.FINE, by="ana", group=None)
    ingest.receive(says(group, f"and again {SCAM}"), Rosters())
    work(client)
    assert client.did == ["reply", "delete"]


def test_history_is_judged_and_put_on_the_queue_but_not_answered(group: Group, client: RecordingClient) -> None:
    ingest.receive(says(group, f"see {SCAM}", age=timedelta(hours=3)), Rosters())
    work(client)

    assert client.calls == []
    assert QueueItem.objects.get().verdict == "malicious"


@pytest.mark.parametrize(
    "url",
    [
        f"https://chat.whatsapp.com/{CANARY}",
        f"https://example.com/reset-password?token={CANARY}",
        f"https://192.0.2.1/verify/{CANARY}/login.exe?email=anna@example.org",
        f"https://anna:{CANARY}@example.com/magic?sig={CANARY}",
    ],
)
def test_no_table_holds_a_secret_of_a_link_a_word_of_a_message_or_an_address(
    group: Group, client: RecordingClient, url: str
) -> None:
    ingest.receive(says(group, f"Dear sweetheart, {url}"), rosters_of(group))
    work(client)
    decisions.decide(Sighting.objects.get().url_hash, Answer.CONFIRM, by="ana", group=group)
    ingest.receive(says(group, f"Dear sweetheart, {url}"), rosters_of(group))
    work(client)

    stored = whole_database()
    assert Sighting.objects.count() == 2
    for word in (CANARY, "anna@example.org", "sweetheart", LID.partition("@")[0], PHONE.partition("@")[0]):
        assert word not in stored


hosts = st.sampled_from(
    ["192.0.2.1", "evil.example", "paypa1.com", "xn--pypal-4ve.com", "[2001:db8::1]", "bit.ly", "a" * 60 + ".top"]
)
links = st.builds(
    lambda scheme, host, path: f"{scheme}{host}/{path}",
    st.sampled_from(["http://", "https://", "HTTP://", "hxxp://", ""]),
    hosts,
    st.sampled_from(["", "login.exe", "a.apk", "?token=abc", "%00", "..//", "ü", "x" * 300, "#"]),
)
texts = st.lists(links | st.text(max_size=30), min_size=1, max_size=5).map(" ".join)


@hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=texts)
def test_whatever_is_posted_is_decided_on_and_nothing_said_can_be_tapped(text: str) -> None:
    group, client = make_group(), RecordingClient()

    ingest.receive(says(group, text), Rosters())
    work(client)

    assert not Sighting.objects.filter(planned_at__isnull=True).exists()
    assert not Action.objects.filter(state__in=[ActionState.PENDING, ActionState.SENDING]).exists()
    assert not [call for call in client.calls if is_clickable(call.text)]
    assert len([what for what in client.did if what != "say"]) <= 1
