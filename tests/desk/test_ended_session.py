"""What happens to a page that stands open when its reader's login ends: nothing is lost, and the way leads back."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from groups.models import Group
from scans.engine.scoring import Verdict
from tests.desk.conftest import client_of
from tests.desk.second_step import app_code, enrol, log_in
from tests.factories import PASSWORD, make_owner, make_scan, make_sighting
from waclient import queue
from waclient.models import Decision

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
POST_ONLY = [
    "/desk/queue/decide/", "/desk/queue/undo/", "/desk/phone/opened/", "/desk/alarms/test/", "/desk/first-week/note/",
    "/desk/set-up/end/", "/desk/me/reading/",
]  # fmt: skip


@pytest.fixture
def link(group: Group) -> str:
    scan = make_scan("https://scam.example/x", Verdict.MALICIOUS)
    sighting = make_sighting(group, scan, verdict=Verdict.MALICIOUS)
    queue.refresh(sighting.url_hash)
    return scan.url_hash


def answer_about(link: str) -> dict[str, str]:
    return {
        "link": link,
        "answer": "fine",
        "what": "url",
        "where": "here",
        "until": "",
        "next": "/desk/queue/?show=all",
    }


def fields(page: Any, after: str) -> dict[str, str]:
    """The hidden fields of an answer, by name, from these characters to the end of the next form."""
    text = page.content.decode().partition(after)[2].partition("</form>")[0]
    return {name: unescape(value) for name, value in re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)"', text)}


def log_in_on(page: Any, client: Client, user: User, password: str = PASSWORD) -> Any:
    """Fill in the page of login as it was answered."""
    action = unescape(re.findall(r'<form action="([^"]*)"', page.content.decode())[0])
    return client.post(action, {**fields(page, "Log in"), "username": user.username, "password": password})


@pytest.fixture
def rested(owner: User) -> Any:
    """An owner's client whose login ended a minute ago, by half an hour of rest."""
    owner.set_password(PASSWORD)
    owner.save(update_fields=["password"])
    client = client_of(owner)
    assert client.get("/desk/me/").status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=31), tick=False):
        yield client


def test_a_decision_that_was_sent_too_late_is_carried_out_after_the_login(
    rested: Client, owner: User, link: str
) -> None:
    page = rested.post("/desk/queue/decide/", answer_about(link))
    assert page.status_code == 401
    assert not Decision.objects.exists()

    entered = log_in_on(page, rested, owner)
    assert entered.headers["Location"] == "/desk/again/"
    again = rested.get("/desk/again/")
    assert "It is fine:" in again.content.decode()
    assert "scam" in again.content.decode()
    assert not Decision.objects.exists()

    done = rested.post("/desk/queue/decide/", fields(again, "<h1>You are"))

    assert done.headers["Location"] == "/desk/queue/?show=all"
    assert Decision.objects.get().answer == "fine"


def test_what_was_sent_survives_a_wrong_password_and_a_second_factor(rested: Client, owner: User, link: str) -> None:
    enrol(owner)
    page = rested.post("/desk/queue/decide/", answer_about(link))

    page = log_in_on(page, rested, owner, "wrong")
    assert log_in_on(page, rested, owner).headers["Location"] == "/login/code/"
    entered = rested.post("/login/code/", {"code": app_code(owner)})

    assert entered.headers["Location"] == "/desk/again/"
    assert fields(rested.get("/desk/again/"), "<h1>You are")["link"] == link


def test_what_one_person_sent_is_not_offered_to_another(rested: Client, link: str) -> None:
    page = rested.post("/desk/queue/decide/", answer_about(link))

    entered = log_in_on(page, rested, make_owner(username="bea"))

    assert entered.headers["Location"] == "/desk/queue/?show=all"
    assert rested.get("/desk/again/").headers["Location"] == "/admin/"


def test_what_was_sent_is_kept_for_an_hour(rested: Client, owner: User, link: str) -> None:
    page = rested.post("/desk/queue/decide/", answer_about(link))
    with time_machine.travel(timezone.now() + timedelta(minutes=61), tick=False):
        assert log_in_on(page, rested, owner).headers["Location"] == "/desk/queue/?show=all"


def test_what_was_sent_stands_in_no_row_before_the_login(rested: Client, link: str) -> None:
    rested.post("/desk/queue/decide/", answer_about(link))

    assert not Session.objects.exists()


@pytest.mark.parametrize("form", [{"old_password": "a"}, {"api_key": "a"}, {"text": "a" * 300_000}])
def test_secrets_and_very_much_are_not_kept_but_the_way_leads_back(rested: Client, form: dict[str, str]) -> None:
    answer = rested.post("/admin/password_change/", form, headers={"Referer": "http://testserver/desk/me/?x=1"})

    assert answer.headers["Location"] == "/admin/login/?next=%2Fdesk%2Fme%2F%3Fx%3D1"


@pytest.mark.parametrize("path", ["/desk/queue/", "/desk/queue/fresh/", "/desk/dashboard/live/", "/desk/phone/live/"])
def test_a_part_of_a_page_sends_the_page_to_the_login_and_back(client: Client, path: str) -> None:
    answer = client.get(path, headers={**HTMX, "HX-Current-URL": "http://testserver/desk/queue/?show=all&page=2"})

    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/admin/login/?next=%2Fdesk%2Fqueue%2F%3Fshow%3Dall%26page%3D2"
    assert b"<html" not in answer.content


def test_a_form_that_htmx_sends_is_told_so_and_not_led_away(client: Client, link: str) -> None:
    answer = client.post("/desk/queue/decide/", answer_about(link), headers=HTMX)

    assert answer.status_code == 401
    assert "HX-Redirect" not in answer.headers


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/desk/queue/", "//evil.example/desk/", "/admin/login/", "/api/v1/", "javascript:1"],
)
def test_the_way_back_leads_nowhere_else(client: Client, elsewhere: str) -> None:
    answer = client.get("/desk/queue/", headers={**HTMX, "HX-Current-URL": elsewhere})

    assert answer.headers["HX-Redirect"] == "/admin/login/?next=%2Fadmin%2F"


@pytest.mark.parametrize("path", POST_ONLY)
def test_an_address_that_only_takes_forms_says_so(as_owner: Client, path: str) -> None:
    answer = as_owner.get(path)

    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST"
    assert "takes only what a form sends" in answer.content.decode()
    assert 'href="/admin/"' in answer.content.decode()


def test_a_login_leads_to_where_it_was_asked_for(client: Client, owner: User) -> None:
    owner.set_password(PASSWORD)
    owner.save(update_fields=["password"])

    assert log_in(client, owner, PASSWORD) == "/desk/queue/"
