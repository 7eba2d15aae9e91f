"""Commands in chats, from the phone of who asks to the answer they read (T9)."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest

from groups.models import Group
from groups.policy import Preset, State
from overrides.models import Override
from overrides.rules import Ruling
from scans.models import Scan
from tests.e2e.conftest import CLEAN, DANGEROUS, Scene
from tests.e2e.installation import Installation, wait_for
from tests.whatsapp_server.group import Group as WhatsAppGroup
from tests.whatsapp_server.outgoing import Sent, SentKind
from waclient.models import Action, Decision, PendingWork, Report, ReportKind, ReportState, Sighting, WorkKind
from waclient.tapping import is_clickable

HOST = "xn--pypal-4ve[.]com"
LONG_ENOUGH_TO_BE_WRONG = 0.8
UNDO_WINDOW = timedelta(seconds=10)


def row(scene: Scene, group: WhatsAppGroup) -> Group:
    return scene.installation.rows(Group).get(jid=str(group.jid))


def wait_state(scene: Scene, group: WhatsAppGroup, **columns: object) -> None:
    rows = scene.installation.rows(Group).filter(jid=str(group.jid), **columns)
    wait_for(rows.exists, f"{columns} of {group.subject}")


def decide(installation: Installation, url_hash: str, answer: str, group: Group) -> None:
    """A moderator decides in the desk, and the undo window passes."""
    installation.manage(
        "shell",
        "-c",
        "from groups.models import Group; from waclient import decisions; from waclient.models import Answer; "
        f"decisions.decide({url_hash!r}, Answer({answer!r}), by='mia', group=Group.objects.get(pk={group.pk}))",
    )
    now = datetime.now(UTC)
    installation.rows(Report).filter(url_hash=url_hash).update(asked_at=now - timedelta(minutes=5))
    installation.rows(Decision).filter(url_hash=url_hash).update(at=now - UNDO_WINDOW)


def text_of(sent: Sent) -> str:
    assert not is_clickable(sent.text)
    return sent.text


# --- permission


@pytest.mark.parametrize("addressing", ["lid", "pn"])
def test_an_admin_is_obeyed_and_a_member_is_not(scene: Scene, addressing: str) -> None:
    group = scene.group(f"Admins by {addressing}", State.LIVE, addressing=addressing)

    group.member("Eve").says("!scanner mute 2h")
    order = group.member("Bob").says("!scanner mute 1h")  # the first member owns the group

    [answer] = scene.wait_said(group)
    assert (answer.kind, answer.quoted_id) == (SentKind.REPLY, order.id)
    assert "unmute" in text_of(answer)
    muted_until = row(scene, group).muted_until
    assert muted_until is not None
    assert muted_until < datetime.now(UTC) + timedelta(hours=1, minutes=1)


def test_who_became_admin_a_moment_ago_is_obeyed_and_who_ceased_is_not(scene: Scene) -> None:
    group = scene.group("Promoted", State.LIVE)
    group.promotes(group.member("Eve"))
    group.demotes(group.member("Bob"))

    group.member("Bob").says("!scanner policy family")
    group.member("Eve").says("!scanner policy marketplace")

    wait_state(scene, group, preset=Preset.MARKETPLACE)


def test_an_admins_orders_work(scene: Scene) -> None:
    group = scene.group("Orders", State.LIVE)
    bob = group.member("Bob")

    bob.says("!scanner mute 2h")
    wait_state(scene, group, muted_until__isnull=False)
    bob.says("!scanner unmute")
    wait_state(scene, group, muted_until__isnull=True)
    bob.says("!scanner allow www.example.org")
    bob.says("!scanner block pay.example.net")
    bob.says("!scanner idioma español")
    wait_state(scene, group, language="es")
    bob.says("!scanner policy familia")
    wait_state(scene, group, preset=Preset.FAMILY)

    rulings = dict(scene.installation.rows(Override).filter(group__jid=str(group.jid)).values_list("target", "ruling"))
    assert rulings == {"www.example.org": Ruling.ALLOW, "pay.example.net": Ruling.DENY}
    said = scene.wait_said(group, 6)
    assert [sent.kind for sent in said].count(SentKind.REACTION) == 1
    assert scene.sightings(group) == []


def test_a_group_that_objects_is_left_alone_until_an_admin_consents(scene: Scene) -> None:
    group = scene.group("Objects", State.LIVE)
    bob = group.member("Bob")

    bob.says("!scanner stop")
    [answer] = scene.wait_said(group)
    assert "consent" in text_of(answer)
    wait_state(scene, group, state=State.PAUSED)
    bob.says(DANGEROUS)
    bob.says("!scanner status")
    bob.says("!check " + DANGEROUS)
    bob.says("!scanner consent")
    wait_state(scene, group, state=State.WATCH)

    scene.wait_heard(group)
    assert [sighting.host for sighting in scene.sightings(group)] == ["www.example.org"]
    assert len(scene.said(group)) == 1


# --- members


def test_a_check_tells_what_was_found(scene: Scene) -> None:
    group = scene.group("Check", State.WATCH)

    clean = group.member("Eve").says(f"!check {CLEAN}")
    bad = group.member("Bob").says(f"!check {DANGEROUS}")

    answers = {sent.quoted_id: text_of(sent) for sent in scene.wait_said(group, 2)}
    assert "Nothing suspicious found about www[.]example[.]org" in answers[clean.id]
    assert HOST in answers[bad.id]


def test_why_and_appeal_in_reply_to_the_warning_until_a_moderator_decides(scene: Scene) -> None:
    group = scene.group("Appeal", State.LIVE)
    eve = group.member("Eve")
    message = eve.says(f"my shop {DANGEROUS}")
    scene.wait_said(group)

    why = group.member("Bob").says("!why", quoting=message)
    scene.wait_said(group, 2)
    appeal = eve.says("!appeal it is really ours", quoting=message)

    _warning, reasons, sign = scene.wait_said(group, 3)
    assert (reasons.quoted_id, HOST in text_of(reasons)) == (why.id, True)
    assert (sign.kind, sign.target_id) == (SentKind.REACTION, appeal.id)
    report = scene.installation.rows(Report).get(group__jid=str(group.jid))
    assert (report.kind, report.state) == (ReportKind.APPEAL, ReportState.OPEN)

    decide(scene.installation, report.url_hash, "fine", row(scene, group))

    def answered() -> Sent | None:
        return next((sent for sent in scene.said(group) if sent.quoted_id == appeal.id), None)

    answer = wait_for(answered, "the moderator's answer")
    assert "is fine" in text_of(answer)
    assert answer.quoted_sender == eve.lid
    assert len(answer.text.splitlines()) == 1
    report.refresh_from_db(using=scene.installation.alias)
    assert (report.state, report.answered_by) == (ReportState.ANSWERED, "mia")


def test_in_private_only_commands_are_heard_and_answered(scene: Scene) -> None:
    group = scene.group("Alone", State.LIVE)
    eve = group.member("Eve")
    before = scene.installation.rows(Sighting).count(), scene.installation.rows(Scan).count()

    for text in (DANGEROUS, "hello", "!scanner pause", "!scanner status"):
        eve.writes_privately(text)
    asked = eve.writes_privately("!privacy")

    [answer] = scene.server.wait_for_sent(eve)
    assert (answer.kind, answer.quoted_id) == (SentKind.REPLY, asked.id)
    assert "72 hours" in text_of(answer)
    assert (scene.installation.rows(Sighting).count(), scene.installation.rows(Scan).count()) == before
    assert row(scene, group).state == State.LIVE
    assert scene.said(group) == []


def test_a_link_and_a_message_of_a_group_can_be_asked_about_in_private(scene: Scene) -> None:
    group = scene.group("In private", State.WATCH)
    bob = group.member("Bob")
    message = group.member("Eve").says(DANGEROUS)
    scene.wait_planned(group)

    alone = bob.writes_privately(f"!check {CLEAN}?alone")
    about = bob.writes_privately("!why", quoting=message)

    answers = {sent.quoted_id: text_of(sent) for sent in scene.server.wait_for_sent(bob, 2)}
    assert "Nothing suspicious" in answers[alone.id]
    assert HOST in answers[about.id]
    assert scene.said(group) == []


def test_two_bots_end_after_one_message(scene: Scene) -> None:
    group = scene.group("Two bots", State.LIVE)
    other = group.member("Eve")
    first = other.says("!help")
    [answer] = scene.wait_said(group)
    assert answer.quoted_id == first.id
    wait_for(
        scene.installation.rows(Action).filter(wa_message_id=answer.message_id).exists, "the answer's id in its row"
    )

    ours = type(first)(answer.message_id, group.jid, scene.server.bot, answer.message, first.sent_at)
    other.says(f"!help {answer.text}", quoting=ours)
    other.says(f"!check {CLEAN}", quoting=ours)

    scene.wait_heard(group)
    wait_for(
        lambda: not scene.installation.rows(PendingWork).filter(kind=WorkKind.COMMAND).exists(), "no command waiting"
    )
    time.sleep(LONG_ENOUGH_TO_BE_WRONG)
    assert len(scene.said(group)) == 1
