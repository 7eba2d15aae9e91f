"""Files that wait: what is kept of them, in which order they are taken, and when they are forgotten."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from groups.policy import State
from tests.factories import make_group
from tests.waclient.inbound import ADMIN, ANNA, BEN, edits, revokes, rosters_of, says
from tests.waclient.media_samples import media
from waclient import ingest, media_rows
from waclient.client import InboundMessage, Person
from waclient.media import MAX_MEDIA_BYTES, MediaKind
from waclient.models import PendingWork, Sighting, WorkKind
from waclient.tasks import WORK_KEPT, drop_old_work
from wbscanner import secrets

pytestmark = pytest.mark.django_db


def waiting() -> list[PendingWork]:
    return list(PendingWork.objects.filter(kind=WorkKind.MEDIA))


def test_a_file_comes_back_as_it_was_put_off_and_nothing_of_it_is_readable() -> None:
    file = media(MediaKind.DOCUMENT, mimetype="application/pdf")
    message = says(make_group(), "a text", media=(file,), is_history=True, is_forwarded_often=True)

    media_rows.put_off(message)

    [row] = waiting()
    assert row.ref == f"{message.chat} {message.message_id} 0"
    for secret in (file.direct_path, ANNA.address, ANNA.other, "a text"):
        assert secret not in row.payload
    found = media_rows.claim(timezone.now())
    assert found is not None
    assert found.media == file
    assert found.message == replace(message, passages=(), media=())


def test_the_same_message_twice_waits_once() -> None:
    message = says(make_group(), media=(media(), media()))

    media_rows.put_off(message)
    media_rows.put_off(message)

    assert len(waiting()) == 2


def test_what_is_announced_as_too_large_does_not_wait(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")

    media_rows.put_off(says(make_group(), media=(media(size=MAX_MEDIA_BYTES + 1),)))

    assert waiting() == []
    assert "too large" in caplog.text


def test_one_group_cannot_fill_the_table(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(media_rows, "MAX_WAITING_PER_GROUP", 3)
    loud, quiet = make_group(), make_group()

    for _ in range(4):
        media_rows.put_off(says(loud, media=(media(), media())))
    media_rows.put_off(says(quiet, media=(media(),)))

    assert len([row for row in waiting() if row.ref.startswith(loud.jid)]) == 3
    assert len(waiting()) == 4
    assert "are left out" in caplog.text


def test_the_newest_file_is_taken_first_and_tried_again_later_and_later() -> None:
    old, new = says(make_group(), media=(media(),)), says(make_group(), media=(media(),))
    for message in (old, new):
        media_rows.put_off(message)
    now = timezone.now()

    first, second, third = (media_rows.claim(now) for _ in range(3))

    assert first is not None and second is not None
    assert (first.message.message_id, second.message.message_id, third) == (new.message_id, old.message_id, None)
    delays, at = [], now
    for _ in range(3):
        at = PendingWork.objects.get(pk=first.row).due_at
        PendingWork.objects.filter(pk=second.row).update(due_at=now + timedelta(days=1))
        media_rows.claim(at)
        delays.append(PendingWork.objects.get(pk=first.row).due_at - at)
    assert delays == [timedelta(minutes=2), timedelta(minutes=8), timedelta(minutes=32)]


def test_a_file_is_given_up_after_some_attempts() -> None:
    media_rows.put_off(says(make_group(), media=(media(),)))
    PendingWork.objects.update(attempts=media_rows.MAX_ATTEMPTS)

    assert media_rows.claim(timezone.now()) is None
    assert waiting() == []


def test_a_note_that_cannot_be_read_is_dropped_and_holds_up_nothing() -> None:
    message = says(make_group(), media=(media(),))
    media_rows.put_off(message)
    for number in range(3):
        PendingWork.objects.create(kind=WorkKind.MEDIA, ref=str(number), payload="damaged")

    found = media_rows.claim(timezone.now())

    assert found is not None
    assert found.message.message_id == message.message_id
    assert len(waiting()) == 1


def test_files_nobody_could_read_within_a_day_are_dropped() -> None:
    media_rows.put_off(says(make_group(), media=(media(),)))
    PendingWork.objects.update(created_at=timezone.now() - WORK_KEPT - timedelta(minutes=1))

    drop_old_work()

    assert waiting() == []


@pytest.mark.parametrize(
    ("by", "is_admin", "is_forgotten"),
    [
        (ANNA, False, True),
        (Person(ANNA.other), False, True),
        (BEN, False, False),
        (BEN, True, True),
    ],
)
def test_a_deleted_messages_files_are_forgotten_when_its_author_or_an_admin_says_so(
    by: Person, is_admin: bool, is_forgotten: bool
) -> None:
    group = make_group()
    message, other = (says(group, media=(media(),)) for _ in range(2))
    for one in (message, other):
        media_rows.put_off(one)

    media_rows.take_back(revokes(message, by=by), is_admin=is_admin)

    assert len(waiting()) == (1 if is_forgotten else 2)


def test_an_id_that_begins_like_another_is_another() -> None:
    group = make_group()
    message = says(group, media=(media(),), message_id="ABC DEF")
    media_rows.put_off(message)

    for message_id in ("ABC", "abc def", "A_C DEF", "%"):
        media_rows.take_back(revokes(replace(message, message_id=message_id), by=ANNA), is_admin=True)

    assert len(waiting()) == 1


# Through ingest


def test_a_watched_groups_picture_waits_and_writes_nothing_else() -> None:
    group = make_group()

    assert ingest.receive(says(group, media=(media(),)), rosters_of(group)) == 0

    assert len(waiting()) == 1
    assert not Sighting.objects.exists()


@pytest.mark.parametrize("state", [State.OFF, State.PAUSED])
def test_a_picture_of_a_group_that_is_not_watched_leaves_nothing(state: State) -> None:
    group = make_group(state=state)

    ingest.receive(says(group, media=(media(),)), rosters_of(group))

    assert waiting() == []


def test_a_deletion_by_an_admin_forgets_the_picture_and_a_strangers_does_not() -> None:
    group = make_group()
    rosters = rosters_of(group)
    message = says(group, media=(media(),))
    ingest.receive(message, rosters)

    ingest.receive(revokes(message, by=BEN), rosters)
    still_there = len(waiting())
    ingest.receive(revokes(message, by=ADMIN), rosters)

    assert (still_there, len(waiting())) == (1, 0)


def test_an_edited_caption_puts_the_picture_off_once() -> None:
    group = make_group()
    message: InboundMessage = says(group, "one", media=(media(),))
    ingest.receive(message, rosters_of(group))

    ingest.receive(replace(edits(message, "two"), media=message.media), rosters_of(group))

    assert len(waiting()) == 1


def test_the_payload_holds_what_the_message_needs_and_no_more() -> None:
    message = says(make_group(), "a text", media=(media(),))

    values = json.loads(secrets.decrypt(settings.INSTALLATION_KEY, _payload(message)))

    assert set(values) == {
        "chat", "message_id", "sender", "posted_at", "is_history", "is_forwarded_often", "quoted", "media",
    }  # fmt: skip


def _payload(message: InboundMessage) -> str:
    media_rows.put_off(message)
    return waiting()[0].payload
