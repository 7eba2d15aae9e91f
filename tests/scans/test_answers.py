"""What providers said is kept as long as they allow, and no longer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from scans.asking import answers
from scans.engine.providers.provider import Reply
from scans.models import ProviderAnswer

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_answers_are_found_by_provider_and_subject_while_they_are_good() -> None:
    answers.keep("one", {"a.example": Reply({"bad": True}, HOUR), "b.example": Reply({}, 2 * HOUR)}, NOW)
    answers.keep("two", {"a.example": Reply({"age": 7}, HOUR)}, NOW)
    wanted = {"one": ["a.example", "b.example", "c.example"], "two": ["b.example"]}

    assert answers.kept(wanted, NOW) == {"one": {"a.example": {"bad": True}, "b.example": {}}}
    assert answers.kept(wanted, NOW + HOUR) == {"one": {"b.example": {}}}


def test_what_must_not_be_kept_is_not_and_a_newer_answer_takes_the_place_of_the_older() -> None:
    answers.keep("one", {"a.example": Reply({"bad": True}, HOUR), "b.example": Reply({}, timedelta())}, NOW)
    answers.keep("one", {"a.example": Reply({"bad": False}, HOUR)}, NOW + HOUR)

    assert ProviderAnswer.objects.count() == 1
    assert answers.kept({"one": ["a.example"]}, NOW + HOUR) == {"one": {"a.example": {"bad": False}}}


def test_many_subjects_are_one_query_and_none_is_no_query() -> None:
    with CaptureQueriesContext(connection) as queries:
        answers.kept({f"provider{number}": ["a.example", "b.example"] for number in range(14)}, NOW)
        answers.kept({"one": []}, NOW)

    assert len(queries) == 1


def test_answers_whose_time_is_over_are_removed_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "PURGED_AT_ONCE", 3)
    answers.keep("one", {f"{number}.example": Reply({}, HOUR) for number in range(5)}, NOW)
    answers.keep("one", {"good.example": Reply({}, 9 * HOUR)}, NOW)

    assert [answers.purge(NOW + HOUR) for _ in range(3)] == [3, 2, 0]
    assert ProviderAnswer.objects.count() == 1
