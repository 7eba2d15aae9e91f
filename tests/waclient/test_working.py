from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from socket import AF_UNIX, SOCK_DGRAM, socket

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from groups.models import Group
from groups.policy import State
from scans.engine.scoring import Verdict
from scans.models import Scan
from tests.factories import make_group, make_scan, make_sighting
from tests.waclient.inbound import says
from tests.waclient.planning import told
from tests.waclient.recording_client import RecordingClient
from waclient import ingest
from waclient.client import GroupFacts, Person
from waclient.ending import Ending
from waclient.models import Connection, PendingWork, Sighting, WorkKind
from waclient.rosters import Rosters
from waclient.working import WORK_RETRY, Work

pytestmark = pytest.mark.django_db

JID, ADMIN = "120363777@g.us", "1@lid"
FACTS = GroupFacts(JID, "Parents", 30, frozenset({ADMIN}), bot_is_admin=True)


@pytest.fixture
def client(settings: Settings) -> RecordingClient:
    settings.GROUP_FETCH_GAP = 0
    return RecordingClient(groups={JID: FACTS})


@pytest.fixture
def work(client: RecordingClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Work]:
    with socket(AF_UNIX, SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        made = Work(Ending(), Rosters())
        made._client = client  # type: ignore[assignment]
        yield made
        made.ending.systemd.socket.close()


def test_a_groups_facts_are_read_once_and_its_admins_are_known_from_then_on(work: Work) -> None:
    PendingWork.objects.create(kind=WorkKind.GROUP_INFO, ref=JID)

    work._turn()

    assert (Group.objects.get().name, Group.objects.get().state) == ("Parents", State.OFF)
    assert work.rosters.is_admin(JID, Person(ADMIN))
    assert not PendingWork.objects.exists()
    assert work._turn() is False


def test_the_list_of_groups_says_which_were_left(work: Work) -> None:
    left = make_group(seen_at=timezone.now())
    PendingWork.objects.create(kind=WorkKind.ALL_GROUPS)

    work._turn()

    left.refresh_from_db()
    assert left.left_at is not None
    assert Group.objects.get(jid=JID).left_at is None


def test_a_question_without_an_answer_is_asked_again_later_and_holds_up_nothing(work: Work) -> None:
    PendingWork.objects.create(kind=WorkKind.GROUP_INFO, ref="unknown@g.us")
    before = timezone.now()

    work._turn()

    waits = PendingWork.objects.get()
    assert waits.attempts == 1
    assert waits.due_at >= before + WORK_RETRY
    PendingWork.objects.create(kind=WorkKind.GROUP_INFO, ref=JID)
    work._turn()
    assert Group.objects.filter(jid=JID).exists()


class SlowClient(RecordingClient):
    """While it answers, the same is asked for once more."""

    def group_facts(self, jid: str) -> GroupFacts:
        PendingWork.want(WorkKind.GROUP_INFO, jid, timezone.now())
        return RecordingClient.group_facts(self, jid)


def test_what_is_asked_for_again_while_whatsapp_answers_is_asked_again(work: Work, client: RecordingClient) -> None:
    """The answer may have been on its way before that happened which the second request is about."""
    PendingWork.objects.create(kind=WorkKind.GROUP_INFO, ref=JID)

    work._client = SlowClient(groups={JID: FACTS})  # type: ignore[assignment]
    work._turn()

    assert PendingWork.objects.get().due_at <= timezone.now()
    work._client = client  # type: ignore[assignment]
    work._turn()
    assert not PendingWork.objects.exists()


def test_whatsapp_is_asked_no_more_often_than_the_gap_says(work: Work, settings: Settings) -> None:
    settings.GROUP_FETCH_GAP = 60
    for number in range(3):
        PendingWork.objects.create(kind=WorkKind.GROUP_INFO, ref=f"{number}@g.us")

    for _ in range(3):
        work._turn()

    assert sum(PendingWork.objects.values_list("attempts", flat=True)) == 1


def test_nothing_is_asked_while_nobody_is_connected(work: Work, client: RecordingClient) -> None:
    client.is_ready = False
    PendingWork.objects.create(kind=WorkKind.GROUP_INFO, ref=JID)

    work._turn()

    assert PendingWork.objects.get().attempts == 0


def test_a_message_that_cannot_be_decided_on_does_not_silence_the_groups_behind_it(
    work: Work, client: RecordingClient
) -> None:
    now = timezone.now()
    for host, age in (("bad.example", 2), ("evil.example", 1)):
        scan = make_scan(f"https://{host}/", Verdict.MALICIOUS)
        make_sighting(make_group(), scan, received_at=now - timedelta(seconds=age))
    Scan.objects.filter(host="bad.example").update(findings=[{"no": "code"}])

    for _ in range(3):
        work._turn()

    assert dict(Sighting.objects.values_list("host", "verdict")) == {
        "bad.example": "unknown",
        "evil.example": "malicious",
    }


@pytest.mark.parametrize(("address", "state"), [(ADMIN, State.WATCH), ("5@lid", State.OFF)])
def test_consent_given_before_the_admins_were_known_counts_once_they_are(
    work: Work, address: str, state: State
) -> None:
    group = make_group(jid=JID, state=State.OFF)
    ingest.receive(says(group, ingest.CONSENT, by=Person(address)), work.rosters)
    group.refresh_from_db()
    assert group.state == State.OFF

    work._turn()

    group.refresh_from_db()
    assert group.state == state
    assert not PendingWork.objects.exists()


def test_a_question_that_is_never_answered_is_asked_less_and_less(work: Work) -> None:
    PendingWork.objects.create(kind=WorkKind.GROUP_INFO, ref="unknown@g.us")

    for attempt in range(3):
        PendingWork.objects.update(due_at=timezone.now())
        before = timezone.now()
        work._turn()
        assert PendingWork.objects.get().due_at >= before + WORK_RETRY * 2**attempt


def test_a_question_refused_for_asking_too_much_stops_sending_and_asking(work: Work, client: RecordingClient) -> None:
    client.refusal = "server returned error 429: rate-overlimit"
    PendingWork.objects.create(kind=WorkKind.GROUP_INFO, ref="unknown@g.us")
    PendingWork.objects.create(kind=WorkKind.GROUP_INFO, ref=JID)

    for _ in range(3):
        work._turn()

    assert Connection.get().held_until is not None
    assert sum(PendingWork.objects.values_list("attempts", flat=True)) == 1


def test_a_groups_invitation_is_asked_for_once_and_given_up_where_whatsapp_refuses_it(
    work: Work, client: RecordingClient
) -> None:
    rule = {"state": State.LIVE, "bot_is_admin": True, "on_invites": "reply"}
    answered, refused = told(make_group(**rule)), told(make_group(**rule))  # type: ignore[arg-type]
    client.invitations = {answered.jid: "https://chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStUv"}
    PendingWork.objects.create(kind=WorkKind.GROUP_INFO, ref=JID)

    for _ in range(6):
        work._turn()
        PendingWork.objects.update(due_at=timezone.now())

    assert not PendingWork.objects.exists()
    assert list(Group.objects.exclude(invite_hash="")) == [answered]
    assert refused.invite_hash == ""


def test_while_nothing_happens_no_table_is_looked_at(
    work: Work, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    PendingWork.objects.create(kind=WorkKind.GROUP_INFO, ref=JID)
    assert [work._step(), work._step()] == [True, False]  # did it; looked again because it did something

    with django_assert_num_queries(1):  # how often others wrote
        assert work._step() is False
