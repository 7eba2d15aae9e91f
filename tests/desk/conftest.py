from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group as Role
from django.contrib.auth.models import User
from django.test import Client

from groups.models import Group
from scans.lists import rows as list_rows
from scans.models import Feed, FeedState
from tests.factories import make_group, make_moderator, make_owner
from wbscanner.setup import make_roles

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture(autouse=True)
def light_settings(settings: Any, tmp_path: Path) -> None:
    """Static files without a manifest, so that no test needs collectstatic; a password hash that costs nothing."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    settings.STATIC_ROOT = tmp_path


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def with_role(user: User, name: str) -> User:
    make_roles()
    user.groups.add(Role.objects.get(name=name))
    return user


@pytest.fixture
def owner(db: None) -> User:
    return make_owner()


@pytest.fixture
def group(db: None) -> Group:
    return make_group("Coro Aurora")


@pytest.fixture
def moderator(group: Group) -> User:
    return with_role(make_moderator(group, username="mira"), "Moderators")


@pytest.fixture
def as_owner(owner: User) -> Client:
    return client_of(owner)


@pytest.fixture
def as_moderator(moderator: User) -> Client:
    return client_of(moderator)


@pytest.fixture
def own_data_folder(settings: Any, tmp_path: Path) -> None:
    """What is written below the data folder stays with the test."""
    settings.DATA_DIR = tmp_path


@pytest.fixture
def feed(db: None) -> Feed:
    """A list that comes with the program, needs no key and is off."""
    list_rows.sync()
    sources = {feed: list_rows.source_of(feed) for feed in Feed.objects.all()}
    feed = next(feed for feed, source in sources.items() if source and not source.key_name and source.url)
    feed.state = FeedState.OFF
    feed.save(update_fields=["state"])
    return feed
