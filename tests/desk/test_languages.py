"""In which language and by which clock a page of the desk is read, and what keeps speaking as it did."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone, translation

from tests.desk.conftest import client_of
from tests.factories import make_group, make_scan
from wbscanner import auth, house
from wbscanner.auth import Scope
from wbscanner.house import House
from wbscanner.models import Reader
from wbscanner.moments import moment

pytestmark = pytest.mark.django_db
GERMAN = {"Accept-Language": "it-IT,de-AT;q=0.8,fr;q=0.5"}


def language_of(page: object) -> tuple[str, bool, str]:
    """What the page says of itself: its language, whether it is written from the right, and its header."""
    html, headers = page.content.decode(), page.headers  # type: ignore[attr-defined]
    start = html[html.index("<html") :][:200]
    language = start.partition('lang="')[2].partition('"')[0]
    return language, 'dir="rtl"' in start, headers["Content-Language"]


@pytest.mark.parametrize("path", ["/admin/login/", "/login/nothing/", "/setup/gone/"])
def test_whoever_is_not_logged_in_reads_the_first_language_of_the_browser_that_the_desk_has(
    client: Client, path: str
) -> None:
    assert language_of(client.get(path, headers=GERMAN)) == ("de", False, "de")
    assert language_of(client.get(path)) == ("en", False, "en")
    assert language_of(client.get(path, headers={"Accept-Language": "zu, xx;q=0.4, *;q=0.1"}))[0] == "en"


def test_a_language_chosen_before_the_login_stays_in_the_browser(client: Client) -> None:
    chosen = client.get("/admin/login/?next=/desk/queue/&language=ar", headers=GERMAN)

    assert language_of(chosen) == ("ar", True, "ar")
    assert 'name="next" value="/desk/queue/"' in chosen.content.decode()
    assert language_of(client.get("/admin/login/", headers=GERMAN))[0] == "ar"
    assert language_of(client.get("/admin/login/?language=zz", headers=GERMAN))[0] == "ar"


def test_what_a_person_chose_is_kept_with_the_account_on_every_device(as_owner: Client, owner: User) -> None:
    answer = as_owner.post("/desk/me/reading/", {"language": "fr", "next": "/desk/queue/?show=all"})

    assert (answer.status_code, answer.headers["Location"]) == (302, "/desk/queue/?show=all")
    assert language_of(as_owner.get("/desk/me/", headers=GERMAN))[0] == "fr"
    assert language_of(client_of(owner).get("/desk/me/", headers=GERMAN))[0] == "fr"


def test_another_device_follows_within_a_minute(as_owner: Client, owner: User) -> None:
    phone = client_of(owner)
    assert language_of(phone.get("/desk/me/"))[0] == "en"
    Reader.objects.create(user=owner, language="fr")  # as another process does it

    with time_machine.travel(timezone.now() + timedelta(seconds=61), tick=False):
        assert language_of(phone.get("/desk/me/"))[0] == "fr"


def test_a_choice_leads_nowhere_else_and_refuses_what_is_not_there(as_owner: Client, owner: User) -> None:
    answer = as_owner.post("/desk/me/reading/", {"language": "de", "next": "https://evil.example/"})
    assert answer.headers["Location"] == "/desk/me/"
    as_owner.post("/desk/me/reading/", {"language": "it"})
    as_owner.post("/desk/me/reading/", {"time_zone": "Mars/Base"})

    row = Reader.objects.get(user=owner)
    assert (row.language, row.time_zone) == ("de", "")
    assert as_owner.get("/desk/me/reading/").status_code == 405


def test_a_stored_choice_that_is_there_no_more_gives_way(as_owner: Client, owner: User) -> None:
    Reader.objects.create(user=owner, language="zz", time_zone="Mars/Base")

    assert language_of(as_owner.get("/desk/me/", headers=GERMAN))[0] == "de"


def test_times_are_shown_by_the_readers_own_clock(as_owner: Client, owner: User) -> None:
    house.choose(House("en", "Europe/Madrid"), by="x")
    scan = make_scan("https://evil.example/")
    type(scan).objects.filter(pk=scan.pk).update(finished_at=datetime(2026, 6, 1, 22, 30, tzinfo=UTC))
    page = f"/admin/scans/scan/{scan.pk}/change/"

    assert "2026-06-02T00:30:00+02:00" in as_owner.get(page).content.decode()
    as_owner.post("/desk/me/reading/", {"time_zone": "America/Sao_Paulo", "language": "pt"})
    assert "2026-06-01T19:30:00-03:00" in as_owner.get(page).content.decode()


def test_a_page_is_not_kept_for_readers_of_another_language(as_owner: Client) -> None:
    kept_by = as_owner.get("/desk/queue/").headers["Vary"]

    assert {"Accept-Language", "Cookie"} <= {name.strip() for name in kept_by.split(",")}


def test_programs_are_answered_in_english(client: Client) -> None:
    _row, token = auth.issue_token("x", [Scope.OVERRIDE])
    answer = client.post(
        "/api/v1/overrides",
        {"kind": "host", "target": "http://x.example/y", "ruling": "deny"},
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}", **GERMAN},
    )

    assert "Write the host alone" in answer.content.decode()
    assert "Content-Language" not in answer.headers


def test_a_thread_that_served_a_page_speaks_english_again(as_owner: Client, owner: User) -> None:
    Reader.objects.create(user=owner, language="ar", time_zone="Asia/Tokyo")

    as_owner.get("/desk/queue/")

    assert translation.get_language() == "en"
    assert timezone.get_current_timezone_name() == "UTC"


def test_a_group_is_spoken_to_in_its_own_language_whoever_reads_the_page(as_owner: Client, owner: User) -> None:
    group = make_group("Los vecinos", language="es")
    Reader.objects.create(user=owner, language="de")

    page = as_owner.get(f"/desk/groups/{group.pk}/texts/").content.decode()

    assert 'lang="de"' in page
    assert "estafa" in page
    assert "Betrug" not in page.partition('id="preview-')[2]


def test_a_notice_for_the_members_is_printed_in_their_language(as_owner: Client, owner: User) -> None:
    Reader.objects.create(user=owner, language="de")

    assert language_of(as_owner.get(f"/desk/groups/{make_group(language='ar').pk}/notice/")) == ("ar", True, "ar")
    assert language_of(as_owner.get(f"/desk/groups/{make_group(language='hi').pk}/notice/")) == ("en", False, "en")
    assert language_of(as_owner.get("/desk/privacy/record/")) == ("de", False, "de")


@pytest.mark.parametrize(
    ("language", "written"),
    [("en", "2 June 2026, 00:30:05"), ("de", "2. Juni 2026, 00:30:05"), ("es", "2 de junio de 2026, 00:30:05")],
)
def test_dates_are_written_as_the_language_writes_them(language: str, written: str) -> None:
    with translation.override(language), timezone.override("Europe/Madrid"):
        assert written in moment(datetime(2026, 6, 1, 22, 30, 5, tzinfo=UTC))
