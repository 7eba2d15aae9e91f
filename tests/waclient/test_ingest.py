from __future__ import annotations

import json
import sqlite3
from datetime import timedelta

import pytest
from django.conf import settings
from django.core import serializers
from django.db import DatabaseError, connection
from django_q.models import OrmQ

from groups.models import Group
from groups.policy import State
from overrides.models import Override
from overrides.rules import Kind, Ruling
from scans.engine.disclosure import Disclosure
from scans.engine.links import parse
from scans.models import Priority, Scan, Status
from tests.factories import make_group, make_override, make_scan
from tests.waclient.inbound import ADMIN, ANNA, BEN, LID, PHONE, edits, revokes, rosters_of, says
from waclient.client import InboundMessage, MessageKind, Person
from waclient.ingest import CONSENT, MAX_LINKS_PER_MESSAGE, receive
from waclient.models import Action, ActionKind, ActionState, PendingWork, Sighting, WorkKind
from waclient.rosters import Rosters
from wbscanner import secrets
from wbscanner.models import AuditEntry

pytestmark = pytest.mark.django_db

URL, OTHER = "https://shop.example.com/offer?id=7", "http://192.0.2.1/login.exe"
TEXT = f"Look at {URL} before tonight"
NOBODY = Rosters()


def hosts(**filters: object) -> set[str]:
    return set(Sighting.objects.filter(**filters).values_list("host", flat=True))


def rows() -> int:
    return sum(model.objects.count() for model in (Sighting, Scan, OrmQ, Action, AuditEntry, PendingWork))


# --- which groups are read


@pytest.mark.parametrize("state", [State.OFF, State.PAUSED])
def test_of_a_group_that_was_not_chosen_nothing_is_stored(state: State) -> None:
    group = make_group(state=state)
    before = Group.objects.values().get()

    message = says(group, TEXT)
    for one in (message, edits(message, OTHER), revokes(message, by=ANNA)):
        assert receive(one, NOBODY) == 0

    assert rows() == 0
    assert Group.objects.values().get() == before


def test_a_group_never_heard_of_is_met_off_and_its_facts_are_read_later() -> None:
    receive(says("120363999@g.us", TEXT), NOBODY)
    receive(says("120363999@g.us", TEXT), NOBODY)

    assert Group.objects.get().state == State.OFF
    assert list(PendingWork.objects.values_list("kind", "ref")) == [(WorkKind.GROUP_INFO, "120363999@g.us")]
    assert not Sighting.objects.exists()


@pytest.mark.parametrize("state", [State.WATCH, State.LIVE])
def test_a_chosen_group_is_read(state: State) -> None:
    group = make_group(state=state)

    assert receive(says(group, TEXT, f"caption {OTHER}"), NOBODY) == 2

    assert hosts() == {"shop.example.com", "192.0.2.1"}


def test_what_the_bot_says_itself_is_not_read() -> None:
    assert receive(says(make_group(), TEXT, is_from_me=True), NOBODY) == 0
    assert rows() == 0


# --- consent


@pytest.mark.parametrize("state", [State.OFF, State.PAUSED])
@pytest.mark.parametrize("text", [CONSENT, f"  {CONSENT}\n", "!Scanner Consent"])
def test_an_admins_consent_makes_a_group_watched_and_is_audited_under_a_pseudonym(state: State, text: str) -> None:
    group = make_group(state=state)

    receive(says(group, text, by=ADMIN), rosters_of(group))

    group.refresh_from_db()
    assert group.state == State.WATCH
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.details) == ("group.state", {"from": state, "to": "watch"})
    assert "4915100000000" not in entry.actor


@pytest.mark.parametrize(
    ("text", "by", "more"),
    [
        (CONSENT, ANNA, {}),
        (f"please {CONSENT}", ADMIN, {}),
        (f"{CONSENT}!", ADMIN, {}),
        ("!scanner  consent", ADMIN, {}),
        (CONSENT, ADMIN, {"is_from_me": True}),
        (CONSENT, ADMIN, {"is_history": True}),
        (CONSENT, Person("22222222222222@lid"), {}),
        (CONSENT, Person(""), {}),
    ],
)
def test_nothing_else_is_consent(text: str, by: Person, more: dict[str, object]) -> None:
    group = make_group(state=State.OFF)

    receive(says(group, text, by=by, **more), rosters_of(group))  # type: ignore[arg-type]

    group.refresh_from_db()
    assert group.state == State.OFF


