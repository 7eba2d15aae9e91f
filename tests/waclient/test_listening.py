from __future__ import annotations

import logging
from pathlib import Path

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from tests.factories import make_group
from tests.waclient.heard import JID, client, events, jid, listening, message
from tests.whatsapp_server.protobufs import e2e
from tests.wiring.file_database import database_file
from waclient.listening import HISTORY_BATCH, Listening
from waclient.models import Connection, PendingWork, Phase, Sighting, Wish, WorkKind

pytestmark = pytest.mark.django_db
__all__ = ["client", "listening"]  # fixtures


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
