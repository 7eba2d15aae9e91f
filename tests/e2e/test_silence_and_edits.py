"""When the bot keeps silent, and what an edit changes: clean links, quiet hours, a mute that ends, a war of edits."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from groups.policy import Preset, Response, State
from scans.models import Scan, Status
from tests.e2e.conftest import DANGEROUS, Scene
from tests.e2e.installation import wait_for
from tests.sites import Sites
from tests.whatsapp_server import messages
from tests.whatsapp_server.member import EDITED, Member, MessageRef, Stanza
from tests.whatsapp_server.outgoing import SentKind
from waclient.models import Action, ActionKind

# What people post on an ordinary day, each a few times with another path.
EVERYDAY = [
    "https://www.bbc.co.uk/news/articles/{}",
    "https://docs.google.com/document/d/{}/edit",
    "https://forms.gle/x{}",
    "https://maps.app.goo.gl/{}",
    "https://www.youtube.com/watch?v=v{}",
    "https://youtu.be/{}",
    "https://www.amazon.de/dp/B0{}?tag=x",
    "https://de.wikipedia.org/wiki/Stra%C3%9Fe_{}",
    "https://www.paypal.com/invoice/{}",
    "https://zoom.us/j/{}?pwd=abc",
    "https://chat.whatsapp.com/Hk{}",
    "https://wa.me/49170{}",
    "https://bit.ly/3{}",
    "https://st-mary-school.example/calendar/{}",
    "http://www.choir-evening.example/{}",
    "https://bücherei-südstadt.example/{}",
    "https://www.gov.uk/guidance/{}",
    "https://open.spotify.com/track/{}",
    "https://sports-club.example/pay?member={}",
    "https://photos.app.goo.gl/{}",
]
CLEAN_LINKS = [form.format(1000 + number) for number in range(5) for form in EVERYDAY]
SUSPICIOUS = "http://203.0.113.7/parcel"
EDITS = 50


def around_now(before: timedelta, after: timedelta) -> dict[str, time]:
    """Columns of quiet hours that begin and end so long before and after this moment."""
    now = datetime.now(UTC)
    return {"quiet_from": (now + before).time(), "quiet_to": (now + after).time()}


def visits(sites: Sites, url: str) -> int:
    return sites.urls().count(url)


def changes_preview(member: Member, message: MessageRef, text: str, url: str) -> None:
    """What WhatsApp sends when only the picture and the words of a preview were fetched anew."""
    new = messages.extended(text, matched_text=url, title="Loaded at last", description="The programme of this year")
    member.sends(messages.edit(message.id, new), Stanza(edit=EDITED))


def test_a_hundred_clean_links_are_met_with_silence(scene: Scene) -> None:
    """T1: 100 clean links, no message and no reaction."""
    group = scene.group("Ordinary days", State.LIVE)

    group.member("Bob").says_all([f"have a look: {url}" for url in CLEAN_LINKS])

    sightings = scene.wait_planned(group, len(CLEAN_LINKS))
    assert [sighting.host for sighting in sightings if sighting.verdict != "benign"] == []
    assert {sighting.facts["silence"] for sighting in sightings} == {"nothing_found"}
    assert [sent.kind for sent in scene.server.sent_to(group)] == [SentKind.TEXT]  # its arrival notice
    actions = scene.installation.rows(Action).filter(group__jid=str(group.jid))
    assert [action.kind for action in actions] == [ActionKind.NOTICE]


def test_an_edit_that_adds_a_link_has_it_scanned_once(scene: Scene, sites: Sites) -> None:
    """T4: the edit, delivered twice, is one scan and one visit."""
    group, url = scene.group("Added", State.LIVE), "https://added-by-an-edit.example/offer"
    bob = group.member("Bob")
    message = bob.says("no link so far")

    for _delivery in range(2):
        bob.edits(message, f"now there is one: {url}")
    scene.wait_heard(group)

    [sighting, _last] = scene.wait_planned(group, 2)
    assert (sighting.message_id, sighting.host) == (message.id, "added-by-an-edit.example")
    assert scene.installation.rows(Scan).filter(url_hash=sighting.url_hash).count() == 1
    assert visits(sites, url) == 1


def test_an_edit_that_only_changes_the_preview_is_not_scanned(scene: Scene, sites: Sites) -> None:
    """T4: the same text with another preview changes nothing."""
    group, url = scene.group("Preview", State.LIVE), "https://preview-came-later.example/offer"
    text, bob = f"the programme {url}", group.member("Bob")
    message = bob.says_extended(text, matched_text=url)
    [before] = scene.wait_planned(group)

    changes_preview(bob, message, text, url)
    scene.wait_heard(group)

    after = scene.sightings(group)[0]
    assert (after.pk, after.planned_at, after.withdrawn_at) == (before.pk, before.planned_at, None)
    assert scene.installation.rows(Scan).filter(url_hash=before.url_hash).count() == 1
    assert visits(sites, url) == 1


def test_a_war_of_fifty_edits_is_read_to_its_end_and_answered_once(scene: Scene) -> None:
    group = scene.group("War of edits", State.LIVE)
    bob = group.member("Bob")
    message = bob.says("good morning")

    for number in range(EDITS):
        bob.edits(message, f"good morning {DANGEROUS}?edit={number // 2}" if number % 2 else "good morning")
    scene.wait_heard(group)

    planned = scene.wait_planned(group, EDITS // 2 + 1)
    war = [sighting for sighting in planned if sighting.message_id == message.id]
    assert len(war) == EDITS // 2
    assert [sighting.pk for sighting in war if sighting.withdrawn_at is None] == [war[-1].pk]
    assert all(sighting.scan_id for sighting in war)
    scene.wait_actions_done()
    assert len(scene.said(group)) == 1


def test_a_war_about_one_link_is_scanned_once_and_answered_once(scene: Scene, sites: Sites) -> None:
    group, url = scene.group("On and off", State.LIVE), "https://xn--pypal-4ve.com/on-and-off"
    bob = group.member("Bob")
    message = bob.says(url)
    scene.wait_said(group)

    for number in range(EDITS):
        bob.edits(message, "nothing here" if number % 2 == 0 else f"here it is again {url}")
    scene.wait_heard(group)

    [sighting] = [sighting for sighting in scene.sightings(group) if sighting.message_id == message.id]
    assert (sighting.verdict, sighting.withdrawn_at) == ("malicious", None)
    assert scene.installation.rows(Scan).filter(url_hash=sighting.url_hash, status=Status.DONE).count() == 1
    scene.wait_actions_done()
    assert len(scene.said(group)) == 1


def test_in_quiet_hours_only_danger_is_spoken_of(scene: Scene) -> None:
    group = scene.group("Night", State.LIVE)
    quiet = around_now(-timedelta(hours=1), timedelta(hours=1))
    scene.choose(group, State.LIVE, preset=Preset.OWN, on_suspicious=Response.REPLY, time_zone="UTC", **quiet)

    group.member("Bob").says(SUSPICIOUS)
    dangerous = group.member("Bob").says(DANGEROUS)

    [doubtful, certain] = scene.wait_planned(group, 2)
    assert (doubtful.verdict, doubtful.facts["silence"]) == ("suspicious", "quiet_hours")
    assert certain.verdict == "malicious"
    [reply] = scene.wait_said(group)
    assert reply.quoted_id == dangerous.id


@pytest.mark.parametrize(
    ("zone", "begins", "ends"),
    [
        ("UTC", timedelta(hours=1), timedelta(hours=3)),
        ("UTC", timedelta(hours=1), -timedelta(hours=1)),
        ("Asia/Tokyo", -timedelta(hours=1), timedelta(hours=1)),
    ],
)
def test_outside_of_quiet_hours_by_the_groups_own_clock_it_speaks(
    scene: Scene, zone: str, begins: timedelta, ends: timedelta
) -> None:
    group = scene.group("Day", State.LIVE)
    quiet = around_now(begins, ends)
    scene.choose(group, State.LIVE, preset=Preset.OWN, on_suspicious=Response.REPLY, time_zone=zone, **quiet)

    message = group.member("Bob").says(SUSPICIOUS)

    [reply] = scene.wait_said(group)
    assert reply.quoted_id == message.id


def test_a_mute_ends_by_itself_and_what_it_silenced_stays_unsaid(scene: Scene) -> None:
    group = scene.group("Muted for a while", State.LIVE)
    until = datetime.now(UTC) + timedelta(seconds=2)
    scene.choose(group, State.LIVE, muted_until=until)

    group.member("Bob").says(f"{DANGEROUS}?muted")
    [silenced] = scene.wait_planned(group)
    wait_for(lambda: datetime.now(UTC) > until, "the end of the mute")
    heard = group.member("Eve").says(f"{DANGEROUS}?later")

    assert silenced.facts["silence"] == "muted"
    [reply] = scene.wait_said(group)
    assert reply.quoted_id == heard.id
