from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from groups.models import Group
from overrides.models import Override
from overrides.rules import Kind, Ruling
from scans.engine.scoring import Verdict
from scans.models import Scan
from tests.factories import make_group, make_scan, make_sighting
from waclient import outbox, queue
from waclient.decisions import decide, undo
from waclient.models import Answer, Decision, QueueItem, Sighting
from wbscanner.models import AuditEntry

pytestmark = pytest.mark.django_db

URL = "https://evil.example/pay"


@pytest.fixture
def sighting() -> Sighting:
    """A malicious link on the queue."""
    made = make_sighting(make_group(), make_scan(URL, Verdict.MALICIOUS), verdict=Verdict.MALICIOUS)
    Sighting.objects.update(planned_at=timezone.now())
    queue.refresh(made.url_hash)
    return made


def is_open(url_hash: str) -> bool:
    return QueueItem.objects.filter(url_hash=url_hash, decided_at__isnull=True).exists()


@pytest.mark.parametrize(("answer", "ruling"), [(Answer.CONFIRM, Ruling.DENY), (Answer.FINE, Ruling.ALLOW)])
@pytest.mark.parametrize("is_for_one_group", [False, True])
def test_an_answer_writes_an_override_for_exactly_this_url_and_scope(
    sighting: Sighting, answer: Answer, ruling: Ruling, is_for_one_group: bool
) -> None:
    group = sighting.group if is_for_one_group else None

    decision = decide(sighting.url_hash, answer, by="ana", group=group)

    override = Override.objects.get()
    assert decision.override == override
    assert (override.kind, override.target, override.ruling) == (Kind.URL, sighting.url_hash, ruling)
    assert (override.group, override.created_by, override.expires_at) == (group, "ana", None)
    assert "https://" not in override.shown
    assert not is_open(sighting.url_hash)


def test_not_sure_only_leaves_the_queue(sighting: Sighting) -> None:
    decide(sighting.url_hash, Answer.UNSURE, by="ana", group=None)

    assert not Override.objects.exists()
    assert not is_open(sighting.url_hash)


@pytest.mark.parametrize("answer", Answer)
def test_an_answer_for_all_groups_is_noted_on_the_scans_and_one_for_a_group_is_not(
    sighting: Sighting, answer: Answer
) -> None:
    decide(sighting.url_hash, answer, by="ana", group=sighting.group)
    assert Scan.objects.get().decided_at is None

    decision = decide(sighting.url_hash, answer, by="ana", group=None)
    assert Scan.objects.get().decided_at == decision.at


@pytest.mark.parametrize("answer", Answer)
@pytest.mark.parametrize("is_for_one_group", [False, True])
def test_undoing_puts_everything_back(sighting: Sighting, answer: Answer, is_for_one_group: bool) -> None:
    decision = decide(sighting.url_hash, answer, by="ana", group=sighting.group if is_for_one_group else None)

    undo(decision, by="ben")

    decision.refresh_from_db()
    assert decision.undone_at is not None
    assert not Override.objects.exists()
    assert Scan.objects.get().decided_at is None
    assert is_open(sighting.url_hash)


def test_undoing_twice_changes_nothing(sighting: Sighting) -> None:
    decision = decide(sighting.url_hash, Answer.FINE, by="ana", group=None)
    undo(decision, by="ana")
    before = (Decision.objects.values().get(), AuditEntry.objects.count())

    undo(decision, by="ben")

    assert (Decision.objects.values().get(), AuditEntry.objects.count()) == before


def test_a_second_answer_for_the_same_scope_replaces_the_first(sighting: Sighting) -> None:
    first = decide(sighting.url_hash, Answer.CONFIRM, by="ana", group=None)

    second = decide(sighting.url_hash, Answer.FINE, by="ben", group=None)

    first.refresh_from_db()
    assert (first.undone_at is not None, second.undone_at) == (True, None)
    assert Override.objects.get().ruling == Ruling.ALLOW
    assert not is_open(sighting.url_hash)
    assert Scan.objects.get().decided_at == second.at


