"""Files that wait are fetched, read and judged, one step at a time; how large they are is asked first."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from groups.models import Group
from groups.policy import State
from tests.factories import make_group
from tests.waclient import media_server
from tests.waclient.inbound import rosters_of, says
from tests.waclient.media_samples import file_of, pdf, png_that_claims, qr
from tests.waclient.media_server import MediaServer
from tests.whatsapp_server.media_host import Trouble
from waclient import ingest, media_rows, media_size
from waclient.client import Unavailable
from waclient.looking import Looking
from waclient.media import MAX_MEDIA_BYTES, Media, NotFetched
from waclient.media_size import check_size
from waclient.models import PendingWork, Place, Sighting

pytestmark = pytest.mark.django_db

URL = "https://xn--pypal-4ve.com/login"


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MediaServer]:
    with media_server.running(tmp_path, monkeypatch) as running:
        yield running


@pytest.fixture
def group() -> Group:
    return make_group()


@pytest.fixture
def looking(group: Group) -> Looking:
    return Looking(threading.Event(), rosters_of(group))


def posts(group: Group, media: Media, age: timedelta = timedelta(0)) -> None:
    ingest.receive(says(group, media=(media,), age=age), rosters_of(group))


# Looking into a file


@pytest.mark.parametrize(
    ("content", "place"), [(lambda: file_of(qr(URL)), Place.CODE), (lambda: pdf(link=URL), Place.DOCUMENT)]
)
def test_a_link_in_a_file_becomes_a_sighting_of_the_message_that_carried_it(
    server: MediaServer,
    group: Group,
    looking: Looking,
    content: Callable[[], bytes],
    place: Place,
) -> None:
    message = says(group, media=(server.holds(content()),), is_forwarded_often=True)
    ingest.receive(message, rosters_of(group))

    assert looking.turn(server) is True

    sighting = Sighting.objects.get()
    assert (sighting.host, sighting.place, sighting.message_id) == ("xn--pypal-4ve.com", place, message.message_id)
    assert (sighting.posted_at, sighting.is_forwarded_often, sighting.is_history) == (message.posted_at, True, False)
    assert sighting.scan is not None
    assert not PendingWork.objects.exists()
    assert looking.turn(server) is False


def test_a_file_that_is_read_late_is_history(server: MediaServer, group: Group, looking: Looking) -> None:
    posts(group, server.holds(file_of(qr(URL))), age=timedelta(hours=1))

    looking.turn(server)

    assert Sighting.objects.get().is_history


@pytest.mark.parametrize(
    "content", [file_of(qr("WIFI:T:WPA;S:club;P:secret;;")), b"noise", png_that_claims(60_000, 60_000)]
)
def test_a_file_without_a_link_leaves_nothing(
    server: MediaServer, group: Group, looking: Looking, content: bytes
) -> None:
    posts(group, server.holds(content))

    looking.turn(server)

    assert not Sighting.objects.exists()
    assert not PendingWork.objects.exists()


def test_nothing_is_fetched_while_nobody_is_connected(server: MediaServer, group: Group, looking: Looking) -> None:
    posts(group, server.holds(file_of(qr(URL))))
    server.is_ready = False

    assert looking.turn(server) is False
    assert PendingWork.objects.get().attempts == 0


def test_what_cannot_be_fetched_now_is_fetched_later(server: MediaServer, group: Group, looking: Looking) -> None:
    posts(group, server.holds(file_of(qr(URL))))
    server.failure = Unavailable("not connected")
    looking.turn(server)
    row = PendingWork.objects.get()
    assert (row.attempts, looking.turn(server)) == (1, False)

    server.failure = None
    PendingWork.objects.update(due_at=timezone.now())
    looking.turn(server)

    assert Sighting.objects.count() == 1


def test_what_can_never_be_fetched_is_dropped(server: MediaServer, group: Group, looking: Looking) -> None:
    posts(group, server.holds(file_of(qr(URL))))
    server.failure = NotFetched("hash of media plaintext doesn't match")

    looking.turn(server)

    assert not PendingWork.objects.exists()


def test_a_group_that_is_no_longer_watched_is_left_in_peace(
    server: MediaServer, group: Group, looking: Looking
) -> None:
    posts(group, server.holds(file_of(qr(URL))))
    Group.objects.update(state=State.PAUSED)

    looking.turn(server)

    assert (server.fetched, server.exchange.media_requests) == ([], [])
    assert not PendingWork.objects.exists()


def test_a_message_deleted_while_its_file_is_read_is_not_judged(
    server: MediaServer, group: Group, looking: Looking
) -> None:
    posts(group, server.holds(file_of(qr(URL))))

    class DeletingServer(MediaServer):
        def fetch(self, media: Media) -> bytes:
            PendingWork.objects.all().delete()
            return server.fetch(media)

    looking.turn(DeletingServer())

    assert not Sighting.objects.exists()


def test_a_file_that_broke_the_process_waits_for_its_next_attempt(
    server: MediaServer, group: Group, looking: Looking
) -> None:
    posts(group, server.holds(file_of(qr(URL))))

    class DyingServer(MediaServer):
        def fetch(self, media: Media) -> bytes:
            raise SystemExit

    with pytest.raises(SystemExit):
        looking.turn(DyingServer())

    row = PendingWork.objects.get()
    assert row.attempts == 1
    assert row.due_at > timezone.now() + timedelta(seconds=20)


# How large a file really is


@pytest.mark.parametrize("trouble", [Trouble.HUGE, Trouble.ENDLESS])
def test_a_file_larger_than_announced_is_never_fetched(
    server: MediaServer, group: Group, looking: Looking, trouble: Trouble
) -> None:
    posts(group, server.holds(file_of(qr(URL))))
    server.exchange.faults.media = trouble

    looking.turn(server)

    assert server.fetched == []
    assert not PendingWork.objects.exists()


@pytest.mark.parametrize(("trouble", "error"), [(Trouble.GONE, NotFetched), (Trouble.UNAVAILABLE, Unavailable)])
def test_what_the_media_server_says_decides_whether_to_ask_again(
    server: MediaServer, trouble: Trouble, error: type[Exception]
) -> None:
    media = server.holds(b"content")
    server.exchange.faults.media = trouble

    with pytest.raises(error):
        check_size(media)


def test_the_limit_itself_is_allowed_and_a_byte_more_is_not(
    server: MediaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = server.holds(b"x" * 1000)
    stored = len(server.exchange.files[0].stored)

    monkeypatch.setattr(media_size, "MAX_STORED_BYTES", stored)
    check_size(file)
    monkeypatch.setattr(media_size, "MAX_STORED_BYTES", stored - 1)
    with pytest.raises(NotFetched):
        check_size(file)


def test_the_largest_file_that_is_announced_honestly_fits(server: MediaServer) -> None:
    check_size(server.holds(bytes(MAX_MEDIA_BYTES)))


def test_nobody_answering_is_no_reason_to_give_up(monkeypatch: pytest.MonkeyPatch, server: MediaServer) -> None:
    media = server.holds(b"content")
    server.proxy.refusing = True

    with pytest.raises(Unavailable):
        check_size(media)


def test_a_server_too_slow_to_count_is_asked_again(monkeypatch: pytest.MonkeyPatch, server: MediaServer) -> None:
    monkeypatch.setattr(media_size, "COUNTING_SECONDS", 0.0)
    server.exchange.faults.media = Trouble.ENDLESS

    with pytest.raises(Unavailable):
        check_size(server.holds(b"content"))


def test_only_whatsapps_own_host_is_asked_and_nothing_is_told(server: MediaServer) -> None:
    check_size(server.holds(b"content"))

    [request] = server.exchange.media_requests
    assert request.headers["host"] == media_size.MEDIA_HOST
    assert not {"cookie", "authorization"} & set(request.headers)
    assert server.proxy.refused_hosts == []


def test_what_waits_is_taken_by_the_thread_and_it_ends_when_told(
    server: MediaServer, group: Group, transactional_db: None
) -> None:
    posts(group, server.holds(file_of(qr(URL))))
    until = threading.Event()

    thread = Looking(until, rosters_of(group)).start(server)
    for _ in range(200):
        if not PendingWork.objects.exists():
            break
        until.wait(0.05)
    until.set()
    thread.join(5)

    assert not thread.is_alive()
    assert Sighting.objects.count() == 1
    assert media_rows.claim(timezone.now()) is None
