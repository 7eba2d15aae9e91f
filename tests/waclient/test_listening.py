from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from socket import AF_UNIX, SOCK_DGRAM, socket
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from groups.models import Group
from groups.policy import State
from scans.engine.links import parse
from tests.factories import make_group
from tests.waclient.recording_client import RecordingClient
from tests.whatsapp_server import messages
from tests.whatsapp_server.protobufs import e2e
from tests.wiring.file_database import database_file
from waclient.client import GroupFacts, Person
from waclient.ending import Ending
from waclient.invitations import is_own
from waclient.listening import HISTORY_BATCH, Listening
from waclient.models import Connection, Newcomer, PendingWork, Phase, Place, Sighting, Wish, WorkKind
from waclient.rosters import Rosters
from waclient.working import Work

pytestmark = pytest.mark.django_db

# After tests.whatsapp_server.protobufs, which loads the library without its warnings.
events: Any = import_module("neonize.proto.Neonize_pb2")

JID = "120363000000000001@g.us"
US, ADMIN = "999@lid", "1@lid"
SCAM = "http://192.0.2.1/login.exe"


@pytest.fixture
def client() -> RecordingClient:
    return RecordingClient(own=frozenset({US}))


@pytest.fixture
def listening(client: RecordingClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Listening]:
    with socket(AF_UNIX, SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        ending, rosters = Ending(), Rosters()
        work = Work(ending, rosters)
        work._client = client  # type: ignore[assignment]
        yield Listening(ending, rosters, work)
        ending.systemd.socket.close()


def jid(address: str) -> Any:
    user, _, server = address.rpartition("@")
    return events.JID(User=user, Server=server, Device=0, RawAgent=0, Integrator=0, IsEmpty=not user)


def message(text: str = f"see {SCAM}", message_id: str = "3EB0AA") -> Any:
    source = events.MessageSource(Chat=jid(JID), Sender=jid("5@lid"), IsFromMe=False, IsGroup=True)
    now = int(datetime.now(UTC).timestamp() * 1000)
    return events.Message(
        Info=events.MessageInfo(MessageSource=source, ID=message_id, Timestamp=now), Message=messages.conversation(text)
    )


def group_event(**changes: Any) -> Any:
    return events.GroupInfoEvent(JID=jid(JID), **changes)


def test_a_message_becomes_a_sighting(listening: Listening) -> None:
    make_group(jid=JID)

    listening.on_message(message())

    assert Sighting.objects.get().host == "192.0.2.1"


def test_what_cannot_be_read_is_logged_and_the_next_message_is_heard(
    listening: Listening, caplog: pytest.LogCaptureFixture
) -> None:
    make_group(jid=JID)

    with caplog.at_level(logging.ERROR):
        listening.on_message(e2e.Message())
        listening.on_message(message())

    assert "on_message failed" in caplog.text
    assert Sighting.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("failures", "sightings"), [(1, 1), (2, 0)])
