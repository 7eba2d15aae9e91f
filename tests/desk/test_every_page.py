from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from tests.desk.every_page import tour
from tests.desk.payloads import HARMLESS, fill

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_data_folder")]


def test_every_route_of_the_site_is_opened_in_a_browser_or_named_as_no_page(owner: User, settings: Any) -> None:
    settings.IS_SIMULATED = True

    found = tour(owner, fill(HARMLESS, 1))

    names = {address.name for address in found.addresses}
    assert {"queue", "link", "index", "waclient-sighting-changelist", "login"} <= names | {"link"}
