"""The real worker opens what is posted, through the guard, on the internet of the test."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from django.core import serializers

from groups.policy import State
from scans.models import Disclosure, Scan, Status
from tests.e2e.conftest import DANGEROUS, Scene
from tests.e2e.installation import Installation, wait_for
from tests.e2e.test_crashes import a_minute_passes
from tests.sites import Sites, hostile

SHORT = "https://bit.ly/3xYz"
CANARY = "a8Fk2LmQ9zXw7PvB4n"


def test_a_short_link_to_a_scam_is_answered_and_its_way_is_kept(scene: Scene, sites: Sites) -> None:
    sites.redirect("bit.ly", "/3xYz", to=DANGEROUS)
    group = scene.group("Short", State.LIVE)

    message = group.member("Bob").says(f"look {SHORT}")

    [reply] = scene.wait_said(group)
    [sighting] = scene.sightings(group)
    assert reply.quoted_id == message.id
    assert sighting.verdict == "malicious"
    scan = scene.installation.rows(Scan).get(host="bit.ly")
    assert [(hop.host, hop.status) for hop in scan.way] == [("bit.ly", 302), ("xn--pypal-4ve.com", 200)]
    assert scene.installation.rows(Disclosure).filter(scan=scan).count() == 1


def test_a_link_that_nobody_answers_for_is_not_checked(scene: Scene, sites: Sites) -> None:
    sites.behave("silent.example.org", "/", hostile.silence)
    group = scene.group("Silent", State.LIVE)

    group.member("Bob").says("https://silent.example.org/")

    [sighting] = scene.wait_planned(group)
    assert sighting.verdict == "unknown"
    assert scene.said(group) == []


def test_a_worker_killed_while_a_link_is_open_leaves_it_to_the_next_one(
    running: Callable[[], Scene], paired: Installation, sites: Sites
) -> None:
    sites.behave("slow.example.org", "/", hostile.silence)
    scene = running()
    group = scene.group("Killed", State.WATCH)
    group.member("Bob").says("https://slow.example.org/")
    wait_for(lambda: "https://slow.example.org/" in sites.urls(), "the open link")

    paired.processes[0].kill_group()
    assert [scan.status for scan in paired.rows(Scan)] == [Status.RUNNING]
    paired.start_worker()
    a_minute_passes(paired)

    [sighting] = scene.wait_planned(group)
    [scan] = paired.rows(Scan)
    assert (sighting.verdict, scan.status, scan.attempts) == ("unknown", Status.DONE, 2)
    assert paired.rows(Disclosure).count() == 1


def test_no_way_leads_to_opening_a_link_that_acts_and_its_key_is_kept_nowhere(
    running: Callable[[], Scene], paired: Installation, sites: Sites
) -> None:
    targets = [f"https://victim.example/cancel/{CANARY}", f"https://chat.whatsapp.com/{CANARY}"]
    for number, target in enumerate(targets):
        wrapped = f"https://www.google.com/url?q={quote(target, safe='')}"
        sites.redirect(f"redirect{number}.example", "/x", to=target)
        sites.page(f"meta{number}.example", "/x", body=f"<meta http-equiv=refresh content='0;url={target}'>")
        sites.page(f"script{number}.example", "/x", body=f"<script>location.href='{target}'</script>")
        sites.redirect(f"wrapped{number}.example", "/x", to=wrapped)
    ways = ("redirect", "meta", "script", "wrapped")
    openers = [f"https://{way}{number}.example/x" for way in ways for number in range(len(targets))]
    scene = running()
    group = scene.group("Acts", State.LIVE)

    group.member("Bob").says_all([*openers, *targets])

    scene.wait_planned(group, len(openers) + len(targets))
    assert sorted(url for url in sites.urls() if url in openers) == sorted(openers)
    assert [url for url in sites.urls() if CANARY in url] == []
    assert paired.rows(Disclosure).count() == len(openers)
    assert CANARY not in serializers.serialize("json", paired.rows(Scan))
    assert CANARY not in paired.log_of("worker") + paired.log_of("socket")
