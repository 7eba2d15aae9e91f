"""The owner's page of one scan."""

from __future__ import annotations

import pytest

from scans.models import Disclosure, DisclosureKind
from tests.desk.conftest import client_of
from tests.desk.pages import row_url
from tests.factories import make_owner, make_scan

pytestmark = pytest.mark.django_db


def test_it_says_what_left_this_machine() -> None:
    opened, unopened = make_scan("https://a.example/"), make_scan("https://b.example/")
    Disclosure.objects.create(scan=opened, kind=DisclosureKind.VISIT)
    client = client_of(make_owner())

    pages = [client.get(row_url(scan)).content.decode() for scan in (opened, unopened)]

    assert all("What left this machine" in page for page in pages)
    assert "the link was opened" in pages[0]
    assert "the link was opened" not in pages[1]
    assert "Nothing." in pages[1]
