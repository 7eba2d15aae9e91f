"""The demo made again, brought up to a new day, and gone without a trace."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.db.models import Model
from pytest_django import DjangoDbBlocker

from groups.models import Group
from overrides.models import Override
from scans.engine.links import parse
from scans.engine.scoring import Verdict
from scans.models import Scan
from tests.factories import make_group, make_scan, make_sighting
from waclient import decisions
from waclient.demo import story, upkeep
from waclient.models import Action, Alert, Answer, Decision, ModeratorsChat, QueueItem, Report, Sighting
from wbscanner.models import AuditEntry, Setting

NOW = datetime(2026, 6, 17, 15, 30, tzinfo=UTC)
NUMBERS = {"id", "group_ids"}
DEMO_TABLES: tuple[type[Model], ...] = (
    Group, Sighting, Action, Scan, Override, Decision, QueueItem, AuditEntry, Setting, Alert, ModeratorsChat, Report,
)  # fmt: skip


def rows(model: type[Model], **filters: Any) -> list[tuple[Any, ...]]:
    """All rows but for their numbers, in an order that does not depend on them."""
    fields = [field for field in model._meta.fields if not field.is_relation]
    names = [field.name for field in fields if field.name not in NUMBERS]
    found = [tuple(map(_unnumbered, row)) for row in model._default_manager.filter(**filters).values_list(*names)]
    return sorted(found, key=repr)


def _unnumbered(value: Any) -> Any:
    """The facts of a decision without the number of their campaign, which is new each time; an alert's subject too."""
    if isinstance(value, dict):
        return {key: bool(item) if key == "campaign" else item for key, item in value.items()}
    return re.sub(r"^campaign \d+$", "campaign", value) if isinstance(value, str) else value


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The demo of NOW, made once: it costs seconds; each test takes back what it does to it."""
    with django_db_blocker.unblock(), transaction.atomic():
        upkeep.ensure(NOW)
        yield
        transaction.set_rollback(True)


@pytest.mark.django_db
class TestReset:
    @pytest.fixture
    def real(self) -> Callable[[], dict[str, list[tuple[Any, ...]]]]:
        """A real group that shares a link with the demo, with a decision, an override and audit entries of its own."""
        group = make_group("Real", jid="120363000000000001@g.us")
        shared = make_scan(story.NIECE, Verdict.MALICIOUS, at=NOW - timedelta(days=40))
        other = make_scan("https://shop.example.com/", Verdict.SUSPICIOUS, at=NOW - timedelta(days=40))
        for scan in (shared, other):
            make_sighting(group, scan, verdict=scan.verdict, planned_at=NOW - timedelta(days=40))
        decisions.decide(other.url_hash, Answer.UNSURE, by="owner", group=None)
        decisions.decide(shared.url_hash, Answer.CONFIRM, by="owner", group=group)
        return lambda: {model.__name__: rows(model) for model in DEMO_TABLES}

    def test_nothing_of_a_real_group_changes(self, real: Callable[[], dict[str, list[tuple[Any, ...]]]]) -> None:
        before = real()

        upkeep.ensure(NOW)
        upkeep.clear()

        assert real() == before


@pytest.mark.django_db
def test_the_command_fills_says_so_and_removes() -> None:
    said = StringIO()

    call_command("demo", stdout=said)
    call_command("demo", stdout=said)
    call_command("demo", "--reset", stdout=said)

    filled, again, gone = said.getvalue().splitlines()
    assert "400 links" in filled
    assert "today already" in again
    assert "gone: 5 groups" in gone
    assert not Group.objects.exists()


@pytest.mark.usefixtures("made")
@pytest.mark.django_db
class TestAgain:
    def snapshot(self) -> dict[str, list[tuple[Any, ...]]]:
        return {model.__name__: rows(model) for model in DEMO_TABLES if model is not Setting}

    def test_a_second_demo_of_the_same_moment_is_the_same(self) -> None:
        before = self.snapshot()

        upkeep.clear()
        upkeep.ensure(NOW)

        assert self.snapshot() == before

    def test_later_the_same_day_links_and_verdicts_are_the_same_and_what_was_tried_out_stays(self) -> None:
        decisions.decide(parse(story.CODE).url_hash, Answer.CONFIRM, by="owner", group=None)
        before = self.snapshot()

        assert upkeep.ensure(NOW + timedelta(hours=4)) is None
        assert self.snapshot() == before

    def test_another_hour_changes_no_link_and_no_verdict(self) -> None:
        columns = ("group__jid", "message_id", "url", "verdict")
        before = list(Sighting.objects.order_by("message_id").values_list(*columns))

        upkeep.clear()
        upkeep.ensure(NOW.replace(hour=0, minute=20))

        assert list(Sighting.objects.order_by("message_id").values_list(*columns)) == before

    def test_the_next_day_it_is_made_anew_up_to_that_day(self) -> None:
        links = upkeep.ensure(NOW + timedelta(days=1))

        assert links == Sighting.objects.count() == 400
        assert Sighting.objects.latest("posted_at").posted_at.date() == (NOW + timedelta(days=1)).date()


@pytest.mark.usefixtures("made")
@pytest.mark.django_db
class TestNothingButTheDemo:
    def test_without_real_groups_nothing_is_left(self) -> None:
        assert upkeep.clear() == 5
        assert {model.__name__: model._default_manager.count() for model in DEMO_TABLES} == {
            model.__name__: 0 for model in DEMO_TABLES
        }

    def test_the_audit_trail_keeps_what_real_people_did_to_the_demo(self) -> None:
        decisions.decide(parse(story.CODE).url_hash, Answer.FINE, by="owner", group=None)

        upkeep.clear()

        assert list(AuditEntry.objects.values_list("actor", flat=True)) == ["owner"]
        assert not Override.objects.exists()
