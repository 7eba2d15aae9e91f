"""Rules about any address on a link's way: the posted one, what it wraps, and where the scan was led."""

from __future__ import annotations

import pytest
from django.utils import timezone

from groups.models import Group
from overrides.rules import Kind, Ruling
from scans.engine.kinds.lookonly import displayable
from scans.engine.links import parse
from scans.engine.scoring import Verdict
from scans.models import Scan
from tests.factories import make_group, make_override, make_scan, make_sighting
from tests.waclient.inbound import says
from tests.waclient.planning import SECOND, plan_all, planned
from tests.waclient.recording_client import RecordingClient
from waclient import sending
from waclient.decisions import decide
from waclient.ingest import receive
from waclient.models import ActionState, Answer, Sighting
from waclient.rosters import Rosters

pytestmark = pytest.mark.django_db

SHORT, MIDDLE, FINAL = "https://bit.ly/3abcdef", "https://hop.example/go", "https://shop.example.com/offer"
WRAPPED = "https://www.google.com/url?q=https%3A%2F%2Fshop.example.com%2Foffer"
NOBODY = Rosters()


def led(*urls: str, verdict: Verdict = Verdict.MALICIOUS) -> Scan:
    """A scan of the first address that was led to the last."""
    links = [parse(url) for url in urls]
    hops = [
        {
            "url_hash": link.url_hash,
            "host": link.host,
            "registrable_domain": link.registrable_domain,
            "url": displayable(link),
            "how": "redirect" if at else "posted",
            "status": 302,
        }
        for at, link in enumerate(links)
    ]
    return make_scan(urls[0], verdict, hops=hops)


def planned_verdict(group: Group, scan: Scan) -> Verdict:
    sighting = make_sighting(group, scan)
    plan_all()
    sighting.refresh_from_db()
    return Verdict(sighting.verdict or "")


# --- where the scan was led


@pytest.mark.parametrize("host", ["bit.ly", "hop.example", "shop.example.com"])
def test_a_deny_of_any_address_on_the_way_hits_the_short_link(group: Group, host: str) -> None:
    make_override(host, Ruling.DENY)

    assert planned_verdict(group, led(SHORT, MIDDLE, FINAL, verdict=Verdict.BENIGN)) is Verdict.MALICIOUS
    assert len(planned()) == 1


def test_an_allow_of_where_it_ends_covers_the_short_link(group: Group) -> None:
    make_override("example.com", Ruling.ALLOW, kind=Kind.DOMAIN)

    assert planned_verdict(group, led(SHORT, FINAL)) is Verdict.BENIGN


@pytest.mark.parametrize(
    ("target", "kind"), [("bit.ly", Kind.HOST), ("bit.ly", Kind.DOMAIN), (parse(SHORT).url_hash, Kind.URL)]
)
def test_an_allow_of_the_shortener_covers_nothing_it_leads_to(group: Group, target: str, kind: Kind) -> None:
    make_override(target, Ruling.ALLOW, kind=kind)

    assert planned_verdict(group, led(SHORT, FINAL)) is Verdict.MALICIOUS


def test_an_allow_of_an_address_in_the_middle_covers_nothing(group: Group) -> None:
    make_override("hop.example", Ruling.ALLOW)

    assert planned_verdict(group, led(SHORT, MIDDLE, FINAL)) is Verdict.MALICIOUS


def test_a_deny_on_the_way_beats_an_allow_of_the_end(group: Group) -> None:
    make_override("hop.example", Ruling.DENY)
    make_override("shop.example.com", Ruling.ALLOW, group=group)

    assert planned_verdict(group, led(SHORT, MIDDLE, FINAL)) is Verdict.MALICIOUS


@pytest.mark.parametrize(
    ("own", "everywhere", "verdict"),
    [(Ruling.ALLOW, Ruling.DENY, Verdict.BENIGN), (Ruling.DENY, Ruling.ALLOW, Verdict.MALICIOUS)],
)
def test_the_groups_own_rule_about_the_end_beats_the_rule_for_all(
    group: Group, own: Ruling, everywhere: Ruling, verdict: Verdict
) -> None:
    make_override("shop.example.com", own, group=group)
    make_override("shop.example.com", everywhere)

    assert planned_verdict(group, led(SHORT, FINAL, verdict=Verdict.SUSPICIOUS)) is verdict


