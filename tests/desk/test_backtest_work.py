"""A policy tried out over many links: by the worker, with progress, left and come back to, with its result kept."""

from __future__ import annotations

import json
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from groups.admin import GroupAdmin
from groups.models import Group
from groups.policy import Preset, Response, State
from scans.engine.scoring import Verdict
from tests.desk import busy
from tests.desk.conftest import client_of, with_role
from tests.desk.errands import page, worked_off
from tests.desk.pages import row_url
from tests.desk.test_group_actions import FORM
from tests.factories import make_group, make_moderator
from tests.waclient.planning import told
from waclient.models import Sighting
from wbscanner.desk.backtest import comparing, proposals
from wbscanner.desk.backtest.comparing import Comparison, live
from wbscanner.desk.errands import carrying_out, trying
from wbscanner.desk.errands.kinds import TRY_POLICY
from wbscanner.models import Errand, ErrandState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_data_folder")]

LINKS = trying.MOST_AT_ONCE + 1
TRIED = {**FORM, "on_suspicious": "reply", "language": "es", "ceiling": "hash"}


@pytest.fixture
def crowded(group: Group) -> Group:
    """A watched group with more links than a page waits for."""
    told(group)
    Group.objects.filter(pk=group.pk).update(state=State.WATCH)
    group.refresh_from_db()
    busy.fill(group, LINKS)
    return group


def page_of(group: Group) -> str:
    return reverse("desk:backtest", args=[group.pk])


def tried(client: Client, group: Group, **form: Any) -> Errand:
    sent = client.post(page_of(group), form or TRIED)
    errand = Errand.objects.latest("pk")
    assert (sent.status_code, sent.headers.get("Location")) == (302, reverse("desk:errand", args=[errand.pk]))
    return errand


def test_many_links_are_replayed_by_the_worker_and_the_result_is_saved_from_there(
    as_moderator: Client, crowded: Group
) -> None:
    errand = tried(as_moderator, crowded)
    assert "Waiting for its turn" in page(as_moderator, errand)
    assert "The links are being replayed" in page(as_moderator, errand)

    worked_off(errand)

    shown = page(as_moderator, errand)
    assert errand.state == ErrandState.DONE
    assert f"Replayed over {LINKS} links. Nothing was sent." in shown
    assert f"The newest {comparing.MOST_SHOWN} of {errand.place['found']['differing']}." in shown
    assert row_url(Sighting.objects.latest("planned_at")) in shown
    crowded.refresh_from_db()
    assert crowded.on_suspicious == Response.REACT
    for name, value in [("on_suspicious", "reply"), ("language", "es"), ("ceiling", "hash")]:
        assert f'<input type="hidden" name="{name}" value="{value}">' in shown
    as_moderator.post(row_url(crowded), {**dict(errand.given["values"]), "_save": "1"})
    crowded.refresh_from_db()
    assert (crowded.on_suspicious, crowded.language, crowded.ceiling) == (Response.REPLY, "es", "hash")


def test_what_was_tried_out_is_changed_further_without_typing_it_again(as_moderator: Client, crowded: Group) -> None:
    values = {**TRIED, "weighs_newcomers": "on", "quiet_from": "22:00", "quiet_to": "06:00"}
    values.pop("exempts_admins")
    shown = page(as_moderator, worked_off(tried(as_moderator, crowded, **values)))
    again = unescape(shown.partition(f'href="{row_url(crowded)}?')[2].partition('"')[0])

    form = as_moderator.get(f"{row_url(crowded)}?{again}")

    fields = form.context["adminform"].form
    told = {name: fields[name].value() for name in ("on_suspicious", "language", "ceiling", "quiet_from")}
    assert told == {"on_suspicious": "reply", "language": "es", "ceiling": "hash", "quiet_from": "22:00"}
    assert (fields["exempts_admins"].value(), fields["weighs_newcomers"].value()) == (False, "on")
    assert "They are not saved yet." in form.text
    assert Group.objects.values().get() == Group.objects.filter(on_suspicious="react", language="").values().get()
    as_moderator.post(f"{row_url(crowded)}?{again}", {**values, "_save": "1"})
    crowded.refresh_from_db()
    assert (crowded.on_suspicious, crowded.language, crowded.exempts_admins) == (Response.REPLY, "es", False)
    assert "They are not saved yet." not in as_moderator.get(row_url(crowded)).text


