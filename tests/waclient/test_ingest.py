from __future__ import annotations

import json
import sqlite3
from datetime import timedelta

import pytest
from django.conf import settings
from django.core import serializers
from django.db import DatabaseError, connection
from django_q.models import OrmQ

from overrides.models import Override
from overrides.rules import Kind, Ruling
from scans.engine.ceiling import Ceiling
from scans.engine.links import parse
from scans.models import Priority, Scan, Status
from tests.factories import make_group, make_override, make_scan
from tests.waclient.inbound import LID, PHONE, edits, says
from waclient.client import InboundMessage, MessageKind, Person
from waclient.ingest import receive
from waclient.models import Action, PendingWork, Sighting
from waclient.posted import MAX_LINKS_PER_MESSAGE
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


# --- what is stored of a message


def test_a_link_becomes_a_sighting_with_a_scan_and_a_job() -> None:
    group = make_group(ceiling=Ceiling.HASH)
    message = says(group, TEXT)

    assert receive(message, NOBODY) == 1

    sighting = Sighting.objects.get()
    assert (sighting.group, sighting.message_id, sighting.posted_at) == (group, message.message_id, message.posted_at)
    assert (sighting.url_hash, sighting.is_history) == (parse(URL).url_hash, False)
    assert sighting.scan is not None
    assert (sighting.scan.status, sighting.scan.ceiling) == (Status.QUEUED, Ceiling.HASH)
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
    receive(says(make_group(ceiling=Ceiling.HASH), TEXT), NOBODY)
    receive(says(make_group(ceiling=Ceiling.URL), TEXT), NOBODY)

    assert Sighting.objects.count() == 2
    assert Scan.objects.get().ceiling == Ceiling.URL


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
