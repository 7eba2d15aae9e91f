from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone

from groups.models import Group
from tests.desk.conftest import client_of
from tests.factories import make_moderator
from waclient.models import Connection, Phase, Wish
from wbscanner.models import AuditEntry

pytestmark = pytest.mark.django_db

PAGE, LIVE = "/desk/phone/", "/desk/phone/live/"
SECRET = "https://wa.example/settings/linked_devices#2@secretref,noise,identity,advsecret"


def show(**values: object) -> None:
    Connection.write(**{"beat_at": timezone.now(), **values})


def show_qr(text: str = SECRET, number: int = 2, seconds: int = 14) -> None:
    now = timezone.now()
    ends = {"qr_expires_at": now + timedelta(seconds=seconds), "pairing_ends_at": now + timedelta(seconds=100)}
    show(phase=Phase.PAIRING, qr_text=text, qr_number=number, **ends)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"phase": Phase.NEVER_PAIRED}, "No phone is linked yet"),
        ({"phase": Phase.STARTING}, "Connecting to WhatsApp"),
        ({"phase": Phase.PAIRING}, "Waiting for the phone"),
        ({"phase": Phase.CONNECTED}, "Linked and listening"),
        ({"phase": Phase.RECONNECTING}, "reconnecting"),
        ({"phase": Phase.UNREACHABLE, "retry_at": timedelta(minutes=5, seconds=30)}, "in 5 min"),
        ({"phase": Phase.STOPPED}, "The socket is stopped"),
        ({"phase": Phase.LOGGED_OUT}, "The phone has logged the bot out"),
        ({"phase": Phase.REPLACED}, "opened somewhere else"),
        ({"phase": Phase.BANNED, "banned_until": timedelta(hours=3, seconds=30)}, "in 3 h"),
        ({"phase": Phase.OUTDATED}, "WhatsApp refuses this version"),
        ({"phase": Phase.PAIRING_ENDED}, "The codes ran out"),
        ({"phase": Phase.CONNECTED, "beat_at": timedelta(seconds=-31)}, "The socket process is not running"),
        ({"phase": Phase.NEVER_PAIRED, "beat_at": None}, "The socket process is not running"),
    ],
)
def test_every_phase_has_a_sentence_on_the_page_and_the_dashboard(
    as_owner: Client, values: dict[str, Any], words: str
) -> None:
    now = timezone.now()
    show(**{name: now + value if isinstance(value, timedelta) else value for name, value in values.items()})

    assert words in as_owner.get(PAGE).text
    assert words in as_owner.get("/admin/").text


def test_every_phase_is_told_apart(as_owner: Client) -> None:
    pages = set()
    for phase in Phase:
        show(phase=phase)
        page = as_owner.get(LIVE).text
        pages.add(page.partition("<strong>")[2].partition("</strong>")[0])

    assert len(pages) == len(Phase)


def test_the_qr_code_is_drawn_as_a_picture_and_its_text_appears_nowhere(as_owner: Client) -> None:
    show_qr()

    page = as_owner.get(PAGE).text

    assert 'src="data:image/svg+xml' in page
    assert "secretref" not in page
    assert "code 2 of 6" in page
    assert 'data-seconds="14"' in page


def test_a_rotation_changes_the_picture_and_an_unchanged_state_sends_nothing(as_owner: Client) -> None:
    show_qr()
    first = as_owner.get(LIVE)
    seen = first.context["pairing"].digest

    same = as_owner.get(LIVE, {"by": "qr", "seen": seen})
    show_qr(f"{SECRET},other", number=3)
    rotated = as_owner.get(LIVE, {"by": "qr", "seen": seen})

    assert same.status_code == 204
    assert rotated.status_code == 200
    assert rotated.context["pairing"].qr != first.context["pairing"].qr
    assert "code 3 of 6" in rotated.text


@pytest.mark.parametrize(
    "values",
    [{"phase": Phase.CONNECTED}, {"qr_expires_at": timezone.now()}, {"beat_at": timezone.now() - timedelta(minutes=1)}],
)
def test_a_code_that_is_of_no_use_is_not_shown(as_owner: Client, values: dict[str, Any]) -> None:
    show_qr()
    show(**values)

    assert "data:image" not in as_owner.get(PAGE).text


def test_the_phone_code_is_shown_in_its_tab_only(as_owner: Client) -> None:
    show_qr()
    show(pair_code="R1HS-5XV3")

    code, qr = as_owner.get(PAGE, {"by": "code"}).text, as_owner.get(PAGE).text

    assert 'aria-label="Code: R1HS5XV3"' in code
    assert "R1HS5XV3" not in qr


@pytest.mark.parametrize("path", [PAGE, LIVE])
def test_nothing_of_the_page_is_stored(as_owner: Client, path: str) -> None:
    show_qr()

    assert "no-store" in as_owner.get(path).headers["Cache-Control"]


