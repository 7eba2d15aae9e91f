"""The page that says what a policy would have done, and the question whether to go live."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from groups import golive, services
from groups.models import GoLiveQuestion, Group
from groups.policy import Preset, Response, State
from overrides.models import Override
from overrides.rules import Ruling
from scans.engine.scoring import Verdict
from tests.desk.conftest import client_of, with_role
from tests.desk.pages import act, row_url
from tests.desk.test_group_actions import FORM
from tests.factories import make_group, make_moderator, make_override
from tests.waclient.planning import plan_all, seen, told
from waclient import decisions
from waclient.models import Action, Answer, Sighting
from wbscanner.desk import going_live
from wbscanner.models import AuditEntry

pytestmark = pytest.mark.django_db


def page_of(group: Group) -> str:
    return reverse("desk:backtest", args=[group.pk])


@pytest.fixture
def watched(group: Group) -> Group:
    """A group that is watched, where a dangerous, a suspicious and a clean link were posted."""
    told(group)
    services.set_state(group, State.WATCH, by="owner")
    for host, verdict in [("bad", Verdict.MALICIOUS), ("odd", Verdict.SUSPICIOUS), ("fine", Verdict.BENIGN)]:
        seen(group, verdict, host=f"{host}.example")
    plan_all()
    return group


def test_a_watched_group_is_shown_what_it_would_have_heard(as_moderator: Client, watched: Group) -> None:
    page = as_moderator.get(page_of(watched))

    assert page.status_code == 200
    assert "The bot would have made: 1 reply, 1 reaction, 2 alerts to moderators." in page.text
    assert "Replayed over 3 links. Nothing was sent." in page.text
    for sighting in Sighting.objects.exclude(host="fine.example"):
        assert row_url(sighting) in page.text
    assert "fine.example" not in page.text.replace("[.]", ".")
    assert not Action.objects.exclude(kind="notice").exists()


def test_the_values_of_the_form_are_tried_out_and_not_saved(as_moderator: Client, watched: Group) -> None:
    before = Group.objects.values().get()

    page = as_moderator.post(page_of(watched), {**FORM, "on_suspicious": "reply", "on_malicious": "nothing"})

    assert "The bot would have made: 1 reply, 1 alert to moderators." in page.text
    assert Group.objects.values().get() == before
    assert '<input type="hidden" name="on_suspicious" value="reply">' in page.text


def test_what_was_tried_out_is_saved_from_there(as_moderator: Client, watched: Group) -> None:
    as_moderator.post(row_url(watched), {**FORM, "on_suspicious": "reply", "_save": "1"})

    watched.refresh_from_db()
    assert (watched.on_suspicious, watched.preset) == (Response.REPLY, Preset.OWN)
    assert AuditEntry.objects.filter(action="group.change", actor="mira").exists()


def test_the_groups_form_offers_to_try_its_values_out(as_moderator: Client, watched: Group) -> None:
    page = as_moderator.get(row_url(watched))

    assert f'formaction="{page_of(watched)}"' in page.text


def test_values_that_make_no_sense_are_said_and_not_replayed(as_moderator: Client, watched: Group) -> None:
    page = as_moderator.post(page_of(watched), {**FORM, "quiet_from": "22:00", "time_zone": "Moon/Base"})

    assert page.status_code == 422
    assert "Quiet hours need both a beginning and an end." in page.text
    assert "Replayed over" not in page.text


def test_a_ready_made_policy_is_tried_out_and_chosen(as_moderator: Client, watched: Group) -> None:
    page = as_moderator.get(page_of(watched), {"preset": "marketplace"})
    answer = act(as_moderator, "choose_policy", watched, preset="marketplace", from_detail="1")

    assert "2 replies" in page.text
    assert 'name="preset" value="marketplace"' in page.text
    assert answer.status_code == 302
    watched.refresh_from_db()
    assert watched.preset == Preset.MARKETPLACE


def test_what_people_found_fine_afterwards_is_said(as_moderator: Client, watched: Group) -> None:
    bad, odd = (Sighting.objects.get(host=f"{host}.example") for host in ("bad", "odd"))
    decisions.decide(bad.url_hash, Answer.FINE, by="mira", group=watched)
    decisions.decide(odd.url_hash, Answer.CONFIRM, by="mira", group=watched)

    page = as_moderator.get(page_of(watched))

    assert "1 of these links was later marked fine." in page.text
    assert page.text.count("· later marked fine") == 1


def test_an_override_made_afterwards_says_fine_too_and_one_of_before_does_not(
    as_moderator: Client, watched: Group
) -> None:
    make_override("bad.example", Ruling.ALLOW, group=watched)
    old = make_override("odd.example", Ruling.ALLOW, group=watched)
    Override.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=3))

    page = as_moderator.get(page_of(watched))

    assert "1 of these links was later marked fine." in page.text


def test_what_was_decided_and_not_sent_is_told_apart(as_moderator: Client, group: Group) -> None:
    told(group)
    seen(group, Verdict.MALICIOUS)
    plan_all()
    Action.objects.filter(kind="reply").update(state="failed")

    page = as_moderator.get(page_of(group))

    assert "1 thing that was decided then was not sent." in page.text
    assert "None: nobody would have noticed a difference." in page.text


def test_what_was_said_before_a_message_was_edited_still_counts(as_moderator: Client, group: Group) -> None:
    told(group)
    sighting = seen(group, Verdict.MALICIOUS)
    plan_all()
    Action.objects.filter(kind="reply").update(state="sent")
    Sighting.objects.filter(pk=sighting.pk).update(planned_at=None)
    plan_all()
    sighting.refresh_from_db()
    assert sighting.facts["responses"] == []

    page = as_moderator.get(page_of(group))

    assert "The bot would have made: 1 reply, 1 alert to moderators." in page.text
    assert "None: nobody would have noticed a difference." in page.text


def test_a_row_of_before_facts_were_stored_is_counted_as_such(as_moderator: Client, watched: Group) -> None:
    Sighting.objects.filter(host="bad.example").update(facts={"silence": "planning_failed"})
    odd = Sighting.objects.get(host="odd.example")
    odd.facts = {name: value for name, value in odd.facts.items() if name != "author_is_trusted"}
    odd.save(update_fields=["facts"])

    page = as_moderator.get(page_of(watched))

    assert "1 older link cannot be replayed exactly." in page.text
    assert "1 link was left out: nothing was decided about it." in page.text


@pytest.mark.parametrize("name", ["desk:backtest", "desk:go-live"])
def test_nobody_looks_into_or_answers_for_another_group(as_moderator: Client, group: Group, name: str) -> None:
    foreign = make_group("foreign", state=State.WATCH)
    ask_about(foreign)

    page = as_moderator.post(reverse(name, args=[foreign.pk]), {"answer": "live"})

    assert page.status_code == 404
    foreign.refresh_from_db()
    assert foreign.state == State.WATCH


def test_a_viewer_looks_and_answers_nothing(watched: Group) -> None:
    ask_about(watched)
    client = client_of(with_role(make_moderator(watched), "Viewers"))

    assert f'href="{page_of(watched)}"' in client.get(row_url(watched)).text
    assert client.get(page_of(watched)).status_code == 200
    assert client.post(reverse("desk:go-live", args=[watched.pk]), {"answer": "live"}).status_code == 403
    assert "Should the bot answer" not in client.get("/admin/").text


def ask_about(group: Group, days: int = 8) -> None:
    Group.objects.filter(pk=group.pk).update(watched_since=timezone.now() - timedelta(days=days))
    going_live.ask()


def test_after_a_week_of_watching_moderators_are_asked_once(as_moderator: Client, watched: Group) -> None:
    ask_about(watched, days=6)
    assert not GoLiveQuestion.objects.exists()

    ask_about(watched)
    ask_about(watched)

    assert GoLiveQuestion.objects.get().group == watched
    for page in (as_moderator.get("/admin/"), as_moderator.get(row_url(watched))):
        assert "Watched for 8 days: 3 links were posted." in page.text
        assert "1 reply, 1 reaction, 2 alerts to moderators" in page.text


@pytest.mark.parametrize(("answer", "state"), [("live", State.LIVE), ("stay", State.WATCH)])
def test_one_button_answers_and_is_audited(as_moderator: Client, watched: Group, answer: str, state: State) -> None:
    ask_about(watched)
    url = reverse("desk:go-live", args=[watched.pk])

    as_moderator.post(url, {"answer": answer})
    again = as_moderator.post(url, {"answer": "live"}, follow=True)

    watched.refresh_from_db()
    assert watched.state == state
    entry = AuditEntry.objects.get(action="group.go_live_question")
    assert (entry.actor, entry.details, entry.group_ids) == ("mira", {"answer": answer}, [str(watched.pk)])
    assert "This was answered before." in again.text
    assert "Should the bot answer" not in as_moderator.get("/admin/").text
    ask_about(watched)
    assert not golive.waiting().exists()


def test_staying_is_an_action_of_the_group_too(as_moderator: Client, watched: Group) -> None:
    ask_about(watched)
    assert 'value="stay_watching"' in as_moderator.get(row_url(watched)).text

    act(as_moderator, "stay_watching", watched)

    assert GoLiveQuestion.objects.get().answer == "stay"
    assert 'value="stay_watching"' not in as_moderator.get(row_url(watched)).text


def test_with_no_days_nobody_is_ever_asked(settings: Any, watched: Group) -> None:
    settings.GO_LIVE_AFTER = timedelta(0)

    ask_about(watched, days=400)

    assert not GoLiveQuestion.objects.exists()


def test_the_week_begins_anew_with_each_time_of_watching(group: Group) -> None:
    services.set_state(group, State.WATCH, by="owner")
    first = group.watched_since
    services.set_state(group, State.WATCH, by="owner")
    assert group.watched_since == first

    services.set_state(group, State.LIVE, by="owner")
    assert group.watched_since is None
