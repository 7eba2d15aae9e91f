"""The card of a link."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone

from groups.models import Group
from groups.policy import Response, State
from overrides.models import Override
from overrides.rules import Kind, Ruling
from scans.engine.findings import Finding, NotChecked, NotCheckedReason
from scans.engine.journeys import Hop, How
from scans.engine.links import parse
from scans.engine.scoring import Verdict
from scans.hops import rows_of
from scans.models import Artifact, ArtifactKind, PendingReport
from tests.factories import make_group, make_scan, make_sighting
from tests.scans.test_shown import words
from waclient import decisions, queue
from waclient.models import Action, ActionKind, ActionState, Answer, Connection, Sighting
from wbscanner import house

pytestmark = pytest.mark.django_db

URL = "https://pay.parcel-fee.example/track?id=7"
FOUND = [
    Finding.of(
        "brand_domain_embedded", 8, host="pay.parcel-fee.example", seen="parcel", brand="Parcel", conclusive=True
    ),
    Finding.of("long_lived_domain", -2, domain="parcel-fee.example", years=5),
]
OCTAGON, RING = 7, 6  # half of each mark's height
PNG = b"\x89PNG\r\n\x1a\n"


def posted(group: Group, url: str = URL, verdict: Verdict = Verdict.MALICIOUS, **columns: object) -> Sighting:
    gaps = [NotChecked("page", NotCheckedReason.REFUSED)]
    scan = make_scan(url, verdict, findings=FOUND, not_checked=gaps)
    sighting = make_sighting(group, scan, verdict=verdict, planned_at=timezone.now(), **columns)  # type: ignore[arg-type]
    queue.refresh(sighting.url_hash)
    return sighting


def card(client: Client, sighting: Sighting, **query: str) -> str:
    page = client.get(f"/desk/link/{sighting.url_hash}/", query)
    assert page.status_code == 200
    return page.text


def test_it_says_the_verdict_the_reasons_both_ways_and_what_was_not_checked(as_owner: Client, group: Group) -> None:
    text = card(as_owner, posted(group))

    assert "Very likely a scam." in text
    assert "for w4" in text
    assert "against w1" in text
    assert "The page: not seen" in text
    assert "Coro Aurora" in text


def test_no_address_on_it_can_be_tapped(as_owner: Client, group: Group) -> None:
    text = card(as_owner, posted(group))

    assert "https://pay" not in text
    assert "pay.parcel-fee.example" not in text.replace("parcel-fee.example/track", "")


def test_the_line_over_the_buttons_is_what_the_form_would_send(as_owner: Client, group: Group) -> None:
    page = as_owner.get(f"/desk/link/{posted(group).url_hash}/")

    form, scope = page.context["form"], words(page.text.partition('class="scope"')[2].partition("</summary>")[0])
    chosen = [dict(form.fields[name].choices)[form[name].value()] for name in ("what", "where", "until")]
    assert scope.lstrip("> ").startswith(" · ".join(map(str, chosen)))


def test_a_reason_without_weight_is_no_warning(as_owner: Client, group: Group) -> None:
    scan = make_scan(URL, Verdict.SUSPICIOUS, findings=[Finding.of("ended_elsewhere", 0, host="other.example")])
    sighting = make_sighting(group, scan, verdict=scan.verdict, planned_at=timezone.now())
    queue.refresh(sighting.url_hash)

    assert '<li class="neutral w0">' in card(as_owner, sighting)


def test_the_way_has_one_heading_and_each_address_on_it_a_plate_and_what_it_answered(
    as_owner: Client, group: Group
) -> None:
    hops = [Hop(parse(URL), How.POSTED, 302), Hop(parse("https://shop.example.com/"), How.REDIRECT, 404)]
    scan = make_scan(URL, Verdict.SUSPICIOUS, hops=[row.as_dict() for row in rows_of(hops)])
    sighting = make_sighting(group, scan, verdict=scan.verdict, planned_at=timezone.now())
    queue.refresh(sighting.url_hash)

    way = card(as_owner, sighting).partition('id="leads"')[2].partition("</section>")[0]

    assert way.count("Where it leads") == 1
    assert way.count('class="host"') == 2 * 2 + 1
    answers = re.findall(r'class="answered(?: not)?">(.*?)<', way)
    assert answers == ["opened (302)", "answered with an error (404)"]
    assert 'data-copy="address"' in way
    assert "hxxps://pay[.]parcel-fee[.]example/track?id=7" in way


def test_on_the_timeline_posts_and_what_the_bot_did_stand_on_two_levels(as_owner: Client, group: Group) -> None:
    sighting = posted(group)
    now = timezone.now()
    Action.objects.create(group=group, sighting=sighting, kind=ActionKind.REPLY, state=ActionState.SENT, sent_at=now)

    track = re.search(r'<svg class="track".*</svg></li>', card(as_owner, sighting))

    assert track is not None
    post, act = re.search(r'y="(\d+)"', track[0]), re.search(r'class="bot"[^>]*cy="(\d+)"', track[0])
    assert post is not None
    assert act is not None
    assert int(act[1]) - int(post[1]) > OCTAGON + RING


def test_a_watched_group_says_what_it_would_have_done(as_owner: Client) -> None:
    group = make_group(state=State.WATCH, on_malicious=Response.REPLY)

    text = card(as_owner, posted(group, facts={"silence": "watching"}))

    assert "it would have: replied" in text


def test_what_it_would_have_done_is_said_in_whole_sentences_of_other_languages(as_owner: Client) -> None:
    sighting = posted(make_group(state=State.WATCH, on_malicious=Response.REACT), facts={"silence": "watching"})

    page = as_owner.get(f"/desk/link/{sighting.url_hash}/", headers={"accept-language": "de"})

    assert "Sonst hätte er: reagiert." in page.text


def test_what_the_bot_did_stands_with_its_group(as_owner: Client, group: Group) -> None:
    sighting = posted(group)
    now = timezone.now()
    Action.objects.create(group=group, sighting=sighting, kind=ActionKind.REPLY, state=ActionState.SENT, sent_at=now)

    text = card(as_owner, sighting)

    assert "reply: sent" in text
    assert 'class="bot"' in text


def test_it_tells_a_moderator_nothing_of_other_groups(as_moderator: Client, group: Group) -> None:
    sighting, elsewhere = posted(group), make_group("Elsewhere")
    make_sighting(elsewhere, sighting.scan, verdict=Verdict.MALICIOUS, planned_at=timezone.now())
    decisions.decide(sighting.url_hash, Answer.UNSURE, by="someone", group=elsewhere)

    text = card(as_moderator, sighting)

    assert "Elsewhere" not in text
    assert "someone" not in text
    assert 'value="all"' not in text
    foreign = posted(elsewhere, "https://foreign.example/")
    assert as_moderator.get(f"/desk/link/{foreign.url_hash}/").status_code == 404


def test_the_links_before_and_after_are_one_tap_away_with_the_filter(as_owner: Client, group: Group) -> None:
    first, second, third = (posted(group, f"https://host{number}.example/") for number in range(3))

    page = as_owner.get(f"/desk/link/{second.url_hash}/", {"show": "today"})

    assert page.context["before"] == f"/desk/link/{third.url_hash}/?show=today"
    assert page.context["after"] == f"/desk/link/{first.url_hash}/?show=today"
    assert page.context["queue_url"] == "/desk/queue/?show=today"


def test_the_settled_links_come_after_those_that_wait(as_owner: Client, group: Group) -> None:
    low, middle, high = (posted(group, f"https://host{number}.example/") for number in range(3))
    decisions.decide(high.url_hash, Answer.CONFIRM, by="mira", group=None)

    pages = [as_owner.get(f"/desk/link/{one.url_hash}/", {"show": "all"}).context for one in (middle, low, high)]

    names = {f"/desk/link/{one.url_hash}/?show=all": name for one, name in ((low, "l"), (middle, "m"), (high, "h"))}
    around = [(names.get(page["before"]), names.get(page["after"])) for page in pages]
    assert around == [(None, "l"), ("m", "h"), ("l", None)]


def test_a_rule_that_would_give_way_is_named(as_owner: Client, group: Group) -> None:
    sighting = posted(group)
    Override.objects.create(
        kind=Kind.URL, target=sighting.url_hash, shown="x", ruling=Ruling.ALLOW, group=group, created_by="jonas"
    )

    assert "A rule by jonas" in card(as_owner, sighting)


def test_a_picture_is_blurred_shown_to_the_owner_and_opened_by_nobody(
    as_owner: Client, as_moderator: Client, group: Group
) -> None:
    sighting = posted(group)
    assert sighting.scan is not None
    report = PendingReport.objects.create(scan=sighting.scan, url_hash=sighting.url_hash, provider="urlscan")
    kept = Artifact.objects.create(
        report=report, kind=ArtifactKind.SCREENSHOT, content=PNG + b"x", size=9, sha256="0" * 64
    )
    address = f"/desk/picture/{kept.pk}/"

    assert address in card(as_owner, sighting)
    assert "<details" not in card(as_owner, sighting).partition('id="pic"')[2].partition("</section>")[0]
    assert address not in card(as_moderator, sighting)
    answer = as_owner.get(address)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert as_moderator.get(address).status_code == 403
    Artifact.objects.update(content=b"<script>")
    assert as_owner.get(address).status_code == 404


@pytest.mark.parametrize("address", ["0" * 64, "x", "../admin"])
def test_a_link_that_is_not_there_is_not_found(as_owner: Client, address: str) -> None:
    assert as_owner.get(f"/desk/link/{address}/").status_code == 404


def test_card_and_queue_ask_at_most_fifteen_questions(
    as_moderator: Client, group: Group, django_assert_max_num_queries: object
) -> None:
    sightings = [posted(group, f"https://host{number}.example/") for number in range(40)]
    Connection.get()
    house.clock()  # looked up once a minute
    as_moderator.get("/desk/me/")  # the first page of a login also writes when it began

    with django_assert_max_num_queries(15):  # type: ignore[operator]
        as_moderator.get("/desk/queue/")
    with django_assert_max_num_queries(15):  # type: ignore[operator]
        card(as_moderator, sightings[0])