def test_an_answer_for_one_group_and_one_for_all_stand_side_by_side(sighting: Sighting) -> None:
    everywhere = decide(sighting.url_hash, Answer.CONFIRM, by="ana", group=None)
    here = decide(sighting.url_hash, Answer.FINE, by="ben", group=sighting.group)

    undo(here, by="ben")

    everywhere.refresh_from_db()
    assert everywhere.undone_at is None
    assert Override.objects.get().ruling == Ruling.DENY
    assert not is_open(sighting.url_hash)
    assert Scan.objects.get().decided_at == everywhere.at


def test_every_answer_and_its_undoing_is_audited(sighting: Sighting) -> None:
    decision = decide(sighting.url_hash, Answer.CONFIRM, by="ana", group=sighting.group)
    undo(decision, by="ben")

    entries = list(AuditEntry.objects.order_by("pk").values_list("actor", "action", "group_ids"))
    assert entries == [
        ("ana", "link.confirm", [str(sighting.group.pk)]),
        ("ben", "link.undo", [str(sighting.group.pk)]),
    ]
    assert "evil[.]example" in AuditEntry.objects.all()[0].target


def post_again(group: Group) -> Sighting:
    """The link once more, decided on by the outbox."""
    again = make_sighting(group, Scan.objects.get(), url=URL, posted_at=timezone.now())
    while outbox.plan_next(timezone.now()):
        pass
    again.refresh_from_db()
    return again


def test_the_next_posting_follows_the_answer_and_after_undoing_the_scan_again(sighting: Sighting) -> None:
    decision = decide(sighting.url_hash, Answer.FINE, by="ana", group=None)
    assert post_again(sighting.group).verdict == Verdict.BENIGN

    undo(decision, by="ana")
    assert post_again(sighting.group).verdict == Verdict.MALICIOUS


def test_a_link_that_was_posted_again_while_it_was_fine_returns_to_the_queue_when_that_is_undone(
    sighting: Sighting,
) -> None:
    decision = decide(sighting.url_hash, Answer.FINE, by="ana", group=None)
    post_again(sighting.group)
    assert not is_open(sighting.url_hash)

    undo(decision, by="ana")

    assert is_open(sighting.url_hash)


def test_a_link_that_was_posted_again_while_it_was_fine_can_be_answered_anew(sighting: Sighting) -> None:
    decide(sighting.url_hash, Answer.FINE, by="ana", group=None)
    post_again(sighting.group)

    decision = decide(sighting.url_hash, Answer.CONFIRM, by="ben", group=None)

    assert QueueItem.objects.get().decided_at == decision.at


def test_an_answer_does_not_shorten_the_override_of_an_earlier_one(sighting: Sighting) -> None:
    Override.objects.create(
        kind=Kind.URL,
        target=sighting.url_hash,
        ruling=Ruling.ALLOW,
        expires_at=timezone.now() + timedelta(hours=1),
        created_by="owner",
    )

    decide(sighting.url_hash, Answer.CONFIRM, by="ana", group=None)

    override = Override.objects.get()
    assert (override.ruling, override.expires_at, override.created_by) == (Ruling.DENY, None, "ana")


@pytest.mark.parametrize("answer", [Answer.CONFIRM, Answer.FINE])
def test_undoing_puts_back_the_rule_that_a_person_had_made_before(sighting: Sighting, answer: Answer) -> None:
    columns = ("ruling", "shown", "reason", "created_by", "expires_at")
    Override.objects.create(
        kind=Kind.URL,
        target=sighting.url_hash,
        ruling=Ruling.DENY,
        shown="evil[.]example/pay",
        reason="reported twice",
        expires_at=timezone.now() + timedelta(hours=1),
        created_by="owner",
    )
    before = Override.objects.values(*columns).get()

    decision = decide(sighting.url_hash, answer, by="ana", group=None)
    assert Override.objects.get().created_by == "ana"
    undo(Decision.objects.get(pk=decision.pk), by="ana")

    assert Override.objects.values(*columns).get() == before
