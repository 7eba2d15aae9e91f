from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from wbscanner.checks import (
    answers_have_a_language,
    rows_are_kept_long_enough,
    sqlite_is_ready_for_several_writers,
    waiting_jobs_are_not_run_twice,
)

READY: dict[str, Any] = {
    "ENGINE": "django.db.backends.sqlite3",
    "CONN_MAX_AGE": None,
    "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": "PRAGMA journal_mode=WAL;"},
}


def set_up(monkeypatch: pytest.MonkeyPatch, **changes: object) -> None:
    """Right settings, but for some options (or CONN_MAX_AGE); an option that is None is left out."""
    made = deepcopy(READY)
    for name, value in changes.items():
        where = made if name in made else made["OPTIONS"]
        where[name] = value
    made["OPTIONS"] = {name: value for name, value in made["OPTIONS"].items() if value is not None}
    monkeypatch.setitem(settings.DATABASES, "default", made)


def test_the_products_own_settings_pass_every_check() -> None:
    assert sqlite_is_ready_for_several_writers() == []
    assert waiting_jobs_are_not_run_twice() == []


@pytest.mark.parametrize(
    "change",
    [
        {"transaction_mode": None},
        {"transaction_mode": "DEFERRED"},
        {"timeout": None},
        {"timeout": 5},
        {"init_command": None},
        {"init_command": "PRAGMA synchronous=NORMAL;"},
        {"CONN_MAX_AGE": 0},
        {"CONN_MAX_AGE": 60},
    ],
    ids=str,
)
def test_sqlite_that_would_lose_writes_is_refused(monkeypatch: pytest.MonkeyPatch, change: dict[str, object]) -> None:
    set_up(monkeypatch, **change)

    found = sqlite_is_ready_for_several_writers()

    assert [error.id for error in found] == ["wbscanner.E001"]
    assert "IMMEDIATE" in str(found[0].hint)


def test_the_right_sqlite_settings_and_other_databases_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    set_up(monkeypatch)
    assert sqlite_is_ready_for_several_writers() == []

    monkeypatch.setitem(settings.DATABASES, "default", {"ENGINE": "django.db.backends.postgresql"})
    assert sqlite_is_ready_for_several_writers() == []


@pytest.mark.parametrize(
    ("change", "is_refused"),
    [
        ({"retry": 240}, False),
        ({"retry": 180}, True),
        ({"retry": 181}, False),
        ({"timeout": 80}, True),
        ({"queue_limit": 50}, True),
        ({"workers": 1}, True),
        ({"workers": 4, "retry": 121}, False),
    ],
    ids=str,
)
def test_a_queue_that_would_run_a_waiting_job_twice_is_refused(
    monkeypatch: pytest.MonkeyPatch, change: dict[str, int], is_refused: bool
) -> None:
    cluster = {"timeout": 60, "retry": 240, "queue_limit": 2, "workers": 2} | change
    monkeypatch.setattr(settings, "Q_CLUSTER", cluster)

    assert [error.id for error in waiting_jobs_are_not_run_twice()] == (["wbscanner.E002"] if is_refused else [])


@pytest.mark.parametrize(("language", "is_refused"), [("en", False), ("zu", False), ("klingon", True), ("ES", True)])
def test_a_language_that_nobody_speaks_is_refused(
    monkeypatch: pytest.MonkeyPatch, language: str, is_refused: bool
) -> None:
    monkeypatch.setattr(settings, "REPLY_LANGUAGE", language)

    assert [error.id for error in answers_have_a_language()] == (["wbscanner.E003"] if is_refused else [])


@pytest.mark.django_db
def test_both_checks_are_part_of_manage_py_check(monkeypatch: pytest.MonkeyPatch) -> None:
    set_up(monkeypatch, transaction_mode=None)
    monkeypatch.setattr(settings, "Q_CLUSTER", settings.Q_CLUSTER | {"retry": 61})

    with pytest.raises(SystemCheckError) as refused:
        call_command("check", databases=["default"])

    assert "wbscanner.E001" in str(refused.value)
    assert "wbscanner.E002" in str(refused.value)


def test_the_library_that_talks_to_whatsapp_logs_no_numbers() -> None:
    assert settings.LOGGING["loggers"]["whatsmeow"]["level"] == "ERROR"
    assert settings.LOGGING["loggers"]["neonize"]["level"] == "ERROR"


@pytest.mark.parametrize(("days", "is_refused"), [(0, False), (29, True), (-1, True), (30, False), (180, False)])
def test_a_retention_that_corrections_and_replays_outlive_is_refused(
    monkeypatch: pytest.MonkeyPatch, days: int, is_refused: bool
) -> None:
    monkeypatch.setattr(settings, "RETENTION_DAYS", days)

    assert bool(rows_are_kept_long_enough()) is is_refused