def test_a_message_is_tried_once_more_when_the_database_fails(
    listening: Listening, tmp_path: Path, failures: int, sightings: int
) -> None:
    failed: list[str] = []

    def fail(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        if "waclient_sighting" in sql and len(failed) < failures:
            failed.append(sql)
            raise OperationalError("disk I/O error")
        return execute(sql, params, many, context)

    with database_file(tmp_path):
        make_group(jid=JID)
        with connection.execute_wrapper(fail):
            listening.on_message(message())

        assert len(failed) == failures
        assert Sighting.objects.count() == sightings


@pytest.mark.parametrize(("waiting", "is_history"), [(HISTORY_BATCH, False), (HISTORY_BATCH + 1, True)])
def test_a_large_batch_that_waited_is_history(listening: Listening, waiting: int, is_history: bool) -> None:
    make_group(jid=JID)

    listening.on_offline_preview(events.OfflineSyncPreview(Total=waiting, Message=waiting))
    listening.on_message(message(message_id="in the batch"))
    listening.on_offline_completed(events.OfflineSyncCompleted(Count=waiting))
    listening.on_message(message(message_id="after it"))

    assert dict(Sighting.objects.values_list("message_id", "is_history")) == {
        "in the batch": is_history,
        "after it": False,
    }


def test_a_batch_that_is_cut_off_does_not_make_the_next_messages_history(listening: Listening) -> None:
    make_group(jid=JID)
    listening.on_offline_preview(events.OfflineSyncPreview(Total=99, Message=99))

    listening.on_disconnected(events.Disconnected())
    listening.on_message(message())

    assert not Sighting.objects.get().is_history


def test_promotions_and_demotions_count_at_once_and_are_checked_later(listening: Listening) -> None:
    make_group(jid=JID)
    listening.rosters.learn(GroupFacts(JID, "Parents", 3, frozenset({"2@lid"}), bot_is_admin=False), timezone.now())

    listening.on_group_info(group_event(Promote=[jid(ADMIN)], Demote=[jid("2@lid")]))

    assert listening.rosters.is_admin(JID, Person(ADMIN))
    assert not listening.rosters.is_admin(JID, Person("2@lid"))
    assert PendingWork.objects.get().ref == JID


def test_a_new_name_is_kept(listening: Listening) -> None:
    make_group(jid=JID, name="Old")

    listening.on_group_info(group_event(Name=events.GroupName(Name="New" * 100)))

    assert Group.objects.get().name == ("New" * 100)[:200]
    assert not PendingWork.objects.exists()


def new_name(text: str) -> Any:
    return events.GroupName(Name=text, NameSetAt=0, NameSetBy=jid(ADMIN))


def new_topic(text: str) -> Any:
    return events.GroupTopic(Topic=text, TopicID="1", TopicSetAt=0, TopicSetBy=jid(ADMIN), TopicDeleted=not text)


def test_links_in_a_new_name_or_description_are_judged_and_go_with_them(listening: Listening) -> None:
    make_group(jid=JID)

    listening.on_group_info(group_event(Name=new_name(f"Win {SCAM}"), Sender=jid(ADMIN)))
    listening.on_group_info(group_event(Topic=new_topic("see shop.example.com/offer")))

    said = Sighting.objects.filter(withdrawn_at__isnull=True)
    assert set(said.values_list("place", "host")) == {(Place.GROUP, "192.0.2.1"), (Place.GROUP, "shop.example.com")}

    listening.on_group_info(group_event(Name=new_name("Parents"), Topic=new_topic("")))

    assert not said.all().exists()


@pytest.mark.parametrize(("who", "is_left"), [(US, True), ("5@lid", False)])
def test_a_group_that_we_left_is_marked_as_left(listening: Listening, who: str, is_left: bool) -> None:
    make_group(jid=JID)

    listening.on_group_info(group_event(Leave=[jid(who)]))

    assert (Group.objects.get().left_at is not None) is is_left
    assert PendingWork.objects.exists() is not is_left


def test_a_message_from_a_group_never_heard_of_is_not_read(listening: Listening) -> None:
    listening.on_message(message())

    assert Group.objects.get().state == State.OFF
    assert not Sighting.objects.exists()
    assert PendingWork.objects.get().kind == WorkKind.GROUP_INFO


def test_the_page_gets_each_qr_code_with_the_time_it_is_good_for(listening: Listening) -> None:
    before = timezone.now()
    ends = []
    for number in (1, 2):
        listening.on_qr(f"2@code{number}")
        row = Connection.get()
        assert (row.phase, row.qr_text, row.qr_number) == (Phase.PAIRING, f"2@code{number}", number)
        assert row.qr_expires_at is not None
        assert row.pairing_ends_at is not None
        ends.append((row.qr_expires_at - before).total_seconds())

    assert 59 < ends[0] < 63
    assert 19 < ends[1] < 23


def test_once_linked_nothing_that_links_is_left_and_everything_is_asked_for(listening: Listening) -> None:
    Connection.write(wish=Wish.QR, failures=3, retry_at=timezone.now())
    listening.on_qr("2@code")

    listening.on_paired(events.PairStatus(ID=jid("4915@s.whatsapp.net")))
    listening.on_connected(events.Connected())

    row = Connection.get()
    assert (row.phase, row.jid, row.qr_text, row.wish) == (Phase.CONNECTED, "4915@s.whatsapp.net", "", "")
    assert (row.failures, row.retry_at) == (0, None)
    assert PendingWork.objects.get().kind == WorkKind.ALL_GROUPS


def test_a_lost_connection_is_said_and_a_phase_that_needs_a_person_is_not_hidden_by_it(listening: Listening) -> None:
    Connection.write(phase=Phase.CONNECTED)
    listening.on_disconnected(events.Disconnected())
    assert Connection.get().phase == Phase.RECONNECTING

    Connection.write(phase=Phase.LOGGED_OUT)
    listening.on_disconnected(events.Disconnected())
    assert Connection.get().phase == Phase.LOGGED_OUT


def test_messages_are_kept_until_the_very_end(listening: Listening) -> None:
    make_group(jid=JID)
    listening.ending.begun.set()

    listening.on_message(message())

    assert Sighting.objects.count() == 1


def test_the_last_words_about_the_connection_stand_once_the_end_has_begun(listening: Listening) -> None:
    Connection.write(phase=Phase.STOPPED)
    listening.ending.begun.set()

    listening.on_connected(events.Connected(status=True))
    listening.on_qr("https://wa.example/qr")

    assert (Connection.get().phase, Connection.get().qr_text) == (Phase.STOPPED, "")


def test_the_timer_of_a_group_is_known_from_its_events(listening: Listening) -> None:
    make_group(jid=JID)

    listening.on_group_info(group_event(Ephemeral=events.GroupEphemeral(IsEphemeral=True, DisappearingTimer=604800)))
    assert Group.objects.get().disappears_after == 604800

    listening.on_group_info(group_event(Ephemeral=events.GroupEphemeral(IsEphemeral=False, DisappearingTimer=604800)))
    assert Group.objects.get().disappears_after == 0


def test_our_own_rights_are_known_from_events_without_asking(listening: Listening) -> None:
    make_group(jid=JID)
    listening.rosters.learn(GroupFacts(JID, "Parents", 30, frozenset({ADMIN}), bot_is_admin=False), timezone.now())

    listening.on_group_info(group_event(Promote=[jid(US)]))
    assert Group.objects.get().bot_is_admin
    listening.on_group_info(group_event(Demote=[jid(US)]))

    assert not Group.objects.get().bot_is_admin
    assert not PendingWork.objects.filter(due_at__lte=timezone.now()).exists()


def test_members_who_join_are_counted_once_however_often_it_is_told(listening: Listening) -> None:
    make_group(jid=JID, size=30)
    listening.rosters.learn(
        GroupFacts(JID, "Parents", 30, frozenset({ADMIN}), bot_is_admin=False, members_version=6), timezone.now()
    )

    for version in ("5", "7", "8", "7", "8", "not a number"):
        listening.on_group_info(group_event(Join=[jid("5@lid")], ParticipantVersionID=version))

    assert Group.objects.get().size == 33


def test_who_joins_and_leaves_a_group_that_weighs_it_is_noted_and_forgotten(listening: Listening) -> None:
    make_group(jid=JID, weighs_newcomers=True)

    listening.on_group_info(group_event(Join=[jid("5@lid"), jid("6@lid")], Timestamp=1_780_000_000))
    assert {row.joined_at.timestamp() for row in Newcomer.objects.all()} == {1_780_000_000}
    listening.on_group_info(group_event(Leave=[jid("5@lid")]))

    assert Newcomer.objects.count() == 1


def test_a_new_invitation_of_a_group_is_known_from_the_event(listening: Listening) -> None:
    group = make_group(jid=JID)

    listening.on_group_info(group_event(NewInviteLink="https://chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStUv"))

    group.refresh_from_db()
    assert is_own(parse("https://chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStUv?x=1"), group)
