from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from tests.desk.second_step import app_code, enrol, log_in
from tests.factories import PASSWORD
from wbscanner import second_factor
from wbscanner.models import AuditEntry, SecondFactor

pytestmark = pytest.mark.django_db
SET_UP = "/desk/me/second-factor/"
CODE = "/login/code/"


def test_a_person_sets_the_factor_up_and_sees_the_recovery_codes_once(as_owner: Client, owner: User) -> None:
    assert "key" not in as_owner.get(SET_UP).context
    begun = as_owner.post(SET_UP)
    key = begun.context["key"]
    assert key in begun.text

    wrong = as_owner.post(SET_UP, {"code": "000000x"})
    with time_machine.travel(timezone.now() + timedelta(seconds=5)):  # a wrong code makes the next one wait
        done = as_owner.post(SET_UP, {"code": app_code(owner)})

    assert wrong.context["form"].errors
    codes = done.context["codes"]
    assert len(codes) == 10
    assert "no-store" in done.headers["Cache-Control"]
    assert as_owner.post(SET_UP, {"code": app_code(owner)}).status_code == 302  # the page loaded again
    stored = str(SecondFactor.objects.values())
    assert key not in stored
    assert not any(code in stored or code.replace("-", "") in stored for code in codes)
    assert not any(code in as_owner.get("/desk/me/").text for code in codes)
    assert as_owner.get("/admin/").status_code == 200  # this login gave a code just now


def test_the_password_alone_no_longer_opens_the_desk(client: Client, owner: User) -> None:
    enrol(owner)

    assert log_in(client, owner, PASSWORD) == CODE
    assert client.get("/admin/").status_code == 302
    assert "_auth_user_id" not in client.session
    step = client.post(CODE, {"code": app_code(owner)})

    assert step.headers["Location"] == "/desk/queue/"
    assert client.get("/admin/").status_code == 200


def test_a_code_works_once(client: Client, owner: User) -> None:
    enrol(owner)
    code = app_code(owner)
    assert second_factor.is_right(owner, code)

    assert not second_factor.is_right(owner, code)


def test_a_recovery_code_works_once_however_it_is_written(owner: User) -> None:
    first, second, *_others = enrol(owner)

    assert second_factor.is_right(owner, first.upper().replace("-", " "))
    assert not second_factor.is_right(owner, first)
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        assert second_factor.is_right(owner, second)
    assert len(SecondFactor.objects.get().recovery) == 8


def test_wrong_codes_make_the_next_one_wait_wherever_they_come_from(owner: User) -> None:
    enrol(owner)
    for _try in range(3):
        second_factor.is_right(owner, "nonsense")

    assert not second_factor.is_right(owner, app_code(owner))


def test_the_eleventh_wrong_code_within_five_minutes_is_refused(client: Client, owner: User) -> None:
    enrol(owner)
    log_in(client, owner, PASSWORD)

    statuses = [client.post(CODE, {"code": "12345"}).status_code for _try in range(11)]

    assert statuses[:9] == [200] * 9
    assert statuses[10] == 429
    assert client.post(CODE, {"code": app_code(owner)}).status_code == 429


def test_the_second_step_is_open_for_five_minutes_and_only_after_the_password(client: Client, owner: User) -> None:
    enrol(owner)
    assert client.post(CODE, {"code": app_code(owner)}).headers["Location"] == "/admin/login/"
    log_in(client, owner, PASSWORD)

    with time_machine.travel(timezone.now() + timedelta(minutes=5, seconds=2)):
        late = client.post(CODE, {"code": app_code(owner)})

    assert late.headers["Location"] == "/admin/login/"


def test_the_second_step_leads_to_no_other_site(client: Client, owner: User) -> None:
    enrol(owner)
    client.post("/admin/login/?next=https://evil.example/", {"username": owner.username, "password": PASSWORD})

    assert client.post(CODE, {"code": app_code(owner)}).headers["Location"] == "/admin/"


@pytest.mark.parametrize(
    ("wanted", "owner_may", "moderator_may"), [("none", 200, 200), ("owners", 302, 200), ("all", 302, 302)]
)
def test_who_has_to_have_a_factor_is_led_to_it(
    settings: Any, as_owner: Client, as_moderator: Client, wanted: str, owner_may: int, moderator_may: int
) -> None:
    settings.REQUIRE_2FA = wanted

    for client, expected in ((as_owner, owner_may), (as_moderator, moderator_may)):
        for page in ("/admin/", "/desk/queue/", "/desk/me/"):
            answer = client.get(page)
            assert answer.status_code == expected, page
            assert answer.headers.get("Location", SET_UP) == SET_UP
        assert client.get(SET_UP).status_code == 200
        assert client.post("/admin/logout/").status_code == 200


def test_a_login_that_gave_no_code_ends_when_the_factor_is_set_up_elsewhere(as_owner: Client, owner: User) -> None:
    enrol(owner)

    answer = as_owner.get("/admin/")

    assert answer.headers["Location"].startswith("/admin/login/")
    assert not as_owner.session.get("_auth_user_id")


def test_switching_off_takes_a_code(client: Client, owner: User) -> None:
    codes = enrol(owner)
    log_in(client, owner, PASSWORD)
    client.post(CODE, {"code": codes[0]})

    client.post("/desk/me/second-factor/remove/", {"code": "nothing"})
    assert SecondFactor.objects.exists()
    with time_machine.travel(timezone.now() + timedelta(seconds=5)):
        client.post("/desk/me/second-factor/remove/", {"code": codes[1]})

    assert not SecondFactor.objects.exists()
    assert AuditEntry.objects.latest("pk").action == "person.factor_off"


def test_whoever_runs_the_machine_resets_the_factor_of_an_owner_without_phone_and_codes(owner: User) -> None:
    enrol(owner)
    said = StringIO()

    call_command("resetfactor", owner.username, stdout=said)

    assert second_factor.of(owner) is None
    entry = AuditEntry.objects.get(action="person.reset_factor")
    assert (entry.actor, entry.target) == ("manage.py resetfactor", owner.username)
    assert owner.username in said.getvalue()


@pytest.mark.parametrize(("name", "words"), [("nobody", "Nobody here is called nobody"), ("", "has no second factor")])
def test_resetting_no_factor_says_why_and_changes_nothing(owner: User, name: str, words: str) -> None:
    with pytest.raises(CommandError, match=words):
        call_command("resetfactor", name or owner.username)

    assert not AuditEntry.objects.filter(action="person.reset_factor").exists()


def test_the_second_step_says_who_can_help(client: Client, owner: User) -> None:
    enrol(owner)
    log_in(client, owner, PASSWORD)

    assert "manage.py resetfactor" in client.get(CODE).content.decode()