def test_it_comes_to_the_same_as_at_once(as_moderator: Client, crowded: Group) -> None:
    errand = worked_off(tried(as_moderator, crowded))
    crowded.on_suspicious = Response.REPLY

    found = Comparison.from_json(errand.place["found"])

    assert found == comparing.compare(crowded, live(crowded.policy), found.until)
    assert found.would.links == LINKS
    assert found.would.replies > found.was.replies == 0


def test_how_far_it_is_is_measured_and_the_page_asks_until_it_ends(as_moderator: Client, crowded: Group) -> None:
    errand = tried(as_moderator, crowded)
    steps = list(trying.work(errand))

    assert [step.done for step in steps][:2] == [comparing.MESSAGES_AT_ONCE, 2 * comparing.MESSAGES_AT_ONCE]
    assert {step.total for step in steps} == {LINKS}
    assert [step.is_kept for step in steps] == [False] * (len(steps) - 1) + [True]
    Errand.objects.filter(pk=errand.pk).update(done=steps[0].done, total=LINKS)
    address = reverse("desk:errand", args=[errand.pk])
    part = as_moderator.get(address, headers={"HX-Request": "true"}).text
    assert f"{comparing.MESSAGES_AT_ONCE} of {LINKS} links" in part
    assert 'hx-trigger="every 2s' in part
    worked_off(errand)
    assert "hx-trigger" not in as_moderator.get(address, headers={"HX-Request": "true"}).text


def test_by_looking_nothing_is_begun_and_a_named_policy_is_replayed_after_a_click(
    as_moderator: Client, crowded: Group
) -> None:
    asked = as_moderator.get(page_of(crowded), {"preset": "marketplace"})
    assert '<button class="btn solid" name="replay" value="marketplace">' in asked.text
    assert not Errand.objects.exists()

    errand = worked_off(tried(as_moderator, crowded, replay="marketplace"))

    shown = page(as_moderator, errand)
    assert "Marketplace and crypto" in shown
    assert "Choose this policy" in shown
    assert 'name="preset" value="marketplace"' in shown
    assert Group.objects.get().preset == Preset.QUIET


def test_what_was_tried_out_is_found_again_on_the_groups_pages(as_moderator: Client, crowded: Group) -> None:
    errand = worked_off(tried(as_moderator, crowded))
    other = make_group("Other")
    trying_other = carrying_out.begin(
        TRY_POLICY, User.objects.get(username="mira"), {**errand.given, "group": other.pk}
    )

    for address in (row_url(crowded), page_of(crowded)):
        shown = as_moderator.get(address).text
        assert reverse("desk:errand", args=[errand.pk]) in shown
        assert reverse("desk:errand", args=[trying_other.pk]) not in shown
        assert "settings that were typed" in shown


def test_two_clicks_begin_it_once(as_moderator: Client, crowded: Group) -> None:
    first, second = tried(as_moderator, crowded), tried(as_moderator, crowded)
    other = tried(as_moderator, crowded, **{**TRIED, "on_malicious": "delete"})

    assert first == second != other


def test_little_is_replayed_while_the_page_is_made(as_moderator: Client, crowded: Group) -> None:
    Sighting.objects.latest("pk").delete()

    answer = as_moderator.post(page_of(crowded), TRIED)

    assert f"Replayed over {LINKS - 1} links." in answer.text
    assert not Errand.objects.exists()


def test_values_that_make_no_sense_begin_nothing(as_moderator: Client, crowded: Group) -> None:
    answer = as_moderator.post(page_of(crowded), {**TRIED, "time_zone": "Moon/Base"})

    assert answer.status_code == 422
    assert not Errand.objects.exists()


