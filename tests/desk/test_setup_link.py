from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from tests.factories import PASSWORD, make_owner
from wbscanner.models import AuditEntry, Setting
from wbscanner.setup import ROLES, SETUP_LINK, make_roles, make_setup_link

pytestmark = pytest.mark.django_db

FORM = {"username": "ada", "password1": PASSWORD, "password2": PASSWORD, "email": ""}


def path_of(link: str | None) -> str:
    assert link is not None
    return link.removeprefix("http://127.0.0.1:8000")


def token_of(link: str | None) -> str:
    return path_of(link).split("/")[2]


def test_the_link_makes_the_first_owner_logs_them_in_and_is_gone(client: Client) -> None:
    path = path_of(make_setup_link())

    form = client.get(path)
    made = client.post(path, FORM)
    desk = client.get(made.headers["Location"], follow=True)

    assert form.status_code == 200
    owner = User.objects.get()
    assert (owner.username, owner.is_superuser, owner.is_staff) == ("ada", True, True)
    assert owner.check_password(PASSWORD)
    assert desk.status_code == 200
    assert AuditEntry.objects.get().action == "setup.owner"
    for method in (Client().get, Client().post):
        gone = method(path, FORM)
        assert gone.status_code == 410
        assert "Log in" in gone.text
    assert make_setup_link() is None
    assert not Setting.objects.filter(key=SETUP_LINK).exists()


def test_only_a_hash_of_the_link_is_stored() -> None:
    token = token_of(make_setup_link())

    stored = str(list(Setting.objects.values()))

    assert len(token) >= 43  # 256 bits
    assert token not in stored


def test_a_newer_link_replaces_the_older_one(client: Client) -> None:
    old, new = path_of(make_setup_link()), path_of(make_setup_link())

    assert old != new
    assert client.post(old, FORM).status_code == 410
    assert client.get(new).status_code == 200
    assert not User.objects.exists()


@pytest.mark.parametrize("path", ["/setup/x/", "/setup/%00/", "/setup/ü/", "/setup/" + "a" * 3000 + "/"])
def test_a_guessed_link_is_gone_whether_or_not_one_was_made(client: Client, path: str) -> None:
    before = client.get(path).status_code
    make_setup_link()

    assert (before, client.get(path).status_code) == (410, 410)


def test_the_page_is_not_stored_and_leaves_no_referrer(client: Client) -> None:
    response = client.get(path_of(make_setup_link()))

    assert "no-store" in response.headers["Cache-Control"]
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert "unsafe" not in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "wrong",
    [{"password1": "short", "password2": "short"}, {"password2": "another long password"}, {"username": ""},
     {"username": "adalovelace1815", "password1": "adalovelace1815", "password2": "adalovelace1815"}],
)  # fmt: skip
def test_a_weak_or_mistyped_password_is_refused_and_the_link_stays(client: Client, wrong: dict[str, str]) -> None:
    path = path_of(make_setup_link())

    response = client.post(path, {**FORM, **wrong})

    assert response.status_code == 200
    assert 'role="alert"' in response.text
    assert not User.objects.exists()
    assert client.post(path, FORM).status_code == 302


def test_an_owner_made_elsewhere_ends_the_link(client: Client) -> None:
    path = path_of(make_setup_link())
    make_owner()

    assert client.post(path, FORM).status_code == 410
    assert make_setup_link() is None


def run(code: str, folder: Path) -> subprocess.Popen[str]:
    """A process of its own, on a database file of its own."""
    ours = {"DJANGO_SETTINGS_MODULE": "wbscanner.settings", "DATA_DIR": str(folder), "DATABASE_URL": ""}
    environment = {**os.environ, **ours}
    start = "import django, sys, time; django.setup()\n"
    command = [sys.executable, "-c", start + code]
    return subprocess.Popen(command, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


CLAIM = """
from wbscanner.setup import LinkGone, become_owner
print("ready", flush=True)
token = sys.stdin.readline().strip()
try:
    become_owner(token, sys.stdin.readline().strip(), "correct horse battery staple")
    print("owner")
except LinkGone:
    print("gone")
"""
PREPARE = """
from django.core.management import call_command
from wbscanner.setup import make_setup_link
call_command("migrate", verbosity=0)
print(make_setup_link())
"""
COUNT = """
from django.contrib.auth.models import User
print(User.objects.filter(is_superuser=True).count())
"""


def test_of_two_processes_at_once_only_one_becomes_owner(tmp_path: Path) -> None:
    link, _errors = run(PREPARE, tmp_path).communicate(timeout=60)
    rivals = [run(CLAIM, tmp_path) for _name in range(2)]
    for rival in rivals:
        assert rival.stdout is not None
        assert rival.stdout.readline() == "ready\n"

    for rival, name in zip(rivals, ("ada", "bob"), strict=True):
        assert rival.stdin is not None
        rival.stdin.write(f"{token_of(link.strip())}\n{name}\n")
        rival.stdin.flush()
    outcomes = sorted(rival.communicate(timeout=60)[0].strip() for rival in rivals)

    assert outcomes == ["gone", "owner"]
    assert run(COUNT, tmp_path).communicate(timeout=60)[0].strip() == "1"


def test_roles_have_exactly_their_rights_and_may_be_made_again() -> None:
    make_roles()
    extra: Any = Group.objects.get(name="Viewers")
    extra.permissions.set([])
    make_roles()

    rights = {
        role.name: {f"{right.content_type.app_label}.{right.codename}" for right in role.permissions.all()}
        for role in Group.objects.all()
    }
    assert rights == {name: set(wanted) for name, wanted in ROLES.items()}
