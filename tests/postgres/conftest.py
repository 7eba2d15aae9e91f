from __future__ import annotations

import pytest
from django.db import connection


@pytest.fixture(autouse=True)
def on_postgres() -> None:
    """These tests prove nothing on SQLite: run them through `make test-postgres`."""
    assert connection.vendor == "postgresql", "DATABASE_URL must name a PostgreSQL server: make test-postgres"
