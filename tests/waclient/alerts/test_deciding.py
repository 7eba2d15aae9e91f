"""What is answered in a moderators' chat counts as in the desk, and only from those who may decide there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from groups.models import Group, Membership
from overrides.models import Override
from overrides.rules import Ruling
from scans.engine.scoring import Verdict
from tests.factories import make_group, make_moderator, make_owner
from tests.waclient.alerts.chats import (
    direct_chat,
    group_chat,
    hear,
    reacted,
    said_in,
    send_all,
    tell,
    told_alert,
    written,
)
from tests.waclient.inbound import ADMIN, ANNA, BEN, rosters_of
from tests.waclient.planning import plan_all, seen, told
from waclient import acting
from waclient.alerts import deciding
from waclient.models import Action, ActionState, Alert, Answer, Decision, ModeratorsChat, PendingWork
from waclient.recording import person_key
from wbscanner.models import AuditEntry

pytestmark = pytest.mark.django_db


def scene(*names: str, **columns: object) -> tuple[ModeratorsChat, Group, Alert]:
    """A dangerous link in the first of some groups, told in a moderators' group."""
    groups = [told(make_group(name)) for name in names or ("Choir",)]
    chat, here = group_chat(*groups)
    seen(groups[0], **columns)  # type: ignore[arg-type]
    plan_all()
    tell(timezone.now() + timedelta(minutes=16))
    return chat, here, told_alert(chat)


def decided() -> list[tuple[str, str]]:
    """Standing decisions: the answer and its group."""
    rows = Decision.objects.filter(undone_at__isnull=True).select_related("group").order_by("pk")
    return [(row.answer, str(row.group)) for row in rows]


@pytest.mark.parametrize(
    ("text", "answer", "ruling"),
    [("bad 1", Answer.CONFIRM, Ruling.DENY), ("Fine 1!", Answer.FINE, Ruling.ALLOW)],
)
def test_an_admins_word_decides_as_in_the_desk(text: str, answer: Answer, ruling: Ruling) -> None:
    chat, here, alert = scene()

    hear(written(here, text))

    decision = Decision.objects.get()
    who = f"{person_key(ADMIN)[:8]} (Night watch)"
    assert (decision.answer, decision.url_hash, decision.by) == (answer, alert.url_hash, who)
    override = Override.objects.get()
    assert (override.ruling, override.created_by, override.group) == (ruling, who, chat.groups.get())
    assert said_in(chat) == [("sign", "✅")]
    entry = AuditEntry.objects.get(action=f"link.{answer}")
    assert (entry.actor, entry.group_ids) == (who, [str(override.group_id)])
    assert decision.applies_at is not None  # the bot acts on the messages of before, as after a click


def test_an_answer_counts_in_every_group_of_the_chat() -> None:
    _chat, here, _alert = scene("Choir", "School", "Street")

    hear(written(here, "bad 1"))

    assert sorted(decided()) == [("confirm", "Choir"), ("confirm", "School"), ("confirm", "Street")]


def test_the_message_of_an_alert_is_answered_by_quoting_it_without_a_number() -> None:
    _chat, here, _alert = scene()

    hear(written(here, "scam", quoted_id="ANOTHER"))
    assert decided() == []
    hear(written(here, "scam", quoted_id="TOLD1"))

    assert decided() == [("confirm", "Choir")]


@pytest.mark.parametrize(("sign", "answer"), [("👎", "confirm"), ("👍🏼", "fine"), ("🚫", "confirm"), ("✅", "fine")])
def test_a_reaction_to_an_alert_decides_and_is_answered_in_words(sign: str, answer: str) -> None:
    chat, here, _alert = scene()

    hear(reacted(here, "TOLD1", sign))

    assert decided() == [(answer, "Choir")]
    [(kind, text)] = said_in(chat)
    assert (kind, text.endswith("undo 1")) == ("answer", True)
    client = send_all()
    assert [(call.what, call.chat) for call in client.calls][-1] == ("say", here.jid)


@pytest.mark.parametrize("sign", ["❤️", "", "😂"])
def test_other_reactions_decide_nothing(sign: str) -> None:
    chat, here, _alert = scene()

    hear(reacted(here, "TOLD1", sign))

    assert (decided(), said_in(chat)) == ([], [])


def test_a_reaction_to_a_message_of_several_alerts_asks_which() -> None:
    group = told(make_group())
    chat, here = group_chat(group)
    for host in ("one.example", "two.example"):
        seen(group, Verdict.SUSPICIOUS, host)
    plan_all()
    tell(timezone.now() + timedelta(minutes=16))
    told_alert(chat)

    hear(reacted(here, "TOLD1", "👎"))
    assert [text[:10] for _kind, text in said_in(chat)] == ["Which one?"]
    hear(written(here, "bad 1 2"))

    assert Decision.objects.filter(answer=Answer.CONFIRM).count() == 2


def test_why_explains_and_decides_nothing() -> None:
    chat, here, _alert = scene()

    hear(written(here, "why 1"))

    [(kind, text)] = said_in(chat)
    assert kind == "answer"
    assert text.splitlines()[0] == "1 · evil[.]example"
    assert "The ending of the address (example) is one that scams often use." in text
    assert decided() == []


