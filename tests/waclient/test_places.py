"""Where in a message a link stands, how it is written there, and what that means for the answer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from groups.models import Group
from groups.policy import Response, State
from overrides.rules import Ruling
from scans.engine.findings import Finding, NotChecked, NotCheckedReason
from scans.engine.scoring import Verdict
from scans.models import Scan
from tests.factories import make_group, make_override, make_scan, make_sighting
from tests.waclient.inbound import ADMIN, ANNA, BEN, edits, passages_of, revokes, rosters_of, says
from tests.waclient.planning import plan_all, planned, seen, told
from waclient.client import InboundMessage, MessageKind, Passage, Person
from waclient.ingest import receive
from waclient.media import Media, MediaKind
from waclient.models import Action, ActionState, PendingWork, Place, QueueItem, Sighting, WorkKind
from waclient.rosters import Rosters

pytestmark = pytest.mark.django_db

URL, OTHER = "https://shop.example.com/offer?id=7", "http://192.0.2.1/login.exe"
HIDDEN = "https://shop.exam\u202eple.com/offer?id=7"
NOBODY = Rosters()


@pytest.fixture
def group() -> Group:
    """A live group that was told of the bot's arrival."""
    return told(make_group())


def judged(url: str, verdict: Verdict = Verdict.BENIGN, **columns: object) -> Scan:
    return make_scan(url, verdict, **columns)  # type: ignore[arg-type]


def placed(group: Group, text: str, place: Place, **more: object) -> InboundMessage:
    return says(group, passages=passages_of(text, place=place), **more)  # type: ignore[arg-type]


# --- what is stored


@pytest.mark.parametrize("place", [Place.TEXT, Place.QUOTED, Place.CODE, Place.DOCUMENT])
def test_a_sighting_knows_where_its_link_stood(group: Group, place: Place) -> None:
    receive(placed(group, f"see {URL}", place, is_forwarded_often=place is Place.CODE), NOBODY)

    sighting = Sighting.objects.get()
    assert (sighting.place, sighting.is_forwarded_often) == (place, place is Place.CODE)


def test_how_a_link_was_written_stays_with_the_message_and_not_with_the_scan(group: Group) -> None:
    receive(says(group, HIDDEN), NOBODY)
    receive(says(make_group(), URL), NOBODY)

    first, second = Sighting.objects.order_by("pk")
    assert [finding.code for finding in first.spelling] == ["bidi_control"]
    assert second.spelling == []
    assert first.scan == second.scan
    assert Scan.objects.get().seen_findings in (None, [])


# --- what is answered


@pytest.mark.parametrize(
    ("place", "silence", "begins"),
    [
        (Place.TEXT, "", "⚠️ This link may be a scam"),
        (Place.CODE, "", "⚠️ This code may lead to a scam"),
        (Place.DOCUMENT, "", "⚠️ A link in this document"),
        (Place.QUOTED, "quoted", ""),
        (Place.GROUP, "group_text", ""),
    ],
)
def test_what_is_quoted_or_stands_in_the_groups_texts_is_judged_and_not_answered(
    group: Group, place: Place, silence: str, begins: str
) -> None:
    sighting = seen(group, Verdict.MALICIOUS, place=place)

    plan_all()

    sighting.refresh_from_db()
    assert (sighting.verdict, sighting.facts["silence"]) == (Verdict.MALICIOUS, silence)
    assert sighting.facts["place"] == place
    assert [action.text.startswith(begins) for action in planned()] == ([True] if begins else [])
    assert QueueItem.objects.count() == 1


def test_a_link_that_is_quoted_and_said_is_answered(group: Group) -> None:
    judged(OTHER, Verdict.MALICIOUS)
    receive(says(group, passages=(Passage(OTHER, Place.QUOTED), Passage(OTHER, Place.TEXT))), NOBODY)

    plan_all()

    assert Sighting.objects.get().place == Place.TEXT
    assert len(planned()) == 1


def test_a_quoted_scam_does_not_keep_the_answer_from_what_the_message_says(group: Group) -> None:
    judged(OTHER, Verdict.MALICIOUS)
    judged(URL, Verdict.SUSPICIOUS)
    receive(says(group, passages=(Passage(OTHER, Place.QUOTED), Passage(URL, Place.TEXT))), NOBODY)

    plan_all()

    assert [action.sighting.url for action in planned() if action.sighting] == [URL]


