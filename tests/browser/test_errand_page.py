"""The page of a long piece of work while it goes on: it follows, leaves its reader in peace, and is found again."""

from __future__ import annotations

import json
import sqlite3
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import ViewportSize, expect

from groups.tally import Tally
from tests.browser.conftest import Desk, OpenPage
from tests.browser.fitting import assert_fits, assert_targets
from tests.browser.test_backtest_page import watched
from wbscanner.desk.backtest.comparing import Comparison
from wbscanner.desk.errands.kinds import TRY_POLICY
from wbscanner.models import Errand

pytestmark = pytest.mark.browser

TABLE, TOTAL = Errand._meta.db_table, 1_000
LOW: ViewportSize = {"width": 360, "height": 320}  # so low that the page has to be scrolled
PLACE = "[scrollY, document.activeElement.id]"


def begun(desk: Desk) -> int:
    """The owner tries out a policy in the watched group; no worker is there, the test writes what it would."""
    given = json.dumps({"group": watched(desk), "name": "family", "values": []})
    columns = {
        "kind": TRY_POLICY, "asked_at": timezone.now().isoformat(" "), "state": "going_on", "given": given,
        "place": "{}", "done": 250, "total": TOTAL, "problem": "", "tries": 1, "fence": 1,
    }  # fmt: skip
    with sqlite3.connect(desk.database, timeout=20) as connection:
        names, marks = ", ".join(columns), ", ".join("?" * len(columns))
        owner = "(SELECT id FROM auth_user WHERE username = 'ada')"
        added = connection.execute(
            f"INSERT INTO {TABLE} (asked_by_id, {names}) VALUES ({owner}, {marks})", [*columns.values()]
        )
    connection.close()
    return int(added.lastrowid or 0)


def found() -> str:
    now = timezone.now()
    was, would = Tally(links=TOTAL, silent=TOTAL), Tally(links=TOTAL, replies=7, silent=TOTAL - 7)
    return json.dumps(
        {"found": Comparison(now - timedelta(days=30), now, TOTAL, was, would, 0, 0, [], 0, 0, 0).as_json()}
    )


def test_it_follows_what_goes_on_is_left_and_come_back_to(opened: OpenPage, desk: Desk) -> None:
    key, group = begun(desk), watched(desk)
    page = opened(f"/desk/work/{key}/")
    page.set_viewport_size(LOW)
    expect(page.locator("#errand")).to_contain_text("250 of 1000 links")
    page.locator("#errand-back").focus()
    assert page.evaluate("scrollY") > 0
    before = page.evaluate(PLACE)

    desk.write(TABLE, key, done=750)

    expect(page.locator("#errand")).to_contain_text("750 of 1000 links", timeout=10_000)
    assert page.locator("#errand progress").evaluate("bar => bar.value / bar.max") == 0.75
    assert page.evaluate(PLACE) == before
    assert_fits(page)
    assert_targets(page)

    page.goto(f"{desk.address}/admin/groups/group/{group}/change/")
    page.locator("#mine ~ ul").get_by_role("link").first.click()
    expect(page.locator("#errand h2")).to_have_text("The links are being replayed")
    desk.write(TABLE, key, state="done", done=TOTAL, place=found(), ended_at=timezone.now().isoformat(" "))
    expect(page.locator("#errand .big")).to_contain_text("7 replies", timeout=10_000)
    expect(page.get_by_role("button", name="Choose this policy")).to_be_visible()
    expect(page.locator("#errand[hx-get]")).to_have_count(0)
    assert_fits(page)
    assert_targets(page)
