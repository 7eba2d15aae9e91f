"""What of the audit trail is found: by whom, what, in which group, when; each filter is an address."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client

from groups.models import Group
from tests.desk.test_audit_page import PAGE, says
from tests.factories import make_group
from wbscanner import audit, house
from wbscanner.house import House
from wbscanner.models import AuditEntry

NOW = "2026-11-30T10:00:00+00:00"


def write(target: str, at: str = "", actor: str = "ana", action: str = "setup.note", *groups: Group) -> AuditEntry:
    entry = audit.record(actor, action, target, group_ids=[str(group.pk) for group in groups])
    if at:
        AuditEntry.objects.filter(pk=entry.pk).update(at=datetime.fromisoformat(at))
    return entry


def found(client: Client, **asked: str) -> list[str]:
    """The targets that are found, the newest first."""
    return [line.rpartition(" ")[2] for line in says(client, **asked)]


def test_a_person_is_found_by_their_exact_name(as_owner: Client) -> None:
    write("one", actor="ana")
    write("two", actor="ana maria")

    assert found(as_owner, who="ana") == ["one"]
    assert found(as_owner, who="an") == []


def test_an_action_is_found_alone_or_with_all_of_its_topic(as_owner: Client) -> None:
    write("one", action="override.export")
    write("two", action="setup.note")
    write("three", action="setup.owner")

    assert len(found(as_owner, what="setup.note")) == 1
    assert len(found(as_owner, what="all:house")) == 2
    assert len(found(as_owner, what="all:taken-out")) == 1
    assert found(as_owner, what="all:nothing") == []


def test_a_group_is_found_by_its_whole_number(as_owner: Client, group: Group) -> None:
    other = make_group()
    write("one", "", "ana", "setup.note", group, other)
    write("two", "", "ana", "setup.note", other)
    audit.record("x", "setup.note", "three", group_ids=[f"1{group.pk}"])

    assert found(as_owner, group=str(group.pk)) == ["one"]


def test_a_foreign_groups_number_finds_nothing_not_even_shared_entries(as_moderator: Client, group: Group) -> None:
    foreign = make_group("Stranger group")
    write("one", "", "ana", "setup.note", group, foreign)

    page = as_moderator.get(PAGE, {"group": str(foreign.pk)}).text

    assert "You see no such group" in page
    assert "Stranger" not in page
    assert found(as_moderator, group=str(foreign.pk)) == []
    assert len(says(as_moderator, group=str(group.pk))) == 1


@pytest.mark.parametrize("word", ["evil.example", "evil[.]example", "EVIL", "l.ex", "bridge"])
def test_a_host_is_found_as_people_write_it_and_an_actor_by_part_of_the_name(as_owner: Client, word: str) -> None:
    write("evil[.]example", actor="token:bridge")
    write("other[.]example")

    assert found(as_owner, q=word) == ["evil[.]example"]


def test_a_target_that_is_not_shown_is_not_found_either(as_moderator: Client, group: Group) -> None:
    write("secretive", "", "ana", "setup.note", group, make_group())
    write("own", "", "ana", "setup.note", group)

    assert says(as_moderator, q="secretive") == []
    assert found(as_moderator, q="own") == ["own"]


@time_machine.travel(NOW, tick=False)
def test_a_span_ends_now_and_today_begins_at_the_desks_midnight(as_owner: Client) -> None:
    house.choose(House(language="en", time_zone="Asia/Tokyo"), by="x")  # 19:00 there
    AuditEntry.objects.all().delete()
    for target, at in [
        ("today", "2026-11-29T15:00:01+00:00"),
        ("yesterday", "2026-11-29T14:59:59+00:00"),
        ("week", "2026-11-23T10:00:01+00:00"),
        ("month", "2026-11-23T09:59:59+00:00"),
        ("older", "2026-10-31T09:59:59+00:00"),
    ]:
        write(target, at)

    assert found(as_owner, span="today") == ["today"]
    assert found(as_owner, span="7") == ["today", "yesterday", "week"]
    assert found(as_owner, span="30") == ["today", "yesterday", "week", "month"]
    assert len(found(as_owner, span="")) == len(found(as_owner, span="x")) == 5


@time_machine.travel(NOW, tick=False)
def test_from_and_to_are_whole_days_of_the_desks_clock_and_go_before_a_span(as_owner: Client) -> None:
    house.choose(House(language="en", time_zone="America/Sao_Paulo"), by="x")
    AuditEntry.objects.all().delete()
    zone = ZoneInfo("America/Sao_Paulo")
    for day, hour in [(9, 23), (10, 0), (11, 23), (12, 0)]:
        write(f"d{day}h{hour}", datetime(2026, 11, day, hour, 30, tzinfo=zone).isoformat())

    assert found(as_owner, **{"from": "2026-11-10", "to": "2026-11-11", "span": "today"}) == ["d11h23", "d10h0"]
    assert found(as_owner, **{"from": "2026-11-12"}) == ["d12h0"]
    assert found(as_owner, to="2026-11-09") == ["d9h23"]


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"from": "yesterday"}, "This is no date"),
        ({"to": "2026-02-30"}, "This is no date"),
        ({"from": "0001-01-01"}, "This is no date"),
        ({"to": "9999-12-31"}, "This is no date"),
        ({"from": "2026-11-12", "to": "2026-11-11"}, "exchange the two dates"),
        ({"group": "x"}, "You see no such group"),
        ({"group": "²"}, "You see no such group"),
        ({"group": "9" * 30}, "You see no such group"),
    ],
)
def test_a_slip_in_a_filter_shows_nothing_and_says_why(as_owner: Client, asked: dict[str, str], why: str) -> None:
    write("one")

    page = as_owner.get(PAGE, asked).text

    assert why in page
    assert '<details class="box find" open>' in page
    assert found(as_owner, **asked) == []


@pytest.mark.parametrize("text", ["\0", "%", "'", "\\", "a" * 3000])
def test_any_text_may_be_asked_for(as_owner: Client, text: str) -> None:
    for name in ("who", "what", "q", "span"):
        assert as_owner.get(PAGE, {name: text}).status_code == 200


def test_what_is_in_use_is_named_and_taken_off_one_by_one(as_owner: Client, group: Group) -> None:
    write("one", "", "ana", "setup.note", group)
    asked = {"who": "ana", "what": "all:house", "group": str(group.pk), "q": "one", "from": "2026-01-02"}

    used = re.search(r'<ul class="used".*?</ul>', as_owner.get(PAGE, asked).text, re.DOTALL)

    assert used is not None
    names = re.findall(r"<bdi>(.*?)</bdi>", used[0])
    assert names == ["ana", "Phone and installation", "Coro Aurora", "with “one”", "from 2 January 2026"]
    assert f"?what=all%3Ahouse&amp;group={group.pk}&amp;q=one&amp;from=2026-01-02" in used[0]


def test_times_keep_the_other_filters(as_owner: Client) -> None:
    page = as_owner.get(PAGE, {"who": "ana", "from": "2026-01-02", "span": "7"}).text

    assert 'href="?who=ana&amp;span=7"' in page
    assert 'href="?who=ana" ' in page or 'href="?who=ana">' in page
    assert 'aria-current="true">Any time' not in page


def test_the_form_shows_what_is_chosen(as_owner: Client, group: Group) -> None:
    write("one", "", "ana", "link.fine", group)

    page = as_owner.get(PAGE, {"who": "ana", "what": "link.fine", "group": str(group.pk), "q": "x"}).text

    assert '<option value="ana" selected>' in page
    assert '<option value="link.fine" selected>… said that … is fine</option>' in page
    assert f'<option value="{group.pk}" selected>Coro Aurora</option>' in page
    assert 'name="q" value="x"' in page


def test_people_and_groups_are_offered_as_far_as_their_reader_sees_them(as_moderator: Client, group: Group) -> None:
    write("one", "", "ana", "setup.note", group)
    write("two", "", "stranger", "setup.note", make_group("Stranger group"))
    write("three", actor="owner")

    page = as_moderator.get(PAGE).text

    assert '<option value="ana">' in page
    assert "tranger" not in page
    assert '<option value="owner">' not in page
