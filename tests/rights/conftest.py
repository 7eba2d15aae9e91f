from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import transaction
from django.test import override_settings

from tests.rights.world import World, build

PLAIN_FILES = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}


@pytest.fixture(scope="module")
def world(
    django_db_setup: None, django_db_blocker: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """Built once for all tests of a module; each of them takes back what it wrote (tests.rights.asking)."""
    changes = {
        "DATA_DIR": tmp_path_factory.mktemp("data"),
        "STATIC_ROOT": tmp_path_factory.mktemp("static"),
        "STORAGES": {**settings.STORAGES, "staticfiles": PLAIN_FILES},
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
        "IS_SIMULATED": True,
    }
    with override_settings(**changes), django_db_blocker.unblock(), transaction.atomic():  # type: ignore[attr-defined]
        yield build()
        transaction.set_rollback(True)


@pytest.fixture(autouse=True, scope="module")
def nothing_is_logged() -> Iterator[None]:
    """Hundreds of refusals with their tracebacks cost more than asking for them."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)
