from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from groups.models import Group
from tests.desk.conftest import client_of
from tests.desk.second_step import log_in
from tests.factories import PASSWORD, make_owner
from wbscanner.models import AuditEntry

pytestmark = pytest.mark.django_db
ANDROID = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36"


def is_in(client: Client) -> bool:
    return client.get("/desk/me/").status_code == 200


def use(client: Client, minutes: list[int], **headers: str) -> list[bool]:
    """Whether the client is still logged in at each of these minutes from now."""
    found, now = [], timezone.now()
    for minute in minutes:
        with time_machine.travel(now + timedelta(minutes=minute), tick=False):
            found.append(client.get("/desk/me/", headers=headers).status_code == 200)
    return found


def test_an_owners_login_ends_after_half_an_hour_of_rest(as_owner: Client) -> None:
    assert use(as_owner, [0, 29, 58, 89]) == [True, True, True, False]
    assert not is_in(as_owner)


def test_an_owners_login_ends_after_eight_hours_of_use(as_owner: Client) -> None:
    assert use(as_owner, [*range(0, 480, 20), 481]) == [True] * 24 + [False]


def test_a_page_that_renews_itself_keeps_no_login_alive(as_owner: Client) -> None:
    assert use(as_owner, [0])[0]
    assert use(as_owner, [10, 20, 29, 31], **{"HX-Request": "true"}) == [True, True, True, False]


def test_a_moderators_phone_stays_logged_in_for_a_month_of_use(as_moderator: Client) -> None:
    day = 24 * 60
    assert use(as_moderator, [0, *range(6 * day, 30 * day, 6 * day), 30 * day + 1]) == [True] * 5 + [False]


def test_a_moderators_phone_that_rested_for_a_week_asks_again(as_moderator: Client) -> None:
    assert use(as_moderator, [0, 7 * 24 * 60 + 1]) == [True, False]


def test_a_login_gets_a_new_id(client: Client, owner: User) -> None:
    client.get("/admin/login/")
    session = client.session
    session["planted"] = True
    session.save()
    planted = session.session_key

    log_in(client, owner, PASSWORD)

    assert client.session.session_key != planted
    assert is_in(client)


def test_all_other_logins_die_with_the_old_password(owner: User) -> None:
    here, there = client_of(owner), client_of(owner)
    new = "another correct battery"

    answer = here.post(
        "/admin/password_change/", {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    )

    assert answer.status_code == 302
    assert is_in(here)
    assert not is_in(there)


def test_one_sees_ones_own_logins_and_ends_one(owner: User) -> None:
    here, there = client_of(owner), client_of(owner)
    there.get("/desk/me/", headers={"User-Agent": ANDROID})
    client_of(make_owner("somebody else")).get("/desk/me/")

    page = here.get("/desk/me/")
    logins = [login for login, *_times in page.context["logins"]]

    assert [(login.device, login.is_this) for login in logins] == [("-", True), ("Android, Chrome", False)]
    assert str(there.session.session_key) not in page.text
    here.post("/desk/me/logins/end/", {"ref": logins[1].ref})
    assert is_in(here)
    assert not is_in(there)
    assert AuditEntry.objects.latest("pk").action == "person.end_login"


def test_one_ends_all_logins_but_this_one(owner: User) -> None:
    here, there, third = client_of(owner), client_of(owner), client_of(owner)

    here.post("/desk/me/logins/end/", {"others": "1"})

    assert [is_in(client) for client in (here, there, third)] == [True, False, False]


def test_nobody_ends_somebody_elses_login(as_moderator: Client, as_owner: Client, group: Group) -> None:
    as_owner.get("/desk/me/")
    login, *_times = as_owner.get("/desk/me/").context["logins"][0]

    as_moderator.post("/desk/me/logins/end/", {"ref": login.ref})

    assert is_in(as_owner)


def test_the_eleventh_wrong_password_within_five_minutes_is_refused(client: Client, owner: User) -> None:
    wrong = {"username": owner.username, "password": "guessed"}
    answers = [client.post("/admin/login/", wrong) for _try in range(11)]

    assert [answer.status_code for answer in answers[:9]] == [200] * 9
    assert answers[10].status_code == 429
    assert client.post("/admin/login/", {**wrong, "password": PASSWORD}).status_code == 429
    with time_machine.travel(timezone.now() + timedelta(minutes=5, seconds=5)):
        assert client.post("/admin/login/", {**wrong, "password": PASSWORD}).status_code == 302


def test_a_refused_login_tells_nothing_about_who_exists(client: Client, owner: User) -> None:
    known, unknown = (
        [client.post("/admin/login/", {"username": name, "password": "guessed"}) for _try in range(11)]
        for name in (owner.username, "nobody")
    )

    for ours, theirs in zip(known, unknown, strict=True):
        assert ours.status_code == theirs.status_code
        said = [answer.context["form"].errors.as_json() if answer.context else answer.text for answer in (ours, theirs)]
        assert said[0] == said[1]
