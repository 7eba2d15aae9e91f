from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from wbscanner import schedules

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]


def test_every_migration_is_applied_from_zero() -> None:
    executor = MigrationExecutor(connection)

    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []


def test_models_and_migrations_agree() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_periodic_jobs_are_written_once() -> None:
    schedules.sync()

    assert schedules.sync() == len(schedules.JOBS)
