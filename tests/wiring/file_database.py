"""A database file of its own for tests in which threads race: SQLite in memory locks whole tables and knows no WAL."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.db import connections


@contextmanager
def database_file(folder: Path) -> Iterator[None]:
    """Every connection opened inside, in any thread, uses a fresh file with the product's own SQLite settings.

    Only for tests marked django_db(transaction=True). The tables are copied from pytest-django's migrated database.
    """
    before, target = connections["default"], folder / "race.sqlite3"
    before.ensure_connection()
    with closing(sqlite3.connect(target)) as copy:
        before.connection.backup(copy)
    name = connections.settings["default"]["NAME"]
    connections.settings["default"]["NAME"] = str(target)
    connections["default"] = connections.create_connection("default")
    try:
        yield
    finally:
        connections["default"].close()
        connections.settings["default"]["NAME"] = name
        connections["default"] = before
