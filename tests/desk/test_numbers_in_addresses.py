"""A number in an address may be anything that somebody typed: no page breaks over it."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse

from groups.models import Group
from wbscanner.desk.urls import urlpatterns

pytestmark = pytest.mark.django_db

ODD = ["²", "٣", "9" * 30, "9" * 5_000, "-1", "1e3", " 1", "0x1", "\x00"]
ADDRESSES = [
    "/desk/queue/?page={}",
    "/desk/queue/fresh/?page={}",
    "/desk/audit/?group={}",
    "/desk/audit/?after={}-{}",
    "/desk/check/?scan={}",
    "/desk/privacy/ledger/?before={}",
    "/desk/set-up/groups/?number={}",
    "/admin/groups/group/{}/change/",
]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("number", ODD, ids=[f"odd{at}" for at in range(len(ODD))])
def test_no_page_breaks_over_it(as_owner: Client, address: str, number: str) -> None:
    assert as_owner.get(address.replace("{}", quote(number))).status_code < 500


@pytest.mark.parametrize("number", ODD, ids=[f"odd{at}" for at in range(len(ODD))])
def test_no_form_breaks_over_it(as_owner: Client, group: Group, number: str) -> None:
    asked = {"group": number, "groups": number, "chosen": number, "link": number, "answer": "fine", "where": number}

    for name in ("desk:decide", "desk:set-up-groups"):
        assert as_owner.post(reverse(name), asked).status_code < 500


def routes() -> list[str]:
    """Every address of the desk that holds a number."""
    found = [str(pattern.pattern) for pattern in urlpatterns]
    return sorted(route for route in found if "<int:" in route)


@pytest.mark.parametrize("route", routes())
@pytest.mark.parametrize("number", ["0", "9" * 30])
def test_no_number_inside_an_address_breaks_a_page(as_owner: Client, route: str, number: str) -> None:
    address = re.sub(r"<int:\w+>", number, route)

    for method in (as_owner.get, as_owner.post):
        assert method(f"/{re.sub(r'<[^>]*>', 'x', address)}").status_code < 500
