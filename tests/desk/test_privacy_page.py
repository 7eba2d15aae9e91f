from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format
from pytest_django import DjangoAssertNumQueries

from groups.models import Group
from scans.models import Disclosure, DisclosureKind, Feed, FeedState
from tests.factories import make_group, make_scan, make_sighting
from waclient.client import Person
from waclient.models import Erasure, Sighting
from waclient.recording import person_key
from wbscanner.models import AuditEntry

PAGE, PEOPLE, FILE, RECORD = (
    "/desk/privacy/",
    "/desk/privacy/people/",
    "/desk/privacy/ledger.csv",
    "/desk/privacy/record/",
)
EXPORT, ERASE = f"{PEOPLE}export/", f"{PEOPLE}erase/"
NUMBER = "+49 151 12345678"
KEY = person_key(Person("4915112345678@s.whatsapp.net"))


@pytest.fixture
def told(db: None) -> None:
    now = timezone.now()
    scan, older = make_scan("https://fresh.example/"), make_scan("https://older.example/")
    Disclosure.objects.create(scan=scan, kind=DisclosureKind.HOST, provider="quad9", at=now)
    Disclosure.objects.create(scan=scan, kind=DisclosureKind.VISIT, at=now)
    Disclosure.objects.create(scan=older, kind=DisclosureKind.HOST, provider="=rdap", at=now - timedelta(days=9))


def read(client: Client, url: str) -> str:
    response = client.get(url)
    return b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]


def rows_on(page: str) -> int:
    """How many rows of the ledger a page shows: each leads to its scan."""
    return len(re.findall(r'href="/admin/scans/scan/\d+/change/"', page))


def about(client: Client, **asked: object) -> str:
    page = client.post(PEOPLE, asked).text
    return re.search(r'name="about" value="([^"]+)"', page)[1]  # type: ignore[index]


def test_the_ledger_shows_what_left_and_each_count_leads_to_its_rows(as_owner: Client, told: None) -> None:
    page = as_owner.get(PAGE).text

    assert "quad9" in page
    assert "?kind=host&amp;provider=quad9#ledger" in page
    only = as_owner.get(f"{PAGE}?kind=host&provider=quad9").text
    assert rows_on(only) == 1
    week = as_owner.get(f"{PAGE}?days=7").text
    assert rows_on(week) == 2


@pytest.mark.parametrize("query", ["?kind=x", "?days=x&before=²", "?before=99999999999999999999", "?provider=%00"])
def test_a_filter_that_makes_no_sense_shows_a_page(as_owner: Client, told: None, query: str) -> None:
    assert as_owner.get(PAGE + query).status_code == 200


def test_the_ledger_is_read_page_by_page(as_owner: Client) -> None:
    scan = make_scan()
    Disclosure.objects.bulk_create(Disclosure(scan=scan, kind=DisclosureKind.VISIT) for _number in range(51))

    first = as_owner.get(PAGE).text
    older = re.search(r'href="\?(before=\d+)#ledger"', first)[1]  # type: ignore[index]

    assert rows_on(as_owner.get(f"{PAGE}?{older}").text) == 1


def test_the_file_has_the_filtered_rows_without_formulas_and_without_links(as_owner: Client, told: None) -> None:
    lines = read(as_owner, f"{FILE}?kind=host").splitlines()

    assert lines[0] == "when,what,to whom,host,scan"
    assert len(lines) == 3
    assert ",host,'=rdap,older[.]example," in lines[2] or ",host,'=rdap,older[.]example," in lines[1]
    assert AuditEntry.objects.get(action="ledger.export").target == "kind=host"


def test_what_is_stored_is_counted_with_its_oldest_row_and_its_period(as_owner: Client, group: Group) -> None:
    make_sighting(group, received_at=timezone.now() - timedelta(days=170))
    make_sighting(group, received_at=timezone.now() - timedelta(days=190))

    page = re.sub(r"\s+", " ", as_owner.get(PAGE).text)

    line = page[page.index("links seen, with code names") :][:900]
    assert "2 rows" in line
    assert "Kept for 180 days. <code>RETENTION_DAYS</code>" in line
    assert "1 row is older" in line