def test_an_admin_of_another_group_cannot_consent_for_this_one() -> None:
    group, other = make_group(state=State.OFF), make_group(state=State.OFF)

    receive(says(group, CONSENT, by=ADMIN), rosters_of(other))

    group.refresh_from_db()
    assert group.state == State.OFF


def test_consent_changes_nothing_in_a_group_that_is_live_already() -> None:
    group = make_group(state=State.LIVE)

    receive(says(group, CONSENT, by=ADMIN), rosters_of(group))

    group.refresh_from_db()
    assert group.state == State.LIVE


# --- what is stored of a message


def test_a_link_becomes_a_sighting_with_a_scan_and_a_job() -> None:
    group = make_group(ceiling=Disclosure.HASH)
    message = says(group, TEXT)

    assert receive(message, NOBODY) == 1

    sighting = Sighting.objects.get()
    assert (sighting.group, sighting.message_id, sighting.posted_at) == (group, message.message_id, message.posted_at)
    assert (sighting.url_hash, sighting.is_history) == (parse(URL).url_hash, False)
    assert sighting.scan is not None
    assert (sighting.scan.status, sighting.scan.ceiling) == (Status.QUEUED, Disclosure.HASH)
    assert sighting.scan.priority == Priority.LIVE
    assert OrmQ.objects.count() == 1


def test_no_word_of_the_message_is_stored() -> None:
    receive(says(make_group(), f"My password is hunter2, see {URL}"), NOBODY)

    stored = serializers.serialize("json", [*Sighting.objects.all(), *Scan.objects.all(), *OrmQ.objects.all()])
    assert "hunter2" not in stored
    assert "password" not in stored


