"""A link posted in a group gets a verdict, and an answer only when it matters."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest

from groups.models import Group
from groups.policy import Response, State
from tests.e2e.conftest import CLEAN, DANGEROUS, Scene
from tests.e2e.installation import wait_for
from tests.whatsapp_server.outgoing import SentKind
from waclient.models import PendingWork, Sighting
from waclient.tapping import is_clickable

FEW_SECONDS = 5.0
LONG_ENOUGH_TO_BE_WRONG = 0.8
SECRET = "n0tf0ry0ureyes"


def test_a_malicious_link_in_a_live_group_is_answered_once_and_defanged(scene: Scene) -> None:
    group = scene.group("Live", State.LIVE)
    posted = time.monotonic()

    message = group.member("Bob").says(f"look at this {DANGEROUS} quick")

    [reply] = scene.wait_said(group)
    assert reply.at - posted < FEW_SECONDS
    assert (reply.kind, reply.quoted_id) == (SentKind.REPLY, message.id)
    assert "xn--pypal-4ve[.]com" in reply.text
    assert not is_clickable(reply.text)
    assert not is_clickable(reply.quoted.conversation)
    assert reply.quoted_sender == group.member("Bob").lid
    assert set(reply.read_by) == {"Bob", "Eve"}
    time.sleep(LONG_ENOUGH_TO_BE_WRONG)
    assert len(scene.said(group)) == 1


def test_a_clean_link_is_recorded_and_met_with_silence(scene: Scene) -> None:
    group = scene.group("Clean", State.LIVE)

    group.member("Bob").says(f"the programme: {CLEAN}")

    [sighting] = scene.wait_planned(group)
    assert (sighting.verdict, sighting.facts["silence"]) == ("benign", "nothing_found")
    assert scene.said(group) == []


def test_a_watched_group_is_recorded_and_left_in_peace(scene: Scene) -> None:
    group = scene.group("Watched", State.WATCH)

    group.member("Bob").says(DANGEROUS)

    [sighting] = scene.wait_planned(group)
    assert (sighting.verdict, sighting.facts["silence"]) == ("malicious", "watching")
    assert scene.said(group) == []


@pytest.mark.parametrize("state", [State.OFF, State.PAUSED])
def test_nothing_of_the_messages_of_a_group_that_was_not_chosen_is_stored(scene: Scene, state: State) -> None:
    group = scene.server.group("Not chosen", ["Bob", "Eve"])
    scene.choose(group, state)
    beacon = scene.group("Beacon", State.WATCH)

    group.member("Eve").says(f"for your eyes only {DANGEROUS}?{SECRET}")
    beacon.member("Eve").says(DANGEROUS)

    scene.wait_planned(beacon)
    assert scene.sightings(group) == []
    assert scene.server.sent_to(group) == []
    for file in scene.installation.data.glob("wbscanner.sqlite3*"):
        assert SECRET.encode() not in file.read_bytes()


def test_a_muted_group_is_silent_and_still_recorded(scene: Scene) -> None:
    group = scene.group("Muted", State.LIVE)
    scene.choose(group, State.LIVE, muted_until=datetime.now(UTC) + timedelta(hours=1))

    group.member("Bob").says(DANGEROUS)

    [sighting] = scene.wait_planned(group)
    assert (sighting.verdict, sighting.facts["silence"]) == ("malicious", "muted")
    assert scene.said(group) == []


def test_the_same_message_twice_counts_once(scene: Scene) -> None:
    group = scene.group("Twice", State.LIVE)
    bob = group.member("Bob")

    message = bob.says(DANGEROUS)
    scene.wait_said(group)
    bob.repeats(message)
    bob.says(CLEAN)

    scene.wait_planned(group, 2)
    scene.wait_actions_done()
    assert len(scene.sightings(group)) == 2
    assert len(scene.said(group)) == 1


def test_an_edit_that_adds_a_link_is_scanned(scene: Scene) -> None:
    group = scene.group("Edited", State.LIVE)
    bob = group.member("Bob")
    message = bob.says(f"see {CLEAN}")
    scene.wait_planned(group)

    bob.edits(message, f"see {CLEAN} or better {DANGEROUS}")

    [reply] = scene.wait_said(group)
    assert reply.quoted_id == message.id
    assert [sighting.message_id for sighting in scene.sightings(group)] == [message.id, message.id]


def test_a_message_deleted_by_its_author_is_withdrawn(scene: Scene) -> None:
    group = scene.group("Withdrawn", State.WATCH)
    bob = group.member("Bob")
    message = bob.says(DANGEROUS)
    scene.wait_planned(group)

    bob.deletes(message)

    wait_for(lambda: scene.sightings(group)[0].withdrawn_at, "the withdrawal")


def test_a_stranger_cannot_withdraw_somebody_elses_message(scene: Scene) -> None:
    group = scene.group("Forged", State.WATCH)
    message = group.member("Bob").says(DANGEROUS)
    scene.wait_planned(group)

    group.member("Eve").deletes(message)
    group.member("Eve").says(CLEAN)

    scene.wait_planned(group, 2)
    assert scene.sightings(group)[0].withdrawn_at is None


@pytest.mark.parametrize("kind", ["image", "video", "document", "extended", "preview", "disappearing", "forwarded"])
def test_every_kind_of_message_is_read(scene: Scene, kind: str) -> None:
    group = scene.group(f"Kind {kind}", State.WATCH)
    bob = group.member("Bob")
    verbs = {
        "image": lambda: bob.sends_image(f"photo {DANGEROUS}"),
        "video": lambda: bob.sends_video(f"film {DANGEROUS}"),
        "document": lambda: bob.sends_document(f"paper {DANGEROUS}", "bill.pdf"),
        "extended": lambda: bob.says_extended(f"text {DANGEROUS}"),
        "preview": lambda: bob.says_extended("a harmless text", matched_text=DANGEROUS),
        "disappearing": lambda: bob.says(DANGEROUS, ephemeral=True),
        "forwarded": lambda: bob.forwards(f"send this to everybody {DANGEROUS}"),
    }

    verbs[kind]()

    [sighting] = scene.wait_planned(group)
    assert sighting.host == "xn--pypal-4ve.com"


def test_the_scam_is_deleted_where_the_bot_is_admin(scene: Scene) -> None:
    group = scene.group("Admin", State.LIVE, bot_is_admin=True)
    scene.choose(group, State.LIVE, on_malicious=Response.DELETE)

    message = group.member("Eve").says(DANGEROUS)

    deletion, reply = scene.wait_said(group, 2)
    assert (deletion.kind, deletion.target_id, deletion.edit) == (SentKind.DELETE, message.id, "8")
    assert deletion.target_sender == group.member("Eve").lid
    assert "removed" in reply.text.lower()


def test_an_admins_message_is_answered_and_stays(scene: Scene) -> None:
    group = scene.group("Owner", State.LIVE, bot_is_admin=True)
    scene.choose(group, State.LIVE, on_malicious=Response.DELETE)

    message = group.member("Bob").says(DANGEROUS)  # the first member owns the group

    [reply] = scene.wait_said(group)
    assert (reply.kind, reply.quoted_id) == (SentKind.REPLY, message.id)
    assert scene.sightings(group)[0].facts["fallback"] == "exempt_author"


def test_without_admin_rights_the_deletion_becomes_a_reply(scene: Scene) -> None:
    group = scene.group("No admin", State.LIVE)
    scene.choose(group, State.LIVE, on_malicious=Response.DELETE)

    group.member("Bob").says(DANGEROUS)

    [reply] = scene.wait_said(group)
    assert reply.kind is SentKind.REPLY
    assert scene.sightings(group)[0].facts["fallback"] == "not_admin"


def test_a_promotion_is_noticed(scene: Scene) -> None:
    group = scene.group("Promotion", State.WATCH)

    group.promotes(scene.server.bot)

    rows = scene.installation.rows(Group).filter(jid=str(group.jid), bot_is_admin=True)
    wait_for(rows.exists, "our admin flag")


def test_a_reaction_is_what_the_policy_asked_for(scene: Scene) -> None:
    group = scene.group("React", State.LIVE)
    scene.choose(group, State.LIVE, on_malicious=Response.REACT)

    message = group.member("Eve").says(DANGEROUS)

    [reaction] = scene.wait_said(group)
    assert (reaction.kind, reaction.target_id, reaction.text) == (SentKind.REACTION, message.id, "⚠️")


@pytest.mark.parametrize("addressing", ["lid", "pn"])
def test_a_member_is_one_person_in_groups_of_either_kind(scene: Scene, addressing: str) -> None:
    other = scene.group("Reference", State.WATCH, addressing="lid")
    group = scene.group(f"Named by {addressing}", State.LIVE, addressing=addressing)

    other.member("Eve").says(CLEAN)
    message = group.member("Eve").says(DANGEROUS)

    [known] = scene.wait_planned(other)
    [sighting] = scene.wait_planned(group)
    [reply] = scene.wait_said(group)
    assert sighting.sender == known.sender
    assert reply.quoted_id == message.id
    assert reply.quoted_sender == group.address_of(group.member("Eve").person)


def test_several_links_in_one_message_get_one_answer_about_the_worst(scene: Scene) -> None:
    group = scene.group("Several", State.LIVE)

    group.member("Bob").says(f"{CLEAN} and {DANGEROUS} and https://another.example.org/")

    scene.wait_planned(group, 3)
    [reply] = scene.wait_said(group)
    assert "xn--pypal-4ve[.]com" in reply.text


def test_old_messages_are_scanned_and_never_answered(scene: Scene) -> None:
    group = scene.group("History", State.LIVE)

    group.member("Bob").says(DANGEROUS, sent_at=datetime.now(UTC) - timedelta(minutes=6))

    [sighting] = scene.wait_planned(group)
    assert (sighting.is_history, sighting.verdict, sighting.facts["silence"]) == (True, "malicious", "history")
    assert scene.said(group) == []


def test_one_to_one_chats_are_ignored(scene: Scene) -> None:
    group = scene.group("Private", State.LIVE)
    before = scene.installation.rows(Sighting).count()

    group.member("Bob").writes_privately(DANGEROUS)
    group.member("Bob").says(CLEAN)

    scene.wait_planned(group)
    assert scene.installation.rows(Sighting).count() == before + 1


def test_an_admins_consent_makes_a_group_watched_and_is_announced_once(scene: Scene) -> None:
    group = scene.server.group("Consent", ["Olga", "Bob"])
    rows = scene.installation.rows(Group).filter(jid=str(group.jid))
    wait_for(lambda: rows.exclude(seen_at=None).exists(), "the row")

    group.member("Bob").says("!scanner consent")
    group.member("Bob").says("!scanner consent please")
    group.member("Olga").says("!scanner consent")

    wait_for(lambda: rows.filter(state=State.WATCH).exists(), "the watched state")
    [notice] = scene.server.wait_for_sent(group)
    assert notice.kind is SentKind.TEXT
    assert not is_clickable(notice.text)


def test_pending_work_is_gone_when_done(scene: Scene) -> None:
    scene.group("Busy", State.WATCH)

    # What is known of a group is read again hours later: that waits.
    soon = datetime.now(UTC) + timedelta(hours=1)
    rows = scene.installation.rows(PendingWork).filter(due_at__lt=soon)
    wait_for(lambda: not rows.exists(), "no pending work")


def test_a_group_that_removes_the_bot_is_marked_as_left(scene: Scene) -> None:
    group = scene.group("Removed", State.LIVE)

    group.removes(scene.server.bot)

    rows = scene.installation.rows(Group).filter(jid=str(group.jid), left_at__isnull=False)
    wait_for(rows.exists, "the departure")
