"""Fills the database of the browser tests; prints the set-up link. Run as a process of its own."""

from __future__ import annotations

from base64 import b64decode
from datetime import datetime, timedelta

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from groups.policy import State  # noqa: E402
from scans.engine.feeds.source import Format, Match  # noqa: E402
from scans.engine.findings import Finding, NotChecked, NotCheckedReason  # noqa: E402
from scans.engine.journeys import Hop, How  # noqa: E402
from scans.engine.links import parse  # noqa: E402
from scans.engine.local import analyze_locally  # noqa: E402
from scans.engine.scoring import Verdict  # noqa: E402
from scans.hops import HopDict, rows_of  # noqa: E402
from scans.lists import rows as list_rows  # noqa: E402
from scans.models import Artifact, ArtifactKind, Cause, Feed, FeedState, Generation, PendingReport, ReportState, Scan  # noqa: E402
from tests.desk.pages import rows_of_group, rows_of_installation  # noqa: E402
from tests.factories import make_group, make_moderator, make_scan, make_sighting  # noqa: E402
from waclient import decisions, queue  # noqa: E402
from waclient.models import Action, ActionKind, ActionState, Answer, Connection, Phase  # noqa: E402
from waclient.outbox import plan_message  # noqa: E402
from wbscanner.desk import going_live  # noqa: E402
from wbscanner.setup import make_roles, make_setup_link  # noqa: E402

LINKS = [
    "https://pago.correos-paquete-pendiente.example.com/es/seguimiento?id=8123",
    "http://192.0x00A80001/login.exe",
    "https://xn--pypal-4ve.example/secure/login",
    "https://www.a-very-long-subdomain-that-never-ends.and-another-one.shop-deals-and-more.example/x",
    "https://en.wikipedia.example/wiki/Foo_(bar)",
    "https://vote-for-my-niece.test/contest/42",
]
LONG_WORD = "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerk"
# One grey point.
PICTURE = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAgAAhACD0IbOIwAAAABJRU5ErkJggg==")
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


def looked_at_again() -> None:
    """A link of which every kind of line stands on its timeline, looked at for the first time a week ago."""
    url, now = "https://a-link-with-a-long-story.shop-deals-and-more.example/offer", timezone.now()
    listed = Finding.of("listed_url", 10, list="CERT Polska", days=0)
    odd = Finding.of("ended_elsewhere", 5, host="xn--pypal-4ve.elsewhere-and-further-away.example")
    checks: list[tuple[timedelta, Verdict, Cause, list[Finding]]] = [
        (timedelta(days=7), Verdict.UNKNOWN, Cause.POSTED, []),
        (timedelta(days=6, hours=23), Verdict.BENIGN, Cause.SCHEDULE, []),
        (timedelta(days=6), Verdict.SUSPICIOUS, Cause.SCHEDULE, [odd]),
        (timedelta(days=2), Verdict.MALICIOUS, Cause.LISTS, [odd, listed]),
        (timedelta(hours=3), Verdict.BENIGN, Cause.ASKED, []),
        (timedelta(minutes=9), Verdict.MALICIOUS, Cause.REPORT, [listed]),
    ]
    before = None
    for age, verdict, cause, findings in checks:
        gaps = [NotChecked("redirects", NotCheckedReason.FAILED)] if verdict is Verdict.UNKNOWN else []
        scan = make_scan(
            url, verdict, findings=findings, not_checked=gaps, at=now - age, cause=cause, changed_from=before,
            told_at=now - age if age > timedelta(hours=1) else None,
            look_again_at=now + timedelta(hours=20) if cause is Cause.REPORT else None,
        )  # fmt: skip
        before = verdict
    report = PendingReport.objects.create(
        scan=scan, url_hash=scan.url_hash, provider="urlscan", state=ReportState.FAILED, error="no answer in time"
    )
    Artifact.objects.create(
        report=report, kind=ArtifactKind.SCREENSHOT, content=PICTURE, size=len(PICTURE), sha256="0" * 64
    )
    sighting = make_sighting(
        make_group(LONG_WORD, State.OFF), scan, verdict=scan.verdict, planned_at=now, posted_at=now
    )
    queue.refresh(sighting.url_hash)


def fill_lists(now: datetime) -> None:
    """The program's lists, one of them in use and one in trouble, and one of one's own on trial."""
    list_rows.sync()
    used = Feed.objects.get(name="phishing_database")
    for number in range(1, 4):
        Generation.objects.create(
            feed=used, number=number, entries=57_000 + 979 * number, added=1_204, removed=225 * number,
            made_at=now - timedelta(hours=30 - 9 * number), is_kept=number > 1,
        )  # fmt: skip
    changed = now - timedelta(hours=3)
    Feed.objects.filter(pk=used.pk).update(generation=3, entries=59_937, changed_at=changed, checked_at=changed)
    broken = "no connection to the server"
    Feed.objects.filter(name="tweetfeed").update(error=broken, failures=2, checked_at=now)
    trial = Feed.objects.create(
        name="own-neighbourhood", title="Neighbourhood watch", is_own=True, state=FeedState.WATCH, format=Format.LINES,
        match=Match.AS_WRITTEN, url="https://lists.example/neighbourhood/very/long/path/bad-links.txt?version=newest",
    )  # fmt: skip
    said = Finding.of("listed_url", 10, list=trial.name, days=0, count=0).as_dict()
    for scan in Scan.objects.order_by("pk")[:18]:
        scan.watched = [said]
        scan.save(update_fields=["watched"])


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
        make_moderator(group, username=f"{text}{number}")
        rows_of_installation(group, text, 900 + number)
    fill_lists(now)
    Connection.write(phase=Phase.NEVER_PAIRED, detail="", jid="", lid="", beat_at=now + timedelta(days=365))


def watch_for_a_week(now: datetime) -> None:
    """A group that was only watched, with what the planner made of its links; its moderators are asked about it."""
    group = make_group("Allotment gardeners", State.WATCH, watched_since=now - timedelta(days=8), bot_is_admin=True)
    Action.objects.create(group=group, kind=ActionKind.NOTICE, state=ActionState.SENT)
    for number, verdict in enumerate([Verdict.MALICIOUS, Verdict.SUSPICIOUS, Verdict.BENIGN, Verdict.SUSPICIOUS] * 4):
        at = now - timedelta(days=7) + timedelta(hours=10 * number)
        scan = make_scan(f"{LINKS[number % len(LINKS)]}&garden={number}", verdict, at=at)
        plan_message([make_sighting(group, scan, posted_at=at, received_at=at)], group, at)
    bad = group.sightings.filter(verdict=Verdict.MALICIOUS).first()
    if bad is not None:
        decisions.decide(bad.url_hash, Answer.FINE, by="ada", group=group)
    going_live.ask()


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    make_roles()
    fill()
    watch_for_a_week(timezone.now())
    looked_at_again()
    print(make_setup_link())
