"""How the queue is looked up: no page of it may read all rows, or sort all of them, to show thirty."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from groups.models import Group
from tests.desk.queued import QUEUE, posted

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="plans are worded differently elsewhere"),
]
MOST_QUERIES = 15


def plans(client: Client, address: str) -> dict[str, str]:
    """Each question that the page asks, with how the database finds the answer."""
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    assert len(asked) <= MOST_QUERIES
    with connection.cursor() as cursor:
        return {query["sql"]: _plan(cursor, query["sql"]) for query in asked if query["sql"].startswith("SELECT")}


def _plan(cursor: object, sql: str) -> str:
    cursor.execute(f"EXPLAIN QUERY PLAN {sql}")  # type: ignore[attr-defined]
    return "\n".join(f"{parent} {step}" for _key, parent, _unused, step in cursor.fetchall())  # type: ignore[attr-defined]


def of(found: dict[str, str], beginning: str) -> str:
    [plan] = all_of(found, beginning)
    return plan


def all_of(found: dict[str, str], beginning: str) -> list[str]:
    return [plan for sql, plan in found.items() if sql.startswith(beginning)]


@pytest.mark.parametrize(("show", "lists"), [("needs", 1), ("all", 2)])
def test_a_moderators_page_goes_down_the_ranks_until_it_is_full(
    as_moderator: Client, group: Group, show: str, lists: int
) -> None:
    posted(group)

    found = all_of(plans(as_moderator, f"{QUEUE}?show={show}"), 'SELECT "waclient_queueitem"."id"')

    assert len(found) == lists  # what waits, and what is settled
    for plan in found:
        assert "0 SCAN waclient_queueitem USING INDEX queue_by_rank" in plan
        assert not any(step.startswith("0 USE TEMP B-TREE") for step in plan.split("\n"))


@pytest.mark.parametrize("show", ["needs", "today", "changed", "silent", "all"])
def test_whether_a_link_is_ones_own_is_known_from_an_index(as_moderator: Client, group: Group, show: str) -> None:
    posted(group)

    found = plans(as_moderator, f"{QUEUE}?show={show}")

    steps = "\n".join(found.values()).split("\n")
    of_sightings = [step for step in steps if "sighting" in step]
    assert any("sighting_by_link" in step for step in of_sightings)
    assert not any("waclient_sighting_url_hash" in step or "SCAN waclient_sighting" in step for step in of_sightings)


def test_what_was_done_and_what_changed_is_not_searched_for_in_whole_tables(as_moderator: Client, group: Group) -> None:
    posted(group)

    found = plans(as_moderator, QUEUE)

    done = of(found, 'SELECT DISTINCT "waclient_sighting"."url_hash" AS "sighting__url_hash"')
    assert "waclient_action_group_id" not in done
    assert "sighting_by_link" in done
    counted = of(found, "SELECT (SELECT COUNT(*)")
    assert "scan_changed_lately" in counted
    assert "decision_by_link" in counted
