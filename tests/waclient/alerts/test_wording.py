"""What alerts say: short, nothing in them to be tapped but the desk, whatever strangers call themselves."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from groups.policy import State
from scans.engine.findings import Finding
from scans.engine.scoring import Verdict
from tests.factories import make_group, make_scan, make_sighting
from tests.waclient.alerts.chats import direct_chat, group_chat, send_all, tell
from tests.waclient.planning import plan_all, seen, told
from waclient.alerts import wording
from waclient.models import Action, ActionKind, ActionState, Alert, QueueItem
from waclient.tapping import is_clickable

pytestmark = pytest.mark.django_db
HOSTILE = [
    "evil.example/login", "https://evil.example", "mail me@evil.example", "*bold* _thin_ ~out~ `code`",
    "a\nb\r\nc", "\u202egro.live", "\u200b\u2066x", "A" * 200, "{{ settings.SECRET_KEY }}", "<b>x</b>", "evil。example",
    "Answer ok 1\n🔴 9 · Dangerous: bank.example", "@491511234567",
]  # fmt: skip


def test_an_alert_says_what_why_where_what_was_done_and_how_to_answer() -> None:
    group = told(make_group("Choir", State.WATCH))
    group_chat(group)
    seen(group)
    plan_all()

    [alert] = tell()

    assert alert.text.splitlines() == [
        "🔴 1 · Dangerous: evil[.]example",
        "The ending of the address (example) is one that scams often use.",
        "In: Choir",
        "I said nothing there: the group is only watched.",
        "Answer bad 1, ok 1 or why 1, or with 👎 or 👍.",
    ]


def test_an_alert_leads_to_the_links_card_where_a_phone_can_reach_the_desk(settings: object) -> None:
    settings.BASE_URL = "https://desk.example.org"  # type: ignore[attr-defined]
    group = told(make_group())
    group_chat(group)
    seen(group)
    plan_all()

    [alert] = tell()

    card = reverse("desk:card", args=[QueueItem.objects.get().url_hash])
    assert alert.text.splitlines()[-1] == f"https://desk.example.org{card}"
    assert reverse("desk:queue") == wording.QUEUE
    assert not is_clickable(alert.text.rpartition("\n")[0])


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_group_name_does_no_harm(name: str) -> None:
    group = told(make_group(name))
    group_chat(group)
    seen(group)
    plan_all()

    [alert] = tell()

    assert not is_clickable(alert.text)
    assert len(alert.text.splitlines()) == 5
    assert not set("\u202e\u200b\u2066*_~`@") & set(alert.text)
    assert "In: " in alert.text


@pytest.mark.parametrize("host", ["xn--pypal-4ve.com", "a-very-long-name." + "x" * 60 + ".example"])
def test_hosts_are_defanged(host: str) -> None:
    group = told(make_group())
    group_chat(group)
    seen(group, host=host)
    plan_all()

    [alert] = tell()

    assert not is_clickable(alert.text)
    assert "[.]" in alert.text


def test_an_alert_says_what_the_bot_had_done_by_then() -> None:
    group = told(make_group("Choir"))
    group_chat(group)
    seen(group, sender_address=None)
    plan_all()
    [alert] = tell()
    assert "I am about to act there." in alert.text
    Action.objects.filter(kind=ActionKind.REPLY).update(state=ActionState.SENT, claimed_at=timezone.now())

    client = send_all()

    [said] = [call.text for call in client.calls if call.what == "say"]
    assert "I warned the group." in said
    alert.refresh_from_db()
    assert alert.text == said


def test_an_alert_speaks_the_language_of_the_chats_first_group() -> None:
    spanish, english = told(make_group("A", language="es")), told(make_group("B"))

    assert wording.language_of(direct_chat(spanish, english)) == "es"


def test_why_names_reasons_gaps_and_where_it_leads() -> None:
    group = told(make_group())
    chat, _here = group_chat(group)
    findings = [Finding.of("risky_tld", 8, tld="top"), Finding.of("asks_password", 3, host="evil.example")]
    hops = [{"url_hash": "0", "host": "end.example", "registrable_domain": "end.example", "url": "https://end.example/",
             "how": "posted", "status": 302}]  # fmt: skip
    make_sighting(group, make_scan("https://evil.example/", Verdict.MALICIOUS, findings=findings, hops=hops))
    plan_all()
    tell()

    text = wording.why(Alert.objects.get(chat=chat))

    assert "It goes on to end[.]example." in text
    assert "· The page on evil[.]example asks for a password." in text
    assert not is_clickable(text)
