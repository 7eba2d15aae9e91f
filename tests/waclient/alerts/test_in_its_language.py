"""What a moderators' chat is told, in every language: nothing in it can be tapped, and it is that language."""

from __future__ import annotations

import re

import pytest

from groups.policy import Response
from scans.engine.findings import Finding
from scans.engine.scoring import Verdict
from tests.factories import make_group, make_scan, make_sighting
from tests.waclient.alerts.chats import group_chat, tell
from tests.waclient.planning import plan_all, seen, told
from waclient.alerts import wording
from waclient.models import Alert
from waclient.tapping import is_clickable
from wbscanner.languages import CODES

pytestmark = pytest.mark.django_db

LANGUAGES = sorted(CODES)
HOSTS = ["evil.example", f"{'a' * 60}.{'b' * 60}.example", "xn--pypal-4ve.com", "192.0.2.1"]
ANSWERS = ["bound", "is_watched", "no_such", "not_its_group", "which", "nothing_to_undo", "scam", "fine"]
# Words of the English texts that stand in no other of the languages.
ENGLISH = re.compile(r"\b(the|there|nothing|answer|which|more|with|its)\b", re.IGNORECASE)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("host", HOSTS)
def test_an_alert_cannot_be_tapped_and_speaks_the_language(language: str, host: str) -> None:
    group = told(make_group("Coro", language=language, on_suspicious=Response.ALERT))
    group_chat(group)
    for verdict in (Verdict.MALICIOUS, Verdict.SUSPICIOUS):
        seen(group, verdict, host=host)
    plan_all()

    alerts = tell()

    assert alerts
    for alert in alerts:
        assert not is_clickable(alert.text)
        assert language == "en" or not ENGLISH.search(alert.text), alert.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_why_speaks_the_language_as_far_as_members_are_told(language: str) -> None:
    group = told(make_group("Coro", language=language))
    chat, _here = group_chat(group)
    findings = [Finding.of("risky_tld", 8, tld="top"), Finding.of("asks_password", 3, host="evil.example")]
    make_sighting(group, make_scan("https://evil.example/", Verdict.MALICIOUS, findings=findings))
    plan_all()
    tell()

    text = wording.why(Alert.objects.get(chat=chat))

    assert not is_clickable(text)
    assert language == "en" or not ENGLISH.search(text), text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("what", ANSWERS)
def test_every_short_answer_speaks_the_language(language: str, what: str) -> None:
    chat, _here = group_chat(told(make_group(language=language)))

    text = wording.say(chat, what, {"number": 7})

    assert text
    assert len(text.splitlines()) == 1
    assert not is_clickable(text)
    assert language == "en" or not ENGLISH.search(text), text