def test_the_result_holds_numbers_and_no_address_host_or_code_name(as_moderator: Client, crowded: Group) -> None:
    errand = worked_off(tried(as_moderator, crowded, **{**TRIED, "csrfmiddlewaretoken": "x", "note": "a secret"}))
    one = Sighting.objects.latest("planned_at")

    kept = json.dumps([errand.given, errand.place])

    for private in (one.url_hash, one.host, one.url, one.message_id, "a secret", "csrf"):
        assert private not in kept
    assert {name for name, _value in errand.given["values"]} <= set(GroupAdmin.editable)
    assert set(GroupAdmin.editable) == {*proposals.FIELDS, *proposals.ALONG}


def test_a_link_that_was_removed_meanwhile_is_not_shown_any_more(as_moderator: Client, crowded: Group) -> None:
    errand = worked_off(tried(as_moderator, crowded))
    gone = Sighting.objects.get(pk=errand.place["found"]["shown"][0]["key"])
    address = row_url(gone)
    assert address in page(as_moderator, errand)

    gone.delete()

    assert address not in page(as_moderator, errand)


def test_nobody_else_sees_it_nor_who_lost_the_group(as_owner: Client, moderator: User, crowded: Group) -> None:
    client = client_of(moderator)
    errand = worked_off(tried(client, crowded))
    address = reverse("desk:errand", args=[errand.pk])
    other = client_of(with_role(make_moderator(crowded, username="eve"), "Moderators"))
    assert [one.get(address).status_code for one in (client, other, as_owner)] == [200, 404, 404]

    moderator.memberships.all().delete()

    assert client_of(moderator).get(address).status_code == 404


def test_who_lost_the_group_meanwhile_gets_no_result(moderator: User, crowded: Group) -> None:
    errand = tried(client_of(moderator), crowded)
    moderator.memberships.all().delete()

    worked_off(errand)

    assert (errand.state, errand.problem, errand.place) == (ErrandState.FAILED, "no_right", {})


def test_what_broke_off_is_tried_again_with_the_same_values(as_moderator: Client, crowded: Group) -> None:
    errand = tried(as_moderator, crowded)
    Errand.objects.filter(pk=errand.pk).update(tries=carrying_out.MOST_TRIES)
    worked_off(errand)

    shown = page(as_moderator, errand)

    assert "It broke off three times." in shown
    assert "Nothing was saved" not in shown
    assert f'action="{page_of(crowded)}"' in shown
    assert '<input type="hidden" name="on_suspicious" value="reply">' in shown
    again = tried(as_moderator, crowded, **dict(errand.given["values"]))
    assert again != errand
    assert again.given == errand.given


def test_a_viewer_tries_out_and_saves_nothing(crowded: Group) -> None:
    client = client_of(with_role(make_moderator(crowded, username="vera"), "Viewers"))

    errand = worked_off(tried(client, crowded))

    shown = page(client, errand)
    assert f"Replayed over {LINKS} links." in shown
    assert 'name="_save"' not in shown


def test_an_erased_group_takes_what_was_tried_out_in_it_along(as_owner: Client, crowded: Group) -> None:
    errand = worked_off(tried(as_owner, crowded))
    form = as_owner.post(reverse("desk:personal"), {"group": str(crowded.pk)})

    as_owner.post(reverse("desk:personal-erase"), {"about": form.context["token"], "typed": form.context["to_type"]})

    assert not Errand.objects.filter(pk=errand.pk).exists()


def test_the_page_of_a_result_asks_few_questions(
    as_moderator: Client, crowded: Group, django_assert_max_num_queries: Any
) -> None:
    errand = worked_off(tried(as_moderator, crowded))
    page(as_moderator, errand)

    with django_assert_max_num_queries(15):
        page(as_moderator, errand)
    with django_assert_max_num_queries(15):
        as_moderator.get(page_of(crowded))


def test_most_links_are_clean_and_are_not_replayed(as_moderator: Client, group: Group) -> None:
    told(group)
    busy.fill(group, LINKS, {Verdict.BENIGN: 1.0})

    answer = as_moderator.get(page_of(group))

    assert f"Replayed over {LINKS} links." in answer.text
