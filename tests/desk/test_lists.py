from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from groups.models import Group
from tests.desk.pages import list_url, registered, row_url, rows_of_group, rows_of_installation
from tests.factories import make_group, make_moderator, make_scan, make_sighting
from waclient.models import Campaign, Connection, QueueItem, Sighting

FEW, MANY = 3, 50
pytestmark = pytest.mark.django_db


def queries_of(client: Client, model: type[Model]) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(list_url(model)).status_code == 200
    return len(queries)


def fill(numbers: range) -> None:
    for number in numbers:
        group = make_group(f"Group {number}")
        rows_of_group(group, "shop", number)
        make_moderator(group, username=f"user{number}")
        rows_of_installation(group, "shop", number)


def test_no_list_asks_the_database_once_a_row(as_owner: Client) -> None:
    fill(range(1, FEW + 1))
    as_owner.get("/desk/me/")  # the first page of a login also writes when it began
    few = {model: queries_of(as_owner, model) for model in registered()}
    fill(range(FEW + 1, MANY + 1))

    many = {model: queries_of(as_owner, model) for model in registered()}

    assert many == few
    for model in set(registered()) - {Connection, Group}:
        asked = {"reach": "all"} if model is Campaign else {}  # of itself it leaves out single links
        rows = len(as_owner.get(list_url(model), asked).context["cl"].result_list)
        assert rows >= min(MANY, 50) - 1, model


def test_a_moderators_lists_ask_no_more_with_many_rows(as_moderator: Client, group: Group) -> None:
    rows_of_group(group, "shop", 1)
    Connection.get()
    as_moderator.get("/desk/me/")
    few = {model: queries_of(as_moderator, model) for model in (Sighting, QueueItem)}
    for number in range(2, MANY):
        rows_of_group(group, "shop", number)

    assert {model: queries_of(as_moderator, model) for model in (Sighting, QueueItem)} == few


@pytest.mark.parametrize("term", ["shop", "%", "'", "\\", "a" * 300])
def test_every_search_answers(as_owner: Client, group: Group, term: str) -> None:
    rows_of_group(group)
    rows_of_installation(group)

    assert {as_owner.get(list_url(model), {"q": term}).status_code for model in registered()} == {200}


def test_every_filter_offered_answers(as_owner: Client, group: Group) -> None:
    rows_of_group(group)
    rows_of_installation(group)
    for model in registered():
        changelist = as_owner.get(list_url(model)).context["cl"]
        choices = [choice for spec in changelist.filter_specs for choice in spec.choices(changelist)]
        for query in {choice["query_string"] for choice in choices if choice.get("query_string")}:
            assert as_owner.get(list_url(model) + query).status_code == 200, query


def test_hosts_and_urls_are_defanged_everywhere(as_owner: Client, group: Group) -> None:
    scan = make_scan("https://user:pw@pay.evil-parcel.example.com/track?id=1")
    sighting = make_sighting(group, scan)
    urls = [list_url(type(scan)), list_url(Sighting), row_url(scan), row_url(sighting)]

    for page in (as_owner.get(url).text for url in urls):
        assert "evil-parcel" in page
        assert "evil-parcel.example" not in page
        assert "https://pay" not in page
        assert not re.search(r"<[^>]*evil-parcel[^>]*>", page)


@pytest.mark.parametrize(
    ("verdict", "word"),
    [("malicious", "Dangerous"), ("suspicious", "Suspicious"), ("unknown", "Not checked"), ("benign", "Nothing found")],
)
def test_a_verdict_is_a_word_and_a_shape(as_owner: Client, group: Group, verdict: str, word: str) -> None:
    scan = make_scan()
    type(scan).objects.update(verdict=verdict)
    make_sighting(group, scan, verdict=verdict)

    for page in (as_owner.get(list_url(type(scan))).text, as_owner.get(list_url(Sighting)).text):
        mark = page.partition('<span class="mark')[2].partition("</span>")[0]
        assert "<svg" in mark
        assert mark.endswith(word)
        assert "safe" not in re.sub(r"<script.*?</script>", "", page).lower()


def test_times_are_relative_with_the_date_in_their_title(as_owner: Client, group: Group) -> None:
    make_sighting(group, make_scan())

    page = as_owner.get(list_url(Sighting)).text

    assert re.search(r'<time datetime="[^"]+" title="\d+ \w+ \d{4}, [\d:]+">\d+ s ago</time>', page)


def test_the_dashboards_numbers_lead_to_as_many_rows(as_moderator: Client, group: Group) -> None:
    for number in range(3):
        rows_of_group(group, "shop", number)
    rows_of_group(make_group(), "shop", 9)

    page = as_moderator.get("/admin/")
    found = re.findall(r'<a href="([^"]+)"><b>(\d+)</b>', page.text)

    assert ("/desk/queue/", "3") in found
    for url, number in found:
        context = as_moderator.get(unescape(url)).context
        count = context["count"] if url.startswith("/desk/") else context["cl"].result_count
        assert count == int(number), url


def test_a_worker_that_does_not_work_is_seen_on_the_dashboard(as_owner: Client) -> None:
    assert "waits to be checked" not in as_owner.get("/admin/").text
    make_scan("https://late.example/", None, at=timezone.now() - timedelta(minutes=1))

    assert "1 link waits to be checked" in as_owner.get("/admin/").text


def test_every_list_names_its_table_for_who_cannot_see_it(as_owner: Client) -> None:
    group = make_group("Coro Aurora")
    rows_of_group(group, "shop", 1)
    rows_of_installation(group, "shop", 1)

    for model in registered():
        page = as_owner.get(list_url(model)).text
        if 'id="result_list"' in page:
            assert "<caption" in page.split('id="result_list"')[1].split("<thead")[0], model
