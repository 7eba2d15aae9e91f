from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from groups.models import Group
from groups.policy import State
from scans.engine.scoring import Verdict
from scans.models import Scan
from tests.factories import make_group, make_scan
from tests.waclient.inbound import ANNA, revokes, rosters_of, says
from tests.waclient.planning import plan_all, planned
from waclient import group_texts
from waclient.client import GroupFacts, GroupText, GroupTextKind
from waclient.ingest import receive
from waclient.models import PendingWork, Place, QueueItem, Sighting, WorkKind
from waclient.outbox import plan_next
from waclient.rosters import Rosters

pytestmark = pytest.mark.django_db

URL, OTHER = "https://shop.example.com/offer?id=7", "http://192.0.2.1/login.exe"
SUBJECT, DESCRIPTION = GroupTextKind.SUBJECT, GroupTextKind.DESCRIPTION


def text(words: str, kind: GroupTextKind = DESCRIPTION, by: str = ANNA.address) -> GroupText:
    return GroupText(kind, words, timezone.now(), by)


def standing() -> set[str]:
    return set(Sighting.objects.filter(withdrawn_at__isnull=True).values_list("host", flat=True))


@pytest.mark.parametrize("kind", GroupTextKind)
def test_a_link_in_a_groups_text_is_judged_shown_and_never_answered(group: Group, kind: GroupTextKind) -> None:
    make_scan(OTHER, Verdict.MALICIOUS)

    assert group_texts.keep(group, text(f"Prizes: {OTHER}", kind)) == 1
    plan_all()

    sighting = Sighting.objects.get()
    assert (sighting.place, sighting.verdict) == (Place.GROUP, Verdict.MALICIOUS)
    assert sighting.facts["silence"] == "group_text"
    assert planned() == []
    assert QueueItem.objects.get().verdict == Verdict.MALICIOUS


def test_the_same_text_again_changes_nothing(group: Group) -> None:
    group_texts.keep(group, text(URL))
    before = list(Sighting.objects.values())

    assert group_texts.keep(group, text(URL)) == 0

    assert list(Sighting.objects.values()) == before


def test_a_new_text_takes_the_links_of_the_old_one_back_and_old_ones_may_return(group: Group) -> None:
    group_texts.keep(group, text(f"{URL} {OTHER}"))
    group_texts.keep(group, text(URL, SUBJECT))

    group_texts.keep(group, text(OTHER))
    assert standing() == {"192.0.2.1", "shop.example.com"}  # the name still holds it

    group_texts.keep(group, text("Welcome", SUBJECT))
    assert standing() == {"192.0.2.1"}

    group_texts.keep(group, text(URL))
    assert standing() == {"shop.example.com"}


@pytest.mark.parametrize("state", [State.OFF, State.PAUSED])
def test_of_a_group_that_is_not_watched_nothing_is_read(state: State) -> None:
    group = make_group(state=state)

    group_texts.keep(group, text(URL))
    group_texts.hear(group.jid, [text(URL)])
    group_texts.hear("unknown@g.us", [text(URL)])

    assert not Sighting.objects.exists()
    assert Group.objects.count() == 1


def test_a_text_without_a_known_author_keeps_no_sender(group: Group) -> None:
    group_texts.keep(group, text(URL, by=""))

    sighting = Sighting.objects.get()
    assert (sighting.sender, sighting.sender_alt, sighting.sender_address) == ("", "", None)


def test_nobody_takes_a_groups_text_back_by_deleting_a_message(group: Group) -> None:
    group_texts.keep(group, text(URL))
    message = says(group, URL, message_id=Sighting.objects.get().message_id)

    receive(revokes(message, by=ANNA), rosters_of(group))

    assert standing() == {"shop.example.com"}


# --- when they are read


def facts(group: Group, *, subject: str | None = None, description: str | None = None) -> GroupFacts:
    return GroupFacts(group.jid, group.name, 5, frozenset(), False, subject=subject, description=description)


def test_reading_a_groups_facts_reads_its_texts(group: Group) -> None:
    Rosters().learn(facts(group, subject=f"Win at {OTHER}", description=URL), timezone.now())

    assert set(Sighting.objects.values_list("place", "host")) == {
        (Place.GROUP, "192.0.2.1"),
        (Place.GROUP, "shop.example.com"),
    }


def test_a_group_that_is_chosen_has_its_texts_read() -> None:
    group = make_group(state=State.WATCH)

    plan_next(timezone.now())
    plan_next(timezone.now() + timedelta(minutes=1))

    assert [(work.kind, work.ref) for work in PendingWork.objects.all()] == [(WorkKind.GROUP_INFO, group.jid)]


def test_facts_without_links_ask_for_no_scan(group: Group) -> None:
    Rosters().learn(facts(group, subject="Parents of 3B", description="Be kind. See you at 8.30"), timezone.now())

    assert not Scan.objects.exists()
