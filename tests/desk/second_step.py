"""An authenticator app for tests."""

from __future__ import annotations

import base64

from django.contrib.auth.models import User
from django.test import Client
from django_otp.oath import totp

from wbscanner import second_factor
from wbscanner.models import SecondFactor


def app_code(user: User, steps: int = 0) -> str:
    """What the app shows now, or some steps of 30 s later."""
    key = base64.b32decode(second_factor.key_of(SecondFactor.objects.get(user=user)))
    return f"{totp(key, drift=steps):06d}"


def enrol(user: User) -> list[str]:
    """Switch somebody's second factor on; the recovery codes."""
    second_factor.begin(user)
    codes = second_factor.confirm(user, app_code(user, -1))
    assert codes is not None
    return codes


def log_in(client: Client, user: User, password: str) -> str:
    """Where the first step leads."""
    answer = client.post("/admin/login/?next=/desk/queue/", {"username": user.username, "password": password})
    return answer.headers.get("Location", "")
