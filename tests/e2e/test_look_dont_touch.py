"""Links that hold a key are judged by their address alone: nobody knocks there, and the key is kept nowhere."""

from __future__ import annotations

from pathlib import Path

from groups.policy import State
from scans.models import Disclosure, DisclosureKind, Scan
from tests.e2e.conftest import DANGEROUS, Scene
from tests.e2e.installation import wait_for
from tests.sites import Sites
from tests.whatsapp_server import messages
from waclient.models import PendingWork, WorkKind

TOKEN = "Zk9wQ2xhTGVudGlhbDEyMzQ1Njc4OTAx"
SHORT_TOKEN = "HqZ7wKx2Lm9"
ASKED_TOKEN = "Qp7xTGVudGlhbDk4NzY1NDMyMWFzazRt"
# One host each, so that any request to it is seen.
WITH_TOKEN = [
    f"https://accounts.flower-shop.example/reset-password?token={TOKEN}",
    f"https://notes.team-space.example/magic-link/{TOKEN}",
    f"https://news.village-post.example/unsubscribe?u={TOKEN}",
    f"https://tickets.town-hall.example/confirm/{TOKEN}?email=eve%40mail.example",
    f"https://files.cloud-box.example/f/report.pdf?X-Amz-Signature={TOKEN}&X-Amz-Expires=60",
    f"https://api.bank-of-street.example/callback?code={TOKEN}&state=1",
    f"https://app.parcel-desk.example/invite/{TOKEN}",
    f"https://chat.whatsapp.com/{SHORT_TOKEN}{SHORT_TOKEN}",
    f"https://t.me/+{SHORT_TOKEN}",
    f"https://zoom.us/j/7001002003?pwd={TOKEN}",
    f"https://docs.sharing-site.example/s/file?sig={TOKEN}",
    f"https://user:{TOKEN}@login.old-forum.example/board",
]
HOSTS = {url.split("/")[2].rpartition("@")[2] for url in WITH_TOKEN}


def places_with(secret: str, folder: Path) -> list[str]:
    """Every file of an installation in which these bytes stand: database, write-ahead log, session, logs."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    return [file.name for file in files if secret.encode() in file.read_bytes()]


def test_a_link_with_a_token_is_not_opened_and_its_token_is_stored_nowhere(scene: Scene, sites: Sites) -> None:
    """T5: zero requests to the host of a token URL; no token in any file of the installation."""
    group = scene.group("Tokens", State.LIVE)
    bob = group.member("Bob")

    message = bob.says_all([f"please use this: {url}" for url in WITH_TOKEN[:-1]])[0]
    bob.says_extended("and this", matched_text=WITH_TOKEN[-1])
    bob.edits(message, f"sorry, this one: {WITH_TOKEN[0]}&again=1")
    bob.says("what does this do", quoting=message)
    bob.sends(messages.image(f"a picture {WITH_TOKEN[1]}2"))
    scene.wait_heard(group)

    sightings = scene.wait_planned(group, len(WITH_TOKEN))
    assert {sighting.host for sighting in sightings} >= HOSTS
    assert sorted({seen.host for seen in sites.requests} & HOSTS) == ["login.old-forum.example"]  # no key is left in it
    scans = scene.installation.rows(Scan).filter(host__in=HOSTS - {"login.old-forum.example"})
    assert not scene.installation.rows(Disclosure).filter(scan__in=scans, kind=DisclosureKind.VISIT).exists()
    assert {scan.fetch_url for scan in scans} == {None}
    for secret in (TOKEN, SHORT_TOKEN):
        assert places_with(secret, scene.installation.folder) == []


def test_asking_about_a_link_with_a_token_opens_and_keeps_no_more(scene: Scene, sites: Sites) -> None:
    group = scene.group("Questions", State.LIVE)
    eve = group.member("Eve")

    eve.says(f"!check https://asked.flower-shop.example/reset-password?token={ASKED_TOKEN}")
    eve.writes_privately(f"!check https://alone.flower-shop.example/magic-link/{ASKED_TOKEN}")
    wait_for(lambda: scene.server.sent_to(eve), "the answer in private")
    wait_for(lambda: scene.said(group) or len(scene.server.sent_to(group)) > 1, "the answer in the group")

    assert {seen.host for seen in sites.requests if "flower-shop" in seen.host} == set()
    wait_for(lambda: not scene.installation.rows(PendingWork).filter(kind=WorkKind.COMMAND).exists(), "no command")
    assert places_with(ASKED_TOKEN, scene.installation.folder) == []
    assert all(ASKED_TOKEN not in sent.text for sent in scene.server.exchange.sent)


def test_the_search_for_secrets_finds_what_is_there(scene: Scene) -> None:
    group = scene.group("Beacon", State.LIVE)
    group.member("Bob").says(f"{DANGEROUS}?beacon=of-this-test")

    scene.wait_said(group)

    assert "wbscanner.sqlite3-wal" in places_with("of-this-test", scene.installation.folder)