def test_undo_takes_back_what_this_chat_decided() -> None:
    chat, here, _alert = scene("Choir", "School")
    hear(written(here, "bad 1"))

    hear(written(here, "undo 1"))
    hear(written(here, "undo 1"))

    assert decided() == []
    assert Override.objects.count() == 0
    assert said_in(chat) == [
        ("sign", "✅"),
        ("sign", "↩️"),
        ("answer", "There is no answer to alert 1 to take back."),
    ]


def test_a_second_thought_takes_the_place_of_the_first() -> None:
    _chat, here, _alert = scene()

    hear(written(here, "bad 1"))
    hear(written(here, "ok 1"))

    assert decided() == [("fine", "Choir")]
    assert Override.objects.get().ruling == Ruling.ALLOW


def test_a_member_who_is_no_admin_is_not_heard() -> None:
    chat, here, _alert = scene()

    hear(written(here, "bad 1", by=BEN))
    hear(reacted(here, "TOLD1", "👎", by=BEN))

    assert (decided(), said_in(chat)) == ([], [])
    assert PendingWork.objects.count() == 0


def test_in_a_chat_with_one_person_only_that_person_decides_under_either_address() -> None:
    mira = make_owner("mira")
    group = told(make_group())
    chat = direct_chat(group, by=mira)
    seen(group)
    plan_all()
    tell()
    told_alert(chat)

    hear(written(BEN, "bad 1"))
    assert decided() == []
    hear(written(type(ANNA)(ANNA.other, ANNA.address), "bad 1"))

    assert Decision.objects.get().by == "mira (Night watch)"
    client = send_all()
    assert [(call.what, call.chat) for call in client.calls] == [("react", ANNA.other)] or client.calls[0].chat in {
        ANNA.address,
        ANNA.other,
    }


def test_an_alert_of_another_chat_or_an_unknown_number_is_refused() -> None:
    _chat, _here, _alert = scene()
    other, there = group_chat(told(make_group("School")))

    hear(written(there, "bad 1"))

    assert decided() == []
    assert said_in(other) == [("answer", "There is no alert 1 here.")]


def test_a_group_that_was_taken_from_the_chat_is_not_decided_for_any_more() -> None:
    chat, here, _alert = scene()
    chat.groups.set([make_group("School")])

    hear(written(here, "bad 1"))

    assert decided() == []
    assert said_in(chat) == [
        ("answer", "Alert 1 is about a group that this chat does not decide for any more."),
    ]


def test_a_chat_whose_maker_lost_a_group_does_not_decide_for_it() -> None:
    group, other = told(make_group("Choir")), make_group("School")
    mira = make_moderator(group, other)
    _chat, here = group_chat(group, other, by=mira)
    seen(group)
    plan_all()
    tell()
    Membership.objects.filter(group=group).delete()

    hear(written(here, "bad 1"))

    assert decided() == []


def test_a_chat_that_was_unbound_between_writing_and_doing_decides_nothing() -> None:
    chat, here, _alert = scene()
    rosters = rosters_of()  # the group's admins are asked for first
    hear(written(here, "bad 1"), rosters)
    ModeratorsChat.objects.filter(pk=chat.pk).update(key="", address=None)

    deciding.plan_next(timezone.now() + timedelta(seconds=3), rosters_of(here))

    assert decided() == []
    assert not PendingWork.objects.filter(kind="answer").exists()


def test_a_flood_of_questions_is_answered_six_times_a_minute() -> None:
    chat, here, _alert = scene()

    for _ in range(12):
        hear(written(here, "why 1"))

    assert len(said_in(chat)) == 6


def test_no_text_of_the_chat_is_stored_while_an_answer_waits() -> None:
    _chat, here, _alert = scene()

    hear(written(here, "bad 1"), rosters_of())

    [work] = PendingWork.objects.filter(kind="answer")
    assert "bad" not in work.payload and ADMIN.address not in f"{work.payload}{work.ref}"


def test_after_the_decision_the_link_is_acted_on_where_it_was_posted() -> None:
    _chat, here, _alert = scene(verdict=Verdict.SUSPICIOUS)
    before = set(Action.objects.values_list("pk", flat=True))

    hear(written(here, "bad 1"))
    acting.plan_next(timezone.now() + timedelta(seconds=11), rosters_of(here))

    [reply] = Action.objects.exclude(pk__in=before).filter(sighting__isnull=False)
    assert (reply.kind, reply.state) == ("reply", ActionState.PENDING)


def test_a_persons_commands_are_commands_also_where_they_are_told_of_links() -> None:
    group = told(make_group())
    chat = direct_chat(group)
    seen(group)
    plan_all()
    tell()
    told_alert(chat)

    hear(written(ANNA, "!why 1"))
    hear(written(ANNA, "why 1"))

    assert len(said_in(chat)) == 1


def test_unknown_admins_are_asked_for_at_once_and_once() -> None:
    _chat, here, _alert = scene()
    now = timezone.now()
    PendingWork.objects.create(kind="group_info", ref=here.jid, due_at=now + timedelta(hours=6))
    asked = PendingWork.objects.filter(kind="group_info")

    hear(written(here, "bad 1"), rosters_of())

    assert asked.get().due_at <= timezone.now()
    refused_until = now + timedelta(minutes=5)  # WhatsApp did not answer, and is left alone for a while
    asked.update(due_at=refused_until)
    deciding.plan_next(timezone.now() + timedelta(seconds=3), rosters_of())
    assert asked.get().due_at == refused_until