# --- disguises


@pytest.mark.parametrize("is_first", [True, False])
def test_a_disguised_link_is_answered_in_its_own_message_only(group: Group, is_first: bool) -> None:
    judged(URL, Verdict.BENIGN)
    other = told(make_group())
    for text in (HIDDEN, URL) if is_first else (URL, HIDDEN):
        receive(says(group if text == HIDDEN else other, text), NOBODY)

    plan_all()

    by_group = {sighting.group_id: sighting for sighting in Sighting.objects.all()}
    assert (by_group[group.pk].verdict, by_group[other.pk].verdict) == (Verdict.MALICIOUS, Verdict.BENIGN)
    (reply,) = planned()
    assert reply.group == group
    assert "written to look like another one" in reply.text
    assert [finding["code"] for finding in by_group[group.pk].facts["findings"]] == ["bidi_control"]
    assert QueueItem.objects.get().verdict == Verdict.MALICIOUS


@pytest.mark.parametrize(
    ("scanned", "points", "verdict", "score"),
    [
        (Verdict.BENIGN, 0, Verdict.BENIGN, 0),
        (Verdict.BENIGN, 3, Verdict.BENIGN, 3),
        (Verdict.BENIGN, 4, Verdict.SUSPICIOUS, 4),
        (Verdict.BENIGN, 8, Verdict.MALICIOUS, 8),
        (Verdict.SUSPICIOUS, 2, Verdict.SUSPICIOUS, 7),
        (Verdict.SUSPICIOUS, 4, Verdict.MALICIOUS, 9),
        (Verdict.MALICIOUS, 8, Verdict.MALICIOUS, 15),
        (Verdict.UNKNOWN, 0, Verdict.UNKNOWN, 0),
        (Verdict.UNKNOWN, 3, Verdict.UNKNOWN, 3),
        (Verdict.UNKNOWN, 4, Verdict.SUSPICIOUS, 4),
    ],
)
def test_a_disguise_makes_the_scans_verdict_worse_and_never_better(
    group: Group, scanned: Verdict, points: int, verdict: Verdict, score: int
) -> None:
    gaps = [NotChecked("redirects", NotCheckedReason.FAILED)] if scanned is Verdict.UNKNOWN else []
    written = [Finding.of("hidden_characters", points, host="shop.example.com").as_dict()]
    sighting = make_sighting(group, judged(URL, scanned, not_checked=gaps), written=written)

    plan_all()

    sighting.refresh_from_db()
    assert (sighting.verdict, sighting.facts["score"]) == (verdict, score)


def test_a_writing_that_could_not_be_checked_is_never_innocence(group: Group) -> None:
    sighting = make_sighting(
        group, judged(URL), written=[Finding.of("writing_not_checked", 0, source="heuristic:x").as_dict()]
    )

    plan_all()

    sighting.refresh_from_db()
    assert (sighting.verdict, sighting.facts["silence"]) == (Verdict.UNKNOWN, "not_checked")


def test_what_a_person_allowed_is_allowed_however_it_is_written(group: Group) -> None:
    make_override("shop.example.com", Ruling.ALLOW)
    receive(says(group, HIDDEN), NOBODY)

    plan_all()

    assert Sighting.objects.get().verdict == Verdict.BENIGN


def test_a_disguise_alone_deletes_no_message() -> None:
    group = told(make_group(bot_is_admin=True, on_malicious=Response.DELETE))
    judged(URL)
    receive(says(group, HIDDEN), NOBODY)

    plan_all()

    assert [(action.kind, action.reason) for action in planned()] == [("reply", "not_conclusive")]


# --- edits and deletions


def test_an_edit_that_says_what_was_only_quoted_is_answered_once(group: Group) -> None:
    judged(OTHER, Verdict.MALICIOUS)
    first = placed(group, OTHER, Place.QUOTED)
    receive(first, NOBODY)
    plan_all()

    receive(edits(first, f"look {OTHER}"), NOBODY)
    plan_all()
    receive(edits(first, f"look again {OTHER}"), NOBODY)
    plan_all()

    assert Sighting.objects.get().place == Place.TEXT
    assert len(planned()) == 1


def test_an_edit_that_disguises_its_link_is_judged_anew(group: Group) -> None:
    judged(URL, Verdict.BENIGN)
    first = says(group, URL)
    receive(first, NOBODY)
    plan_all()

    receive(edits(first, HIDDEN), NOBODY)
    plan_all()

    assert Sighting.objects.get().verdict == Verdict.MALICIOUS
    assert len(planned()) == 1


