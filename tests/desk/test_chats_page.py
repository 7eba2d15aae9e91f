"""The page of the moderators' chats: a code that is shown once, groups of one's own, unbinding."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from groups.models import Group, Membership
from tests.desk.conftest import client_of, with_role
from tests.desk.pages import act, first, list_url, row_url, rows_of_group
from tests.factories import make_group, make_moderator
from waclient.alerts import binding
from waclient.client import Person
from waclient.models import Action, ActionKind, ActionState, Alert, ChatKind, Decision, ModeratorsChat, Sighting
from wbscanner.models import AuditEntry

ADD = "/admin/waclient/moderatorschat/add/"


def code_in(page: str) -> str:
    found = re.search(r'value="([A-Z2-9]{4}-[A-Z2-9]{4})"', page)
    return found.group(1) if found else ""


def bound(chat: ModeratorsChat) -> ModeratorsChat:
    binding.make_code(chat, by="owner")
    assert binding.bind(chat, ChatKind.GROUP, Person("120363000000000001@g.us"), "owner", timezone.now())
    chat.refresh_from_db()
    return chat


@pytest.fixture
def chat(group: Group, moderator: User) -> ModeratorsChat:
    chat = ModeratorsChat.objects.create(name="Night watch", vouched_by=moderator)
    chat.groups.add(group)
    return chat


def test_a_moderator_makes_a_chat_for_their_groups_and_sees_its_code_once(as_moderator: Client, group: Group) -> None:
    page = as_moderator.post(ADD, {"name": "Night watch", "groups": [str(group.pk)]})

    chat = ModeratorsChat.objects.get()
    code = code_in(page.text)
    assert "no-store" in page["Cache-Control"]
    assert binding.chat_of_code(code, timezone.now()) == chat
    assert (chat.vouched_by and chat.vouched_by.get_username(), list(chat.groups.all())) == ("mira", [group])
    assert code not in as_moderator.get(row_url(chat)).text
    assert list(AuditEntry.objects.order_by("pk").values_list("action", "actor")) == [
        ("moderatorschat.add", "mira"),
        ("chat.code", "mira"),
    ]


def test_a_moderator_cannot_let_a_chat_decide_for_other_groups(as_moderator: Client, chat: ModeratorsChat) -> None:
    foreign = make_group("Foreign")

    added = as_moderator.post(ADD, {"name": "x", "groups": [str(foreign.pk)]})
    changed = as_moderator.post(
        reverse("admin:waclient_moderatorschat_groups", args=[chat.pk]), {"name": "x", "groups": [str(foreign.pk)]}
    )

    assert (added.status_code, changed.status_code) == (200, 200)
    assert ModeratorsChat.objects.filter(groups=foreign).count() == 0
    assert "Foreign" not in as_moderator.get(ADD).text


def test_a_chat_with_a_group_of_others_is_not_a_moderators_to_touch(
    as_moderator: Client, as_owner: Client, chat: ModeratorsChat
) -> None:
    chat.groups.add(make_group("Foreign"))

    for name in ("code", "groups"):
        address = reverse(f"admin:waclient_moderatorschat_{name}", args=[chat.pk])
        assert as_moderator.post(address).status_code == 404
        assert as_owner.post(address).status_code == 200
    assert as_moderator.get(row_url(chat)).status_code == 404


def test_a_viewer_sees_a_chat_and_makes_no_code(group: Group, chat: ModeratorsChat) -> None:
    viewer = client_of(with_role(make_moderator(group), "Viewers"))

    page = viewer.get(row_url(chat))

    assert (page.status_code, "Make a code" in page.text) == (200, False)
    assert viewer.post(reverse("admin:waclient_moderatorschat_code", args=[chat.pk])).status_code == 403
    assert viewer.get(ADD).status_code == 403


def test_a_code_is_made_by_post_only(as_moderator: Client, chat: ModeratorsChat) -> None:
    address = reverse("admin:waclient_moderatorschat_code", args=[chat.pk])

    assert as_moderator.get(address).status_code == 403
    assert code_in(as_moderator.post(address).text)
    chat.refresh_from_db()
    assert chat.has_code(timezone.now())


def test_unbinding_asks_first_and_is_written_down(as_moderator: Client, chat: ModeratorsChat) -> None:
    bound(chat)

    assert "told nothing more" in act(as_moderator, "unbind", chat, confirmed=False).text
    act(as_moderator, "unbind", chat)

    chat.refresh_from_db()
    assert not chat.is_bound
    assert AuditEntry.objects.get(action="chat.unbind").actor == "mira"


def test_whoever_chooses_the_groups_vouches_for_the_chat(as_owner: Client, chat: ModeratorsChat, group: Group) -> None:
    Membership.objects.all().delete()
    assert not chat.own_groups().exists()
    assert "not any more" in as_owner.get(row_url(chat)).text

    as_owner.post(
        reverse("admin:waclient_moderatorschat_groups", args=[chat.pk]), {"name": "x", "groups": [str(group.pk)]}
    )

    chat.refresh_from_db()
    assert (str(chat.vouched_by), list(chat.own_groups())) == ("owner", [group])


def test_the_list_shows_how_a_chat_stands(as_owner: Client, chat: ModeratorsChat) -> None:
    assert "not bound" in as_owner.get(list_url(ModeratorsChat)).text
    binding.make_code(chat, by="owner")
    waiting = as_owner.get(list_url(ModeratorsChat)).text
    assert "waiting for its code until <time" in waiting
    bound(chat)
    assert "bound: WhatsApp group" in as_owner.get(list_url(ModeratorsChat)).text


def test_a_group_names_the_chats_that_are_told_of_it(as_moderator: Client, chat: ModeratorsChat, group: Group) -> None:
    assert "none yet: links wait in the queue" in as_moderator.get(row_url(group)).text

    bound(chat)

    assert "Night watch" in as_moderator.get(row_url(group)).text


def test_a_chats_page_shows_what_it_was_told_and_why_something_was_not(
    as_owner: Client, chat: ModeratorsChat, group: Group
) -> None:
    sighting, now = first(rows_of_group(group, host="evil.example"), Sighting), timezone.now()
    said = Action.objects.create(kind=ActionKind.ALERT, chat=chat, state=ActionState.SENT)
    common = {"chat": chat, "sighting": sighting, "url_hash": sighting.url_hash, "verdict": "malicious", "due_at": now}
    alert = Alert.objects.create(**common, subject="a", number=7, action=said)
    alert.decisions.set(Decision.objects.all())
    Decision.objects.update(undone_at=None)
    Alert.objects.create(**common, subject="b", unsaid="budget")

    page = as_owner.get(row_url(chat)).text

    assert "7 · " in page and "evil" in page
    assert "it is a scam" in page
    assert "not said: the bot had said enough for now" in page
