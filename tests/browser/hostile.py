"""Fills a database with rows of ordinary or of hostile words and prints their pages as JSON. Run as a process."""

from __future__ import annotations

import json
import logging
import sys
from dataclasses import asdict

import django

django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402
from django.db.models import Model  # noqa: E402

from tests.desk.every_page import tour  # noqa: E402
from tests.desk.payloads import HARMLESS, PAYLOADS, fill  # noqa: E402
from waclient.models import QueueItem  # noqa: E402
from wbscanner.setup import make_roles  # noqa: E402

ROWS = 2  # of every kind, whose own pages are opened: each carries its share of the payloads


def prepare() -> None:
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    make_roles()


def harmless_rows() -> list[Model]:
    """As many rows as hostile ones; opened are one of every kind, and the queue's first, middle and last link."""
    for number, _payload in enumerate(PAYLOADS):
        fill(HARMLESS, 1000 + number)
    rows = fill(HARMLESS, 1500)
    links = list(QueueItem.objects.order_by("-rank", "-pk"))
    return [*(row for row in rows if not isinstance(row, QueueItem)), links[0], links[len(links) // 2], links[-1]]


def hostile_rows() -> list[Model]:
    """Every payload in a row of its own, for the lists; and all of them in a few, whose own pages are opened."""
    for number, payload in enumerate(PAYLOADS):
        fill(payload, number)
    texts = [" ".join(PAYLOADS[start::ROWS]) for start in range(ROWS)]
    return [row for number, text in enumerate(texts) for row in fill(text, 500 + number)]


def main(words: str) -> None:
    prepare()
    with transaction.atomic():
        rows = harmless_rows() if words == "harmless" else hostile_rows()
    owner, _made = User.objects.get_or_create(username="ada", is_staff=True, is_superuser=True)
    logging.disable()  # of what answers with an error, and is no page
    print(json.dumps(asdict(tour(owner, rows))))


if __name__ == "__main__":
    main(sys.argv[1])