@pytest.mark.parametrize(
    ("phone", "stored"),
    [
        ("+34 600 000 000", "+34600000000"),
        ("0034-600-000-000", "+34600000000"),
        ("+49 (151) 2345.6789", "+4915123456789"),
    ],
)
def test_a_code_is_asked_for_with_an_international_number(as_owner: Client, phone: str, stored: str) -> None:
    response = as_owner.post(PAGE, {"wish": "code", "phone": phone})

    assert response.status_code == 302
    row = Connection.get()
    assert (row.wish, row.wish_phone) == (Wish.CODE, stored)
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.action) == ("owner", "phone.ask")
    assert stored not in str(entry.details)


@pytest.mark.parametrize(
    "phone", ["", "600000000", "+0600000000", "+34", "+34600000000000000", "+34 6a0", "+３４600000000"]
)
def test_a_number_that_is_not_international_is_refused(as_owner: Client, phone: str) -> None:
    show(phase=Phase.NEVER_PAIRED)

    response = as_owner.post(PAGE, {"wish": "code", "phone": phone})

    assert response.status_code == 200
    assert "country code" in response.text
    assert Connection.get().wish == Wish.NONE


@pytest.mark.parametrize("wish", ["qr", "connect"])
def test_a_qr_code_and_connecting_again_are_asked_for(as_owner: Client, wish: str) -> None:
    as_owner.post(PAGE, {"wish": wish, "phone": "+34600000000"})

    row = Connection.get()
    assert (row.wish, row.wish_phone) == (wish, "")


@pytest.mark.parametrize("wish", ["", "bogus"])
def test_an_unknown_wish_changes_nothing(as_owner: Client, wish: str) -> None:
    as_owner.post(PAGE, {"wish": wish})

    assert Connection.get().wish == Wish.NONE
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    ("values", "buttons"),
    [
        ({"phase": Phase.NEVER_PAIRED}, ["qr"]),
        ({"phase": Phase.LOGGED_OUT, "jid": "34600000000@s.whatsapp.net"}, ["qr"]),
        ({"phase": Phase.PAIRING_ENDED}, ["qr"]),
        ({"phase": Phase.UNREACHABLE}, ["qr"]),
        ({"phase": Phase.UNREACHABLE, "jid": "34600000000@s.whatsapp.net"}, ["connect"]),
        ({"phase": Phase.REPLACED}, ["connect"]),
        ({"phase": Phase.OUTDATED}, ["connect"]),
        ({"phase": Phase.BANNED, "banned_until": timezone.now() - timedelta(days=1)}, ["connect"]),
        ({"phase": Phase.BANNED, "banned_until": timezone.now() + timedelta(days=365)}, []),
        ({"phase": Phase.CONNECTED}, []),
        ({"phase": Phase.PAIRING}, []),
        ({"phase": Phase.NEVER_PAIRED, "wish": Wish.QR}, []),
        ({"phase": Phase.NEVER_PAIRED, "beat_at": None}, []),
    ],
)
def test_only_what_helps_now_is_offered(as_owner: Client, values: dict[str, Any], buttons: list[str]) -> None:
    show(**values)

    page = as_owner.get(PAGE).text

    assert [wish for wish in ("qr", "code", "connect") if f'name="wish" value="{wish}"' in page] == buttons


def test_the_page_needs_the_right_to_link(group: Group, owner: User) -> None:
    moderator = make_moderator(group)
    client = client_of(moderator)
    show_qr()

    refused = [
        client.get(PAGE).status_code,
        client.get(LIVE).status_code,
        client.post(PAGE, {"wish": "qr"}).status_code,
    ]
    moderator.user_permissions.add(Permission.objects.get(codename="change_connection"))
    client = client_of(User.objects.get(pk=moderator.pk))

    assert refused == [403, 403, 403]
    assert client.get(PAGE).status_code == 200
    assert Client().get(LIVE).status_code == 403
    assert Connection.get().wish == Wish.NONE


def test_the_connection_list_shows_no_pairing_secret(as_owner: Client) -> None:
    show_qr()
    show(pair_code="R1HS-5XV3", wish_phone="+34600000000")

    text = as_owner.get("/admin/waclient/connection/").text + as_owner.get("/admin/waclient/connection/1/change/").text

    for secret in ("secretref", "R1HS", "34600000000"):
        assert secret not in text


def test_a_first_try_without_a_network_says_why_it_failed(as_owner: Client) -> None:
    Connection.write(phase=Phase.NEVER_PAIRED, beat_at=timezone.now(), detail="failed to dial: no such host")

    page = as_owner.get("/desk/phone/")

    assert "failed to dial: no such host" in page.text


def test_a_mistyped_number_can_be_mended_while_its_code_is_shown(as_owner: Client) -> None:
    in_a_minute = timezone.now() + timedelta(minutes=1)
    Connection.write(
        phase=Phase.PAIRING, beat_at=timezone.now(), pair_code="ABCD-1234", pairing_ends_at=in_a_minute, qr_number=1
    )

    page = as_owner.get("/desk/phone/?by=code")

    assert 'name="phone"' in page.text
