"""The desk over 100,000 sightings and audit entries: milliseconds of server time and questions a page."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from groups.models import Group
from scans.engine.findings import Finding
from scans.engine.scoring import Verdict
from scans.models import Scan, Status
from tests.desk.conftest import client_of, with_role
from tests.factories import make_group, make_moderator, make_owner
from waclient.models import Action, ActionKind, ActionState, Connection, QueueItem, Sighting
from waclient.queue import rank
from wbscanner.models import AuditEntry

pytestmark = [pytest.mark.bench, pytest.mark.django_db]

SIGHTINGS, LINKS, GROUPS, AUDITED, TIMES = 100_000, 40_000, 40, 100_000, 7
VERDICTS = [Verdict.MALICIOUS, Verdict.SUSPICIOUS, Verdict.UNKNOWN]
FOUND = [Finding.of("risky_tld", 8, tld="example").as_dict()]


def fill(groups: list[Group]) -> None:
    now = timezone.now()
    links = [(f"{number:064x}", f"https://host{number}.example/pay") for number in range(LINKS)]
    scans = Scan.objects.bulk_create(
        [
            Scan(
                url_hash=key, url=url, host=url[8:-4], registrable_domain=url[8:-4], status=Status.DONE, score=9,
                verdict=VERDICTS[number % 3], findings=FOUND, finished_at=now, requested_at=now, expires_at=now,
            )
            for number, (key, url) in enumerate(links)
        ],
        batch_size=500,
    )  # fmt: skip
    sightings = Sighting.objects.bulk_create(
        [
            Sighting(
                group=groups[number % GROUPS], message_id=f"M{number}", url_hash=links[number % LINKS][0],
                url=links[number % LINKS][1], host=f"host{number % LINKS}.example", sender=f"{number % 999:032x}",
                posted_at=now - timedelta(seconds=number * 20), planned_at=now, scan=scans[number % LINKS],
                verdict=VERDICTS[number % LINKS % 3], facts={"silence": ""},
            )
            for number in range(SIGHTINGS)
        ],
        batch_size=500,
    )  # fmt: skip
    Action.objects.bulk_create(
        [
            Action(group=one.group, sighting=one, kind=ActionKind.REPLY, state=ActionState.SENT, text="x", sent_at=now)
            for one in sightings[:20_000]
        ],
        batch_size=500,
    )
    AuditEntry.objects.bulk_create(
        [
            AuditEntry(
                actor=f"person{number % 9}", action="override.create", target=f"host{number}.example",
                group_ids=[str(groups[number % GROUPS].pk)], details={"kind": "host", "ruling": "deny"},
            )
            for number in range(AUDITED)
        ],
        batch_size=500,
    )  # fmt: skip
    QueueItem.objects.bulk_create(
        [
            QueueItem(
                url_hash=key, url=url, host=url[8:-4], verdict=VERDICTS[number % 3], reach=3, rank=rank(
                    VERDICTS[number % 3], 3, now - timedelta(seconds=number * 20)
                ),
                posted_at=now - timedelta(seconds=number * 20), decided_at=now if number % 4 == 0 else None,
            )
            for number, (key, url) in enumerate(links)
        ],
        batch_size=500,
    )  # fmt: skip


def measured(client: Client, url: str) -> str:
    client.get(url)
    times = []
    for _turn in range(TIMES):
        started = time.process_time()
        assert client.get(url).status_code == 200
        times.append((time.process_time() - started) * 1000)
    with CaptureQueriesContext(connection) as queries:
        client.get(url)
    return f"{sorted(times)[TIMES // 2]:6.0f} ms, {len(queries):2d} questions"


def person(name: str, groups: list[Group]) -> User:
    return make_owner() if name == "owner" else with_role(make_moderator(*groups[:3], username="mira"), "Moderators")


@pytest.mark.parametrize("name", ["owner", "moderator of 3 groups"])
def test_pages(name: str, settings: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    groups = [make_group() for _number in range(GROUPS)]
    fill(groups)
    Connection.get()
    client = client_of(person(name, groups))
    card = f"/desk/link/{1:064x}/"
    pages = [
        "/desk/queue/",
        *[f"/desk/queue/?show={one}" for one in ("today", "appeals", "silent", "changed", "all")],
        "/desk/queue/?show=all&page=30",
        "/desk/queue/?q=host399",
        card,
        "/admin/",
        "/desk/happened/",
        "/desk/happened/?days=30",
        "/desk/house/",
        "/desk/dashboard/live/",
        "/desk/audit/",
        "/desk/audit/?q=host7",
        "/admin/waclient/sighting/",
    ]
    print(f"\n{SIGHTINGS:,} sightings of {LINKS:,} links in {GROUPS} groups, seen by the {name}:")
    for url in pages:
        print(f"  {url[:32]:32} {measured(client, url)}")
    QueueItem.objects.update(decided_at=timezone.now())
    print(f"  {'?show=all, all decided':32} {measured(client, '/desk/queue/?show=all')}")
