"""The thread beside the socket looks at the tables when somebody wrote, and else once a second."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from waclient import turns
from waclient.turns import Changes

ALIAS = "turns"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "some.sqlite3"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE said (word TEXT)")
    other.close()
    return path


@pytest.fixture
def database(file: Path) -> Iterator[BaseDatabaseWrapper]:
    connections.databases[ALIAS] = {**connections.databases["default"], "NAME": str(file)}
    yield connections[ALIAS]
    connections[ALIAS].close()
    del connections[ALIAS]
    del connections.databases[ALIAS]


@pytest.fixture(autouse=True)
def _own_database(django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        yield


def write(file: Path) -> None:
    with sqlite3.connect(file) as other:
        other.execute("INSERT INTO said VALUES ('hello')")
    other.close()


def test_what_another_connection_wrote_is_looked_for_at_once_and_only_once(
    database: BaseDatabaseWrapper, file: Path
) -> None:
    changes = Changes(database)
    assert changes.are_worth_a_look()
    assert not changes.are_worth_a_look()

    write(file)

    assert changes.are_worth_a_look()
    assert not changes.are_worth_a_look()


def test_what_it_wrote_itself_is_no_news(database: BaseDatabaseWrapper) -> None:
    changes = Changes(database)
    changes.are_worth_a_look()

    with database.cursor() as cursor:
        cursor.execute("INSERT INTO said VALUES ('hello')")

    assert not changes.are_worth_a_look()


def test_what_only_time_brings_is_looked_for_without_news(
    database: BaseDatabaseWrapper, monkeypatch: pytest.MonkeyPatch
) -> None:
    changes = Changes(database)
    changes.are_worth_a_look()
    monkeypatch.setattr(turns, "UNASKED_SECONDS", 0.0)

    assert changes.are_worth_a_look()


def test_a_database_that_does_not_count_is_always_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(connection), "vendor", "postgresql", raising=False)
    changes = Changes(connection)

    assert [changes.are_worth_a_look(), changes.are_worth_a_look()] == [True, True]