def test_a_message_without_a_link_writes_nothing() -> None:
    group = make_group()
    queries: list[str] = []

    def note(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        queries.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        receive(says(group, "Good morning. See you at 8.30, bring the readme.md"), NOBODY)

    assert len(queries) == 1
    assert queries[0].startswith("SELECT")


def test_the_same_message_twice_changes_nothing() -> None:
    message = says(make_group(), TEXT)
    receive(message, NOBODY)
    before = (rows(), Sighting.objects.values().get())

    assert receive(message, NOBODY) == 0

    assert (rows(), Sighting.objects.values().get()) == before


def test_a_link_that_stands_twice_in_a_message_is_one_sighting() -> None:
    assert receive(says(make_group(), f"{URL} {URL}", f"{URL}&utm_source=x"), NOBODY) == 1


def test_the_same_link_in_two_groups_is_two_sightings_and_one_scan() -> None:
    receive(says(make_group(ceiling=Disclosure.HASH), TEXT), NOBODY)
    receive(says(make_group(ceiling=Disclosure.URL), TEXT), NOBODY)

    assert Sighting.objects.count() == 2
    assert Scan.objects.get().ceiling == Disclosure.URL


def test_the_links_of_one_message_are_capped() -> None:
    texts = tuple(" ".join(f"https://a{part}-{n}.example.com/" for n in range(40)) for part in range(3))

    assert receive(says(make_group(), *texts), NOBODY) == MAX_LINKS_PER_MESSAGE


def test_a_fresh_verdict_is_reused() -> None:
    done = make_scan(URL)

    receive(says(make_group(), TEXT), NOBODY)

    assert Sighting.objects.get().scan == done
    assert not OrmQ.objects.exists()


@pytest.mark.parametrize(
    ("age", "is_replayed", "is_history"),
    [
        (timedelta(0), False, False),
        (timedelta(minutes=4), False, False),
        (timedelta(minutes=6), False, True),
        (timedelta(0), True, True),
    ],
)
def test_history_is_marked_once_and_scanned_after_everything_else(
    age: timedelta, is_replayed: bool, is_history: bool
) -> None:
    receive(says(make_group(), TEXT, age=age, is_history=is_replayed), NOBODY)

    assert Sighting.objects.get().is_history is is_history
    assert Scan.objects.get().priority == (Priority.HISTORY if is_history else Priority.LIVE)


# --- senders


@pytest.mark.parametrize("person", [Person(LID, PHONE), Person(PHONE, LID), Person(LID)])
def test_a_person_has_one_pseudonym_under_both_addresses(person: Person) -> None:
    receive(says(make_group(), TEXT, by=person), NOBODY)

    sighting = Sighting.objects.get()
    assert sighting.sender == secrets.pseudonym(settings.INSTALLATION_KEY, LID)
    known_phone = PHONE in {person.address, person.other}
    assert sighting.sender_alt == (secrets.pseudonym(settings.INSTALLATION_KEY, PHONE) if known_phone else "")


def test_the_senders_address_can_be_read_with_the_installations_key_only() -> None:
    receive(says(make_group(), TEXT, by=Person(PHONE, LID)), NOBODY)

    stored = Sighting.objects.get().sender_address
    assert stored is not None
    assert json.loads(secrets.decrypt(settings.INSTALLATION_KEY, stored)) == [PHONE, LID]
    with pytest.raises(secrets.Unreadable):
        secrets.decrypt("another key", stored)
    everything = serializers.serialize("json", [*Sighting.objects.all(), *Scan.objects.all()])
    assert PHONE.partition("@")[0] not in everything
    assert LID.partition("@")[0] not in everything


# --- overrides


@pytest.mark.parametrize("ruling", Ruling)
def test_an_override_settles_a_link_without_a_scan(ruling: Ruling) -> None:
    override = make_override("shop.example.com", ruling)

    receive(says(make_group(), TEXT), NOBODY)

    sighting = Sighting.objects.get()
    assert (sighting.override, sighting.scan, sighting.is_settled) == (override, None, True)
    assert not Scan.objects.exists()


def test_another_groups_override_settles_nothing_here() -> None:
    make_override("shop.example.com", group=make_group())

    receive(says(make_group(), TEXT), NOBODY)

    assert Sighting.objects.get().override is None
    assert Scan.objects.count() == 1


def test_an_allowed_shortener_is_scanned_all_the_same() -> None:
    make_override("bit.ly", Ruling.ALLOW, kind=Kind.DOMAIN)

    receive(says(make_group(), "https://bit.ly/3abcdef"), NOBODY)

    assert Sighting.objects.get().override is None
    assert Scan.objects.count() == 1


# --- edits


def test_an_edit_adds_new_links_and_withdraws_those_it_takes_away() -> None:
    message = says(make_group(), TEXT)
    receive(message, NOBODY)

    assert receive(edits(message, f"now {OTHER}"), NOBODY) == 1

    assert hosts(withdrawn_at__isnull=True) == {"192.0.2.1"}
    assert hosts(withdrawn_at__isnull=False) == {"shop.example.com"}


def test_an_edit_that_keeps_its_links_changes_nothing() -> None:
    message = says(make_group(), TEXT)
    receive(message, NOBODY)
    before = Sighting.objects.values().get()

    assert receive(edits(message, f"corrected {URL}"), NOBODY) == 0

    assert Sighting.objects.values().get() == before


def test_an_edit_without_links_cancels_what_was_about_to_be_said() -> None:
    message = says(make_group(), TEXT)
    receive(message, NOBODY)
    sighting = Sighting.objects.get()
    Action.objects.create(group=sighting.group, sighting=sighting, kind=ActionKind.REPLY)

    receive(edits(message, "never mind"), NOBODY)

    action = Action.objects.get()
    assert (action.state, action.reason) == (ActionState.SKIPPED, "withdrawn")


def test_the_author_is_known_under_his_other_address_when_he_edits() -> None:
    message = says(make_group(), TEXT, by=Person(PHONE))
    receive(message, NOBODY)

    receive(edits(message, "never mind", by=Person(LID, PHONE)), NOBODY)

    assert hosts(withdrawn_at__isnull=True) == set()


def test_a_strangers_edit_withdraws_nothing() -> None:
    message = says(make_group(), TEXT)
    receive(message, NOBODY)

    receive(edits(message, "never mind", by=BEN), NOBODY)

    assert hosts(withdrawn_at__isnull=True) == {"shop.example.com"}


def test_a_link_that_is_edited_out_and_in_again_is_judged_again() -> None:
    message = says(make_group(), f"{TEXT} {OTHER}")
    receive(message, NOBODY)
    sighting = Sighting.objects.get(host="192.0.2.1")
    Action.objects.create(group=sighting.group, sighting=sighting, kind=ActionKind.REPLY)
    receive(edits(message, TEXT), NOBODY)
    Sighting.objects.update(planned_at=message.posted_at)

    receive(edits(message, f"{TEXT} {OTHER}"), NOBODY)

    back = Sighting.objects.get(host="192.0.2.1")
    assert (back.withdrawn_at, back.planned_at) == (None, None)
    assert not Action.objects.filter(state=ActionState.SKIPPED).exists()
    assert Sighting.objects.get(host="shop.example.com").planned_at is not None


def test_a_message_that_was_deleted_does_not_come_back_when_it_is_delivered_again() -> None:
    message = says(make_group(), TEXT)
    receive(message, NOBODY)
    receive(revokes(message, by=ANNA), NOBODY)

    receive(message, NOBODY)

    assert hosts(withdrawn_at__isnull=True) == set()


# --- deletions


@pytest.mark.parametrize(
    ("posted_by", "deleted_by", "is_believed"),
    [
        (ANNA, ANNA, True),
        (Person(LID), Person(LID, PHONE), True),
        (Person(PHONE), Person(LID, PHONE), True),
        (Person(LID, PHONE), Person(PHONE), True),
        (ANNA, ADMIN, True),
        (ANNA, Person(ADMIN.other), True),
        (ANNA, BEN, False),
        (Person(PHONE), Person(LID), False),
    ],
)
def test_a_deletion_is_believed_of_the_author_and_of_admins(
    posted_by: Person, deleted_by: Person, is_believed: bool
) -> None:
    group = make_group()
    message = says(group, TEXT, by=posted_by)
    receive(message, NOBODY)
    sighting = Sighting.objects.get()
    Action.objects.create(group=group, sighting=sighting, kind=ActionKind.REPLY)
    Action.objects.create(group=group, sighting=sighting, kind=ActionKind.REACT, state=ActionState.SENT)

    receive(revokes(message, by=deleted_by), rosters_of(group))

    sighting.refresh_from_db()
    assert (sighting.withdrawn_at is not None) is is_believed
    assert Action.objects.get(kind=ActionKind.REPLY).state == (
        ActionState.SKIPPED if is_believed else ActionState.PENDING
    )
    assert Action.objects.get(kind=ActionKind.REACT).state == ActionState.SENT


def test_a_deletion_in_one_group_touches_no_other() -> None:
    here, there = make_group(), make_group()
    message = says(here, TEXT)
    receive(message, NOBODY)
    receive(says(there, TEXT, message_id=message.message_id), NOBODY)

    receive(revokes(message, by=ANNA), NOBODY)

    assert set(Sighting.objects.filter(withdrawn_at__isnull=True).values_list("group", flat=True)) == {there.pk}


# --- all or nothing


@pytest.mark.parametrize("kind", [MessageKind.NEW, MessageKind.EDIT])
def test_a_failure_while_recording_leaves_nothing_behind(kind: MessageKind) -> None:
    group = make_group()
    first = says(group, TEXT)
    receive(first, NOBODY)
    before = (rows(), list(Sighting.objects.values()), list(Scan.objects.values()))
    message: InboundMessage = edits(first, OTHER) if kind is MessageKind.EDIT else says(group, OTHER)

    def disk_full(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        if sql.startswith("INSERT") and "waclient_sighting" in sql:
            raise sqlite3.OperationalError("database or disk is full")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(disk_full), pytest.raises((DatabaseError, sqlite3.Error)):
        receive(message, NOBODY)

    assert (rows(), list(Sighting.objects.values()), list(Scan.objects.values())) == before
    assert receive(message, NOBODY) == 1


def test_an_override_made_for_a_group_goes_with_it_and_sightings_too() -> None:
    group = make_group()
    make_override("shop.example.com", group=group)
    receive(says(group, TEXT), NOBODY)

    group.delete()

    assert not Override.objects.exists()
    assert not Sighting.objects.exists()
