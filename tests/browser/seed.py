"""Fills the database of the browser tests; prints the set-up link. Run as a process of its own."""

from __future__ import annotations

from datetime import timedelta

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from groups.policy import State  # noqa: E402
from scans.engine.journeys import Hop, How  # noqa: E402
from scans.engine.links import parse  # noqa: E402
from scans.engine.local import analyze_locally  # noqa: E402
from scans.hops import HopDict, rows_of  # noqa: E402
from tests.desk.pages import rows_of_group, rows_of_installation  # noqa: E402
from tests.factories import make_group, make_moderator, make_scan, make_sighting  # noqa: E402
from waclient import queue  # noqa: E402
from waclient.models import Action, ActionKind, ActionState, Connection, Phase  # noqa: E402
from wbscanner.setup import make_roles, make_setup_link  # noqa: E402

LINKS = [
    "https://pago.correos-paquete-pendiente.example.com/es/seguimiento?id=8123",
    "http://192.0x00A80001/login.exe",
    "https://xn--pypal-4ve.example/secure/login",
    "https://www.a-very-long-subdomain-that-never-ends.and-another-one.shop-deals-and-more.example/x",
    "https://en.wikipedia.example/wiki/Foo_(bar)",
    "https://vote-for-my-niece.test/contest/42",
]
HOSTILE = [
    '"><img src=x onerror=alert(1)>',
    '" x-init="alert(1)',
    "{{ alert(1) }}",
    "'); alert(1); ('",
    "<svg/onload=alert(1)>",
]


def way(url: str, length: int) -> list[HopDict]:
    """A way from a link over `length` more addresses."""
    hops = [Hop(parse(url), How.POSTED, 200 if not length else 302)]
    hops += [Hop(parse(f"{LINKS[number]}&from=elsewhere"), How.REDIRECT, 302) for number in range(length)]
    return [row.as_dict() for row in rows_of(hops)]


def fill() -> None:
    now = timezone.now()
    names = ("Coro Aurora", "Padres 4B", "Calle Mayor 12, vecinos y amigos", "Flohmarkt Nord", "Крипто чат")
    groups = [
        make_group(name, state) for name, state in zip(names, [State.LIVE, State.WATCH, *[State.OFF] * 3], strict=True)
    ]
    groups[0].mute(timedelta(minutes=40))
    for number, url in enumerate(LINKS * 6):
        verdict = analyze_locally(parse(url))
        at = now - timedelta(minutes=17 * number)
        posted = f"{url}{number // len(LINKS) or ''}"
        scan = make_scan(
            posted, verdict.verdict, findings=verdict.findings, at=at, hops=way(posted, number % len(LINKS))
        )
        sighting = make_sighting(groups[number % 2], scan, verdict=scan.verdict, planned_at=at, posted_at=at)
        sighting.facts = {"silence": "watching"}
        sighting.save(update_fields=["facts"])
        queue.refresh(sighting.url_hash)
        if number % 4 == 0:
            Action.objects.create(
                group=groups[0], sighting=sighting, kind=ActionKind.REPLY, text="⚠️ example[.]com",
                state=list(ActionState)[number // 4 % len(ActionState)], reason="", created_at=at,
            )  # fmt: skip
    for number, text in enumerate(HOSTILE):
        group = make_group(text)
        rows_of_group(group, text, 900 + number, host=f"{text[:40]}.example")
        rows_of_installation(make_moderator(group, username=f"{text}{number}"), group, text, 900 + number)
    Connection.write(phase=Phase.NEVER_PAIRED, detail="", jid="", lid="", beat_at=now + timedelta(days=365))


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    make_roles()
    fill()
    print(make_setup_link())