def test_another_groups_rule_about_the_end_says_nothing_here(group: Group) -> None:
    make_override("shop.example.com", Ruling.ALLOW, group=make_group())

    assert planned_verdict(group, led(SHORT, FINAL)) is Verdict.MALICIOUS


def test_what_a_moderator_allowed_stays_allowed_though_it_leads_on(group: Group) -> None:
    make_override(parse(MIDDLE).url_hash, Ruling.ALLOW, kind=Kind.URL)

    assert planned_verdict(group, led(MIDDLE, FINAL)) is Verdict.BENIGN


def test_a_rule_about_the_end_that_has_ended_does_not_count(group: Group) -> None:
    make_override("shop.example.com", Ruling.ALLOW, expires_at=timezone.now() - SECOND)

    assert planned_verdict(group, led(SHORT, FINAL)) is Verdict.MALICIOUS


def test_the_reply_names_the_host_that_a_short_link_leads_to(group: Group) -> None:
    planned_verdict(group, led(SHORT, MIDDLE, FINAL))

    [action] = planned()
    assert "bit[.]ly\nIt goes on to shop[.]example[.]com." in action.text


# --- what a moderator says of a link that leads elsewhere


@pytest.mark.parametrize("kind", [Kind.URL, Kind.HOST])
def test_it_is_fine_is_about_where_a_short_link_leads(group: Group, kind: Kind) -> None:
    sighting = make_sighting(group, led(SHORT, FINAL))

    decide(sighting.url_hash, Answer.FINE, by="ana", group=None, kind=kind)

    assert planned_verdict(group, led(SHORT, FINAL)) is Verdict.BENIGN
    assert planned_verdict(group, led(SHORT, "https://evil.example/pay")) is Verdict.MALICIOUS


def test_it_is_a_scam_is_about_the_short_link_itself(group: Group) -> None:
    sighting = make_sighting(group, led(SHORT, FINAL))

    decide(sighting.url_hash, Answer.CONFIRM, by="ana", group=None)

    assert planned_verdict(group, led(SHORT, "https://other.example/", verdict=Verdict.BENIGN)) is Verdict.MALICIOUS
    assert planned_verdict(group, led(FINAL, verdict=Verdict.BENIGN)) is Verdict.BENIGN


def test_a_reply_that_waits_is_not_sent_once_the_end_of_the_way_is_fine(group: Group) -> None:
    sighting = make_sighting(group, led(SHORT, FINAL), sender_address="kept")
    plan_all()
    decide(sighting.url_hash, Answer.FINE, by="ana", group=None)

    sending.send_next(RecordingClient(), timezone.now())

    assert [(action.state, action.reason) for action in planned()] == [(ActionState.SKIPPED, "allowed")]


# --- what a link carries in itself


def test_a_deny_of_what_a_wrapper_carries_settles_it_at_once(group: Group) -> None:
    deny = make_override("shop.example.com", Ruling.DENY)

    receive(says(group, WRAPPED), NOBODY)

    sighting = Sighting.objects.get()
    assert (sighting.host, sighting.override, sighting.scan) == ("www.google.com", deny, None)
    plan_all()
    assert len(planned()) == 1


def test_an_allow_of_what_a_wrapper_carries_settles_it_at_once(group: Group) -> None:
    allow = make_override("shop.example.com", Ruling.ALLOW)

    receive(says(group, WRAPPED), NOBODY)

    assert Sighting.objects.get().override == allow


def test_an_allow_of_the_wrapper_covers_nothing_it_carries(group: Group) -> None:
    make_override("google.com", Ruling.ALLOW, kind=Kind.DOMAIN)

    receive(says(group, WRAPPED), NOBODY)

    assert Sighting.objects.get().override is None
    Scan.objects.update(status="done", verdict=Verdict.MALICIOUS, score=12)
    plan_all()
    assert Sighting.objects.get().verdict == Verdict.MALICIOUS


def test_an_allow_of_the_wrapper_covers_the_wrappers_own_pages(group: Group) -> None:
    allow = make_override("google.com", Ruling.ALLOW, kind=Kind.DOMAIN)

    receive(says(group, "https://www.google.com/maps"), NOBODY)

    assert Sighting.objects.get().override == allow