def test_the_page_asks_few_questions(
    as_owner: Client, told: None, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    as_owner.get("/desk/me/")  # the first page of a login also writes when it began
    with django_assert_max_num_queries(15):
        as_owner.get(PAGE)


@pytest.mark.parametrize("url", [PAGE, PEOPLE, FILE, RECORD])
def test_privacy_is_the_owners_alone(as_moderator: Client, client: Client, url: str) -> None:
    assert as_moderator.get(url).status_code == 403
    assert client.get(url).status_code == 302


@pytest.mark.parametrize("url", [PEOPLE, EXPORT, ERASE])
def test_nobody_else_may_ask_about_people(as_moderator: Client, group: Group, url: str) -> None:
    assert as_moderator.post(url, {"group": group.pk}).status_code == 403


def test_a_number_shows_what_is_stored_and_is_itself_stored_nowhere(as_owner: Client, group: Group) -> None:
    make_sighting(group, sender=KEY)

    page = as_owner.post(PEOPLE, {"number": NUMBER}).text

    assert KEY[:8] in page
    assert "<b>1</b> sightings" in page
    assert "12345678" not in str(list(AuditEntry.objects.values())) + str(list(Sighting.objects.values()))
    assert "neither a telephone number" in as_owner.post(PEOPLE, {"number": "anna"}).text


def test_the_sender_of_a_link_is_found_without_a_number(as_owner: Client, group: Group) -> None:
    sighting = make_sighting(group, sender=KEY)

    assert KEY[:8] in as_owner.get(f"{PEOPLE}?sighting={sighting.pk}").text


def test_a_member_is_given_a_file_of_everything(as_owner: Client, group: Group) -> None:
    make_sighting(group, sender=KEY)

    response = as_owner.post(EXPORT, {"about": about(as_owner, number=NUMBER)})

    assert response["Content-Disposition"] == 'attachment; filename="member.json"'
    assert len(json.loads(b"".join(response.streaming_content))["sightings"]) == 1  # type: ignore[attr-defined]
    assert AuditEntry.objects.get(action="member.export").target == ""


def test_a_group_is_erased_only_when_its_name_was_typed(as_owner: Client, group: Group) -> None:
    make_sighting(group)
    token = about(as_owner, group=group.pk)

    as_owner.post(ERASE, {"about": token, "typed": "coro"})
    assert not Erasure.objects.exists()

    as_owner.post(ERASE, {"about": token, "typed": "Coro Aurora"})
    assert not Group.objects.exists()
    assert "Done" in as_owner.get(PEOPLE).text


@pytest.mark.parametrize("url", [EXPORT, ERASE])
def test_whom_it_is_about_cannot_be_made_up(as_owner: Client, group: Group, url: str) -> None:
    assert as_owner.post(url, {"about": f'{{"group": {group.pk}}}', "typed": "Coro Aurora"}).status_code == 404
    assert Group.objects.exists()


def test_a_moderator_prints_the_notice_of_their_group_in_its_language_and_no_other(
    as_moderator: Client, group: Group
) -> None:
    group.language = "de"
    group.save(update_fields=["language"])

    page = as_moderator.get(f"/desk/groups/{group.pk}/notice/").text

    assert 'lang="de"' in page
    assert "(180 Tage)" in page
    assert "Quad9" in page
    assert as_moderator.get(f"/desk/groups/{make_group().pk}/notice/").status_code == 404


def test_the_notice_of_a_group_that_tells_nobody_says_so(as_owner: Client, group: Group) -> None:
    group.ceiling = "nothing"
    group.save(update_fields=["ceiling"])

    page = as_owner.get(f"/desk/groups/{group.pk}/notice/").text

    assert "No service is asked" in page
    assert "Links are not opened for this group" in page
    assert "Quad9" not in page


def test_the_record_calls_lists_by_their_names_and_writes_days_as_the_language_does(
    as_owner: Client, feed: Feed
) -> None:
    Feed.objects.exclude(pk=feed.pk).update(state=FeedState.OFF)
    Feed.objects.filter(pk=feed.pk).update(state=FeedState.ON, name="a_code", title="A list of scams")

    page = as_owner.get(RECORD).text

    assert "<td><bdi>A list of scams</bdi></td>" in page
    assert date_format(timezone.localdate(), "DATE_FORMAT") in page


def test_the_record_names_the_services_that_are_on_and_what_is_kept(as_owner: Client, group: Group) -> None:
    make_sighting(group)

    page = as_owner.get(RECORD).text

    assert "Quad9" in page
    assert "VirusTotal" not in page  # no key
    assert "Links seen, with code names" in page
    assert "180 days" in page
