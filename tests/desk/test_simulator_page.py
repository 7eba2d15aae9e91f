from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from groups.policy import State
from scans.engine.scoring import Verdict
from tests.factories import make_group, make_scan, make_sighting
from waclient.models import Action, ActionKind, ActionState, SimulatedKind, SimulatedMessage
from waclient.simulator import chats
from waclient.simulator.cast import GROUPS

pytestmark = pytest.mark.django_db

PAGE, LIVE = "/desk/simulator/", "/desk/simulator/live/"
CHAT = GROUPS[0]
AUTHOR = next(member.name for member in CHAT.members if not member.is_admin)
ADMIN = next(member.name for member in CHAT.members if member.is_admin)


@pytest.fixture(autouse=True)
def simulated(settings: Any) -> None:
    settings.IS_SIMULATED = True


def test_there_is_no_page_where_whatsapp_is_the_real_one(as_owner: Client, settings: Any) -> None:
    settings.IS_SIMULATED = False

    assert as_owner.get(PAGE).status_code == 404
    assert as_owner.get(LIVE).status_code == 403


def test_it_is_not_for_those_who_may_not_link_a_phone(as_moderator: Client) -> None:
    assert as_moderator.get(PAGE).status_code == 403
    assert as_moderator.get(LIVE).status_code == 403


def test_what_a_visitor_posts_waits_for_the_bot(as_owner: Client) -> None:
    answer = as_owner.post(f"{PAGE}?chat={CHAT.jid}", {"author": AUTHOR, "text": "hello"})

    row = SimulatedMessage.objects.get()
    assert answer.status_code == 302
    assert (row.chat, row.author, row.text, row.heard_at) == (CHAT.jid, AUTHOR, "hello", None)


@pytest.mark.parametrize("data", [{"author": "Mallory", "text": "x"}, {"author": AUTHOR, "text": "  "}, {}])
def test_what_nobody_can_send_is_refused_with_a_reason(as_owner: Client, data: dict[str, str]) -> None:
    answer = as_owner.post(f"{PAGE}?chat={CHAT.jid}", data)

    assert 'role="alert"' in answer.content.decode()
    assert not SimulatedMessage.objects.exists()


def test_hostile_text_is_shown_as_text(as_owner: Client) -> None:
    chats.say(CHAT.jid, AUTHOR, '<script>alert(1)</script> {{ 7*7 }} https://evil.example/" onmouseover=x')

    page = as_owner.get(f"{PAGE}?chat={CHAT.jid}").content.decode()

    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in page
    assert 'href="https://evil.example' not in page


def test_the_decision_stands_beside_the_message(as_owner: Client) -> None:
    group = make_group(CHAT.name, State.WATCH, jid=CHAT.jid)
    message = chats.say(CHAT.jid, AUTHOR, "look")
    scan = make_scan("https://evil.example/", Verdict.MALICIOUS)
    facts = {"silence": "watching"}
    make_sighting(
        group, scan, message_id=message.message_id, verdict="malicious", planned_at=timezone.now(), facts=facts
    )

    page = as_owner.get(f"{PAGE}?chat={CHAT.jid}").content.decode()

    assert "Dangerous" in page
    assert "this group is only watched" in page


def test_the_live_part_comes_only_when_something_changed(as_owner: Client) -> None:
    page = as_owner.get(f"{PAGE}?chat={CHAT.jid}")
    seen = page.context["digest"]

    before = as_owner.get(LIVE, {"chat": CHAT.jid, "seen": seen})
    chats.say(CHAT.jid, AUTHOR, "news")
    after = as_owner.get(LIVE, {"chat": CHAT.jid, "seen": seen})

    assert (before.status_code, after.status_code) == (204, 200)
    assert "news" in after.content.decode()


def test_a_message_is_taken_back_by_its_author_or_an_admin_only(as_owner: Client) -> None:
    said = chats.say(CHAT.jid, ADMIN, "mine")

    refused = as_owner.post(f"{PAGE}?chat={CHAT.jid}", {"delete": said.message_id, "author": AUTHOR})
    as_owner.post(f"{PAGE}?chat={CHAT.jid}", {"delete": said.message_id, "author": ADMIN})

    assert 'role="alert"' in refused.content.decode()
    assert [bubble.is_deleted for bubble in chats.chat(CHAT)] == [True]


def test_a_chat_shows_edits_reactions_and_replies_as_its_members_see_them() -> None:
    said = chats.say(CHAT.jid, AUTHOR, "first")
    chats.edit(CHAT.jid, AUTHOR, said.message_id, "second")
    for emoji in ("⚠️", ""):
        SimulatedMessage.objects.create(
            chat=CHAT.jid, message_id=chats.new_id(), kind=SimulatedKind.REACTED, text=emoji, about=said.message_id
        )
    chats.say(CHAT.jid, ADMIN, "answer", about=said.message_id)

    first, answer = chats.chat(CHAT)

    assert (first.text, first.is_edited, first.reactions) == ("second", True, {})
    assert answer.reply_to == said.message_id


def test_only_the_last_messages_are_shown() -> None:
    for number in range(chats.SHOWN + 3):
        chats.say(CHAT.jid, AUTHOR, str(number))

    assert [bubble.text for bubble in chats.chat(CHAT)] == [str(number) for number in range(3, chats.SHOWN + 3)]


def test_the_bot_is_seen_typing_while_a_text_waits_for_its_moment(as_owner: Client) -> None:
    group = make_group(jid=CHAT.jid)
    action = Action.objects.create(group=group, kind=ActionKind.NOTICE, text="hello", typing_at=timezone.now())
    assert "The bot is typing" in as_owner.get(f"{PAGE}?chat={CHAT.jid}").text

    Action.objects.filter(pk=action.pk).update(state=ActionState.SENT)

    assert "The bot is typing" not in as_owner.get(f"{PAGE}?chat={CHAT.jid}").text