@pytest.mark.parametrize("kind", MessageKind)
def test_nobody_disguises_the_link_of_somebody_else(group: Group, kind: MessageKind) -> None:
    judged(URL, Verdict.BENIGN)
    first = says(group, URL, by=ANNA)
    receive(first, NOBODY)

    receive(says(group, HIDDEN, by=BEN, message_id=first.message_id, kind=kind), NOBODY)

    sighting = Sighting.objects.get()
    assert (sighting.spelling, sighting.withdrawn_at) == ([], None)


def test_an_edit_of_a_caption_leaves_the_code_in_the_picture(group: Group) -> None:
    first = says(group, URL)
    receive(first, NOBODY)
    receive(says(group, passages=passages_of(OTHER, place=Place.CODE), message_id=first.message_id), NOBODY)

    receive(edits(first, "never mind"), NOBODY)

    standing = Sighting.objects.filter(withdrawn_at__isnull=True)
    assert [sighting.place for sighting in standing] == [Place.CODE]


@pytest.mark.parametrize("place", [Place.TEXT, Place.QUOTED, Place.CODE, Place.DOCUMENT])
def test_a_deleted_message_is_withdrawn_wherever_its_link_stood(group: Group, place: Place) -> None:
    message = placed(group, OTHER, place)
    receive(message, NOBODY)
    sighting = Sighting.objects.get()
    Action.objects.create(group=group, sighting=sighting, kind="reply")

    receive(revokes(message, by=ANNA), NOBODY)

    sighting.refresh_from_db()
    assert sighting.withdrawn_at is not None
    assert Action.objects.get(sighting=sighting).state == ActionState.SKIPPED


def test_a_code_found_after_the_text_was_answered_is_answered_only_if_it_is_worse(group: Group) -> None:
    judged(URL, Verdict.SUSPICIOUS)
    judged(OTHER, Verdict.MALICIOUS)
    first = says(group, URL)
    receive(first, NOBODY)
    plan_all()
    later = says(group, passages=passages_of(URL, OTHER, place=Place.CODE), message_id=first.message_id)

    assert receive(later, NOBODY) == 1
    plan_all()

    assert [action.kind for action in planned()] == ["react", "reply"]


# --- consent


@pytest.mark.parametrize("place", [Place.QUOTED, Place.CODE, Place.DOCUMENT, Place.GROUP])
def test_only_an_admins_own_words_are_consent(place: Place) -> None:
    group = make_group(state=State.OFF)
    message = placed(group, "!scanner consent", place, by=ADMIN, age=timedelta(0))

    receive(message, rosters_of(group))

    group.refresh_from_db()
    assert group.state == State.OFF
    assert timezone.now() - message.posted_at < timedelta(minutes=1)


# --- pictures and documents

KEY = bytes(range(32))
PICTURE = Media(MediaKind.IMAGE, "image/jpeg", 20_000, "/v/t62.7118-24/1_n.enc", KEY, KEY, KEY)


def waiting() -> list[str]:
    return [work.ref for work in PendingWork.objects.filter(kind=WorkKind.MEDIA)]


def test_a_picture_of_a_watched_group_is_put_off_and_nothing_else_is_written(group: Group) -> None:
    message = says(group, "look at this", media=(PICTURE,))

    assert receive(message, NOBODY) == 0
    assert receive(message, NOBODY) == 0

    assert waiting() == [f"{group.jid} {message.message_id} 0"]
    assert not Sighting.objects.exists()


@pytest.mark.parametrize("state", [State.OFF, State.PAUSED])
def test_a_picture_of_any_other_group_is_not(state: State) -> None:
    receive(says(make_group(state=state), "look", media=(PICTURE,)), NOBODY)

    assert waiting() == []


@pytest.mark.parametrize(("by", "is_forgotten"), [(ANNA, True), (ADMIN, True), (BEN, False)])
def test_a_deleted_picture_is_forgotten_when_its_author_or_an_admin_says_so(
    group: Group, by: Person, is_forgotten: bool
) -> None:
    message = says(group, "look", media=(PICTURE,))
    receive(message, NOBODY)

    receive(revokes(message, by=by), rosters_of(group))

    assert (waiting() == []) is is_forgotten
