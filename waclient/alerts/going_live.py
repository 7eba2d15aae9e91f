"""Asking in the moderators' chats whether a watched group shall go live; it is answered in the desk."""

from __future__ import annotations

from datetime import datetime

from django.utils import translation

from groups import golive
from groups.models import GoLiveQuestion
from waclient import words
from waclient.alerts import planning, wording
from waclient.models import Action, ActionKind, ModeratorsChat
from waclient.tapping import is_clickable

PAGE = "/desk/groups/{group}/backtest/"


def tell(question: GoLiveQuestion, now: datetime) -> int:
    """Put the question into the outbox for each bound chat that decides for its group, once; returns for how many."""
    if not GoLiveQuestion.objects.filter(pk=question.pk, told_at__isnull=True).update(told_at=now):
        return 0
    chats = ModeratorsChat.objects.filter(groups=question.group).exclude(key="")
    asked = [chat for chat in chats if chat.own_groups().filter(pk=question.group_id).exists()]
    for chat in asked:
        Action.objects.create(
            kind=ActionKind.QUESTION,
            chat=chat,
            group=planning.group_of(chat),
            text=text(question, chat),
            created_at=now,
        )
    return len(asked)


def text(question: GoLiveQuestion, chat: ModeratorsChat) -> str:
    """The question with its figures in the chat's language; nothing in it can be tapped but one link, to the desk."""
    language = wording.language_of(chat)
    with translation.override(language):
        figures = golive.text(question)
    named = {"figures": figures, "group": wording.clean_name(str(question.group))}
    texts = [words.say("alerts/go_live", language, context) for context in (named, {**named, "group": ""})]
    said = next((one for one in texts if not is_clickable(one)), texts[-1])
    desk = wording.desk_page(PAGE.format(group=question.group_id))
    return f"{said}\n{desk}" if desk else said
