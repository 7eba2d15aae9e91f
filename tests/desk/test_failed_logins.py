"""Guessing passwords: who is stopped, and who is not stopped by others' guesses."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.factories import PASSWORD

PATH, LIMIT = "/admin/login/", 10


def _tries(client: Client, password: str, visitor: str, name: str = "owner") -> int:
    form = {"username": name, "password": password}
    return int(client.post(PATH, form, headers={"X-Forwarded-For": visitor}).status_code)


def test_ten_wrong_passwords_stop_that_visitor_and_nobody_else(client: Client, owner: User, settings: Any) -> None:
    settings.IS_HTTPS = True  # the proxy on this machine says who comes

    wrong = [_tries(client, "wrong", "203.0.113.9") for _ in range(LIMIT + 1)]

    assert set(wrong[: LIMIT - 1]) == {200}
    assert wrong[LIMIT] == 429
    assert _tries(client, PASSWORD, "203.0.113.9") == 429
    assert _tries(client, PASSWORD, "198.51.100.1, 203.0.113.9") == 429  # what the visitor adds in front counts nothing
    assert _tries(Client(), PASSWORD, "198.51.100.1") == 302


@pytest.mark.parametrize("made_up", ["198.51.100.{}", "nonsense{}"])
def test_a_made_up_address_gives_no_more_tries(client: Client, owner: User, made_up: str) -> None:
    """Without https nobody is taken for a proxy."""
    statuses = [_tries(client, "wrong", made_up.format(number)) for number in range(LIMIT + 1)]

    assert statuses[LIMIT] == 429


def test_an_unknown_name_is_answered_as_a_known_one(client: Client, owner: User) -> None:
    def page(name: str) -> str:
        text = client.post(PATH, {"username": name, "password": "wrong"}).text
        return text.replace(name, "").split("csrfmiddlewaretoken")[0]

    assert page("owner") == page("nowner")
