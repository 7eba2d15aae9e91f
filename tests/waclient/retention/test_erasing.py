from __future__ import annotations

import json

import pytest
from django.utils import timezone

from groups.models import Group
from groups.policy import State
from scans.models import Scan
from tests.factories import make_group, make_scan, make_sighting
from waclient.client import Person
from waclient.models import (
    Action,
    ActionKind,
    ActionState,
    Decision,
    Erasure,
    ModeratorsChat,
    Newcomer,
    PendingWork,
    QueueItem,
    Report,
    Sighting,
    WorkKind,
)
from waclient.recording import person_key, sealed
from waclient.retention import erasing, exporting, personal
from wbscanner import audit
from wbscanner.models import AuditEntry

pytestmark = pytest.mark.django_db
ANNA = Person("4915112345678@s.whatsapp.net", "111222333444@lid")
BERT = Person("4915187654321@s.whatsapp.net")
KEY = person_key(ANNA)
PHONE = person_key(Person(ANNA.address))


@pytest.fixture
def group() -> Group:
    return make_group("Coro Aurora", trusted=[KEY, "somebody else"])


@pytest.fixture
def traces(group: Group) -> Sighting:
    """What Anna left in every table, beside what Bert did."""
    posted = make_sighting(group, sender=KEY, sender_alt=PHONE, sender_address=sealed(ANNA))
    make_sighting(group, make_scan("https://bert.example/"), sender=person_key(BERT), sender_address=sealed(BERT))
    Action.objects.create(group=group, sighting=posted, kind=ActionKind.REPLY)
    for person in (ANNA, BERT):
        key = person_key(person)
        Newcomer.objects.create(group=group, member=key)
        Report.objects.create(kind="check", group=group, url_hash=key, by=key, quotes=key, address=sealed(person))
        Action.objects.create(
            group=group, kind=ActionKind.ANSWER, quotes=f"q{key}", address=sealed(person), state=ActionState.SENT
        )
        PendingWork.objects.create(kind=WorkKind.CONSENT, ref=f"{group.jid} {key}")
        PendingWork.objects.create(kind=WorkKind.COMMAND, ref=f"x {key} m", payload=sealed(person) or "")
        ModeratorsChat.objects.create(name="watch", key=key, address=sealed(person), kind="direct")
        Decision.objects.create(url_hash=key[::-1], answer="fine", by=f"group admin {key[:8]}")
        audit.record(f"group admin {key[:8]}", "group.trust", details={"member": key[:8]})
    return posted


def everything() -> str:
    """Every table that may name a person, as one text."""
    models = (Sighting, Action, Newcomer, Report, PendingWork, ModeratorsChat, Decision, AuditEntry, Group, Erasure)
    return json.dumps([list(model._default_manager.values()) for model in models], default=str)


def erase(**about: object) -> None:
    Erasure.objects.create(asked_by="owner", **about)
    erasing.carry_out()


@pytest.mark.parametrize("typed", ["+49 151 12345678", "0049 (151) 12345678", ANNA.address, ANNA.other])
def test_a_member_is_found_by_number_or_address_under_all_their_code_names(traces: Sighting, typed: str) -> None:
    assert personal.keys_of(typed) == sorted([KEY, PHONE])


@pytest.mark.parametrize("typed", ["", "anna", "12", "<script>", "4915112345678@evil.example", "٤٩١٥١١٢٣٤٥٦٧٨ x"])
def test_what_is_no_number_finds_nobody(traces: Sighting, typed: str) -> None:
    assert personal.keys_of(typed) == []


def test_nothing_names_an_erased_member_and_everybody_else_is_left_alone(traces: Sighting) -> None:
    erase(keys=personal.whose([KEY]))

    left, bert = everything(), person_key(BERT)
    assert KEY[:8] not in left
    assert PHONE[:8] not in left
    assert not personal.answered([KEY, PHONE])
    assert left.count(bert[:8]) >= 8
    assert Sighting.objects.filter(sender_address__isnull=False).count() == 1
    assert Group.objects.get().trusted == ["somebody else"]


