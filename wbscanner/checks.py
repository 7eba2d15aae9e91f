"""System checks that keep the measured settings true."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from wbscanner import languages

KEPT_DAYS = {0, *range(30, 36_501)}


@register(Tags.database)
def sqlite_is_ready_for_several_writers(
    app_configs: Sequence[AppConfig] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """E001: SQLite without WAL and IMMEDIATE loses half its writes to 'database is locked'."""
    database = settings.DATABASES["default"]
    if database["ENGINE"] != "django.db.backends.sqlite3":
        return []
    options = database.get("OPTIONS", {})
    is_ready = (
        options.get("transaction_mode") == "IMMEDIATE"
        and options.get("timeout", 0) >= 20
        and "journal_mode=wal" in options.get("init_command", "").lower()
        and database.get("CONN_MAX_AGE") is None
    )
    if is_ready:
        return []
    hint = (
        "Set transaction_mode IMMEDIATE, timeout >= 20, journal_mode=WAL and CONN_MAX_AGE None in settings.DATABASES."
    )
    return [Error("SQLite is not set up for several writing processes.", hint=hint, id="wbscanner.E001")]


@register()
def answers_have_a_language(app_configs: Sequence[AppConfig] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """E003: a language that is not spoken would silently be English."""
    if settings.REPLY_LANGUAGE in languages.CODES:
        return []
    hint = f"Set REPLY_LANGUAGE to one of {', '.join(sorted(languages.CODES))}."
    return [Error("REPLY_LANGUAGE is no language that groups can be answered in.", hint=hint, id="wbscanner.E003")]


@register()
def waiting_jobs_are_not_run_twice(app_configs: Sequence[AppConfig] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """E002: django-q2 counts `retry` from the moment a job is fetched, not from its start."""
    cluster = settings.Q_CLUSTER
    shortest = cluster["timeout"] * (1 + ceil((cluster["queue_limit"] + 1) / cluster["workers"]))
    if cluster["retry"] > shortest:
        return []
    hint = f"Raise Q_CLUSTER retry above {shortest} s, or lower timeout or queue_limit."
    return [Error("A waiting job would be run twice.", hint=hint, id="wbscanner.E002")]


@register()
def rows_are_kept_long_enough(app_configs: Sequence[AppConfig] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """E004: corrections look 8 days back, a moderators' chat's numbers and a replay 30."""
    short = [name for name in ("RETENTION_DAYS", "AUDIT_RETENTION_DAYS") if getattr(settings, name) not in KEPT_DAYS]
    hint = "Set it to 0 (for ever) or to 30 days or more; docs/privacy.md says what hangs on it."
    return [Error(f"{name} is too short a time.", hint=hint, id="wbscanner.E004") for name in short]


@register()
def second_factor_is_asked_of_somebody_known(
    app_configs: Sequence[AppConfig] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """E005: a word that is not understood would silently ask nobody."""
    if settings.REQUIRE_2FA in {"none", "owners", "all"}:
        return []
    return [Error("REQUIRE_2FA is not understood.", hint="Set it to none, owners or all.", id="wbscanner.E005")]
