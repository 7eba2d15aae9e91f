"""The question whether a watched group shall go live, in its moderators' chat."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from groups import golive
from groups.models import GoLiveQuestion, Group
from groups.policy import State
from groups.tally import Tally
from tests.factories import make_group
from tests.waclient.alerts.chats import direct_chat, group_chat, unbound
from tests.waclient.recording_client import RecordingClient
from waclient.alerts import going_live
from waclient.models import Action
from waclient.sending import send_next
from waclient.tapping import is_clickable

pytestmark = pytest.mark.django_db


def question_about(group: Group) -> GoLiveQuestion:
    now = timezone.now()
    group.watched_since = now - timedelta(days=7)
    return golive.ask(group, Tally(links=9, replies=3, deletions=1, alerts=7), 41, 2, now)


@pytest.mark.usefixtures("no_gaps")
def test_each_bound_chat_of_the_group_is_asked_once(client: RecordingClient, settings: Any) -> None:
    settings.BASE_URL = "https://desk.example"
    group = make_group("Coro Aurora", State.WATCH)
    group_chat(group)
    unbound(group, name="not bound")
    direct_chat(make_group("another"))
    question = question_about(group)

    assert going_live.tell(question, timezone.now()) == 1
    assert going_live.tell(question, timezone.now()) == 0
    assert send_next(client, timezone.now())

    text = Action.objects.get(state="sent").text
    assert "Coro Aurora: Shall I answer in this group from now on?" in text
    assert "Watched for 7 days: 41 links were posted." in text
    assert "3 replies, 1 deletion, 7 alerts to moderators" in text
    assert "2 of these links were later marked fine." in text
    assert text.endswith(f"https://desk.example/desk/groups/{group.pk}/backtest/")


@pytest.mark.parametrize("name", ["win.example", "https://evil.example/x", "+49 151 12345678", "visit bit.ly/x now"])
def test_a_groups_name_is_no_link_there(name: str) -> None:
    group = make_group(name, State.WATCH)
    chat, _here = group_chat(group)

    assert not is_clickable(going_live.text(question_about(group), chat))