def test_the_links_of_an_erased_member_stay_and_are_answered_no_more(traces: Sighting) -> None:
    erase(keys=[KEY])

    traces.refresh_from_db()
    assert (traces.sender, traces.sender_alt, traces.sender_address) == ("", "", None)
    assert traces.message_id == f"erased {traces.pk}"
    assert traces.actions.get().state == ActionState.SKIPPED


def test_an_erasure_ends_with_an_entry_that_names_nobody(traces: Sighting) -> None:
    erase(keys=[KEY])

    done, entry = Erasure.objects.get(), AuditEntry.objects.get(action="member.erase")
    assert done.ended_at is not None
    assert (done.keys, done.group_key) == ([], None)
    assert entry.details == {"erasure": done.pk, "rows": done.done}
    assert done.done > 0


def test_an_erasure_that_died_in_the_middle_goes_on_and_a_second_one_finds_nothing(
    traces: Sighting, group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasing, "ROWS_A_STEP", 1)
    for number in range(3):
        make_sighting(group, make_scan(f"https://more{number}.example/"), sender=KEY)
    erasure = Erasure.objects.create(asked_by="owner", keys=[KEY])
    for _step in range(4):
        erasing.step(erasure)
    assert Erasure.objects.get().ended_at is None

    erasing.carry_out()
    assert Erasure.objects.get().ended_at is not None
    assert not personal.posted([KEY]).exists()

    erase(keys=[KEY])
    assert Erasure.objects.first().done == 0  # type: ignore[union-attr]


def test_a_group_goes_with_all_that_no_other_group_needs(traces: Sighting, group: Group) -> None:
    other = make_group("Other")
    shared, own = make_scan("https://shared.example/"), make_scan("https://own.example/")
    for where, scan in ((group, shared), (other, shared), (group, own)):
        make_sighting(where, scan, verdict="malicious", planned_at=timezone.now())
        QueueItem.objects.update_or_create(
            url_hash=scan.url_hash, defaults={"url": "x", "host": "x", "posted_at": timezone.now()}
        )
    audit.record("owner", "group.change", str(group), group_ids=[str(group.pk)], details={"name": group.name})

    erase(group_key=group.pk)

    assert list(Group.objects.all()) == [other]
    assert list(Scan.objects.all()) == [shared]
    assert list(QueueItem.objects.values_list("url_hash", "reach")) == [(shared.url_hash, 1)]
    assert group.jid not in everything()
    assert "Coro Aurora" not in everything()
    assert AuditEntry.objects.filter(action="group.erase").count() == 1


def test_a_group_that_is_being_erased_is_read_no_more(traces: Sighting, group: Group) -> None:
    erasing.step(Erasure.objects.create(asked_by="owner", group_key=group.pk))

    assert Group.objects.get().state == State.OFF


def test_the_file_holds_everything_about_a_member_and_nothing_that_is_encrypted(traces: Sighting) -> None:
    text = "".join(exporting.json_parts(personal.of_member([KEY, PHONE]), timezone.now()))

    tables = json.loads(text)
    assert tables["sightings"][0]["url"] == traces.url
    assert tables["sightings"][0]["sender_address"] == exporting.KEPT_ENCRYPTED
    assert {name: len(rows) for name, rows in tables.items() if name != "made_at"} == {
        "sightings": 1,
        "newcomers": 1,
        "questions": 1,
        "answers": 1,
        "waiting": 2,
        "moderators_chats": 1,
        "decision_by": 1,
        "override_created_by": 0,
        "report_answered_by": 0,
        "auditentry_actor": 1,
        "audit_details": 1,
    }
    assert person_key(BERT) not in text
    assert "gAAAA" not in text  # the beginning of everything that is encrypted
