"""Alerts in every language: nothing in them can be tapped, and what they tell people to answer is understood."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from groups.policy import State
from scans.engine.scoring import Verdict
from tests.factories import make_group
from tests.waclient.alerts.chats import group_chat, tell
from tests.waclient.planning import plan_all, seen, told
from waclient.alerts import wording
from waclient.alerts.answers import Word, read
from waclient.models import Alert
from waclient.tapping import is_clickable
from wbscanner.languages import CODES

pytestmark = pytest.mark.django_db
TOLD_TO_ANSWER = re.compile(r"([^\W\d]+) 1\b")
ANSWERS = ("bound", "is_watched", "no_such", "not_its_group", "which", "nothing_to_undo", "scam", "fine")


@pytest.mark.parametrize("language", sorted(CODES))
def test_what_an_alert_tells_people_to_answer_is_understood(language: str) -> None:
    group = told(make_group("Choir", State.WATCH, language=language))
    group_chat(group)
    seen(group)
    plan_all()

    [alert] = tell()

    told_words = [said.word for word in TOLD_TO_ANSWER.findall(alert.text) if (said := read(f"{word} 1"))]
    assert told_words == [Word.SCAM, Word.FINE, Word.WHY]
    assert not is_clickable(alert.text)


@pytest.mark.parametrize("language", sorted(CODES))
def test_nothing_that_is_said_in_a_moderators_chat_can_be_tapped(language: str) -> None:
    group = told(make_group("Choir", State.LIVE, language=language))
    chat, _here = group_chat(group)
    for host in ("one.example", "two.example"):
        seen(group, Verdict.SUSPICIOUS, host)
    plan_all()
    [several] = tell(timezone.now() + timedelta(minutes=16))

    texts = [wording.say(chat, what, {"number": 1}) for what in ANSWERS]
    texts += [several.text, wording.why(Alert.objects.filter(chat=chat).latest("pk"))]

    assert all(texts)
    assert [text for text in texts if is_clickable(text)] == []


@pytest.mark.parametrize("language", sorted(CODES))
def test_what_takes_an_answer_back_is_understood(language: str) -> None:
    group = make_group(language=language)
    chat, _here = group_chat(group)

    for what in ("scam", "fine"):
        text = wording.say(chat, what, {"number": 1})
        assert Word.UNDO in {said.word for word in TOLD_TO_ANSWER.findall(text) if (said := read(f"{word} 1"))}, text
