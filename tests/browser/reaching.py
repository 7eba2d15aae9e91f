"""Fills a database with two groups and prints what a moderator of the second may ask of the first. Run as a process."""

from __future__ import annotations

import json
import logging

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402

from tests.rights.forms import FORMS  # noqa: E402
from tests.rights.routes import address  # noqa: E402
from tests.rights.table import lines  # noqa: E402
from tests.rights.world import COLUMNS, World, build  # noqa: E402

WHO = "another's"


def asks(world: World) -> list[dict[str, object]]:
    """Addresses of the first group's things, the forms of their pages, and what the table says of both."""
    column = COLUMNS.index(WHO)
    return [
        {
            "route": line.route,
            "path": address(line.route, world),
            "form": dict(FORMS[line.route](world)) if line.route in FORMS else {},
            "GET": line.get[column],
            "POST": line.post[column],
        }
        for line in lines()
        if not line.route.startswith("api/")
    ]


def main() -> None:
    logging.disable(logging.CRITICAL)
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    with transaction.atomic():
        world = build()
    print(json.dumps({"session": world.cookies[WHO], "asks": asks(world)}, default=str))


if __name__ == "__main__":
    main()
