"""The audit trail as a file: what the filter finds, sent while it is read, harmless to spreadsheets, itself audited."""

from __future__ import annotations

import csv
import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from groups.models import Group
from tests.factories import make_group
from wbscanner import audit
from wbscanner.desk.audit import files
from wbscanner.desk.audit.files import Form
from wbscanner.models import AuditEntry

CSV, JSONL, PAGE = "/desk/audit/audit.csv", "/desk/audit/audit.jsonl", "/desk/audit/"
FORMULAS = ["=1+1", "＝1+1", "\t@x", " +1", '=HYPERLINK("http://evil")', "a;=1"]


def read(client: Client, url: str, **asked: str) -> str:
    response = client.get(url, asked)
    assert response.status_code == 200
    return b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text, newline="")))


def objects_of(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def fill(count: int) -> None:
    AuditEntry.objects.bulk_create(AuditEntry(actor="ana", action="setup.note", target=f"{n}") for n in range(count))


@pytest.mark.parametrize(("url", "kind"), [(CSV, "text/csv"), (JSONL, "application/jsonl")])
def test_a_file_is_an_attachment_with_the_day_in_its_name(as_owner: Client, url: str, kind: str) -> None:
    headers = as_owner.get(url).headers

    day, ending = timezone.localdate().isoformat(), url.rpartition(".")[2]
    assert headers["Content-Disposition"] == f'attachment; filename="audit-{day}.{ending}"'
    assert (headers["Content-Type"], headers["X-Content-Type-Options"]) == (f"{kind}; charset=utf-8", "nosniff")
    assert "no-store" in headers["Cache-Control"]


def test_a_csv_file_has_the_sentence_beside_the_facts(as_owner: Client, group: Group) -> None:
    audit.record("ana", "group.mute", "Coro Aurora", group_ids=[str(group.pk)], details={"minutes": 30})

    [row] = rows_of(read(as_owner, CSV))

    assert list(row) == list(files.HEAD)
    assert row.pop("at") == AuditEntry.objects.get(action="group.mute").at.isoformat()
    assert row == {
        "actor": "ana",
        "says": "ana muted the bot in Coro Aurora for 30 min",
        "action": "group.mute",
        "target": "Coro Aurora",
        "groups": "Coro Aurora",
        "group_ids": str(group.pk),
        "details": '{"minutes": 30}',
    }


def test_json_lines_have_the_fields_of_the_api_and_the_sentence(as_owner: Client, group: Group) -> None:
    entry = audit.record("token:b", "link.fine", "a[.]example\n", group_ids=[str(group.pk)], details={"covers": "url"})

    [found] = objects_of(read(as_owner, JSONL))

    assert found == {
        "id": entry.pk,
        "at": entry.at.isoformat(),
        "actor": "token:b",
        "says": "API token b said that a[.]example\\u000a is fine",
        "action": "link.fine",
        "target": "a[.]example\n",
        "groups": ["Coro Aurora"],
        "group_ids": [str(group.pk)],
        "details": {"covers": "url"},
    }


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_is_calculated(as_owner: Client, text: str) -> None:
    audit.record(text, "group.unmute", text, details={text: text})
    audit.record(text, text[:60], text)

    cells = [cell for row in csv.reader(StringIO(read(as_owner, CSV), newline="")) for cell in row]

    parts = [part.strip() for cell in cells for part in cell.replace("\t", ";").split(";")]
    assert [part for part in parts if part.startswith(("=", "+", "-", "@", "＝"))] == []


def test_a_file_holds_what_the_filter_finds_in_the_pages_order(as_owner: Client) -> None:
    now = timezone.now()
    for number, ago in enumerate([5, 1, 3]):
        entry = audit.record("ana", "setup.note", f"step{number}")
        AuditEntry.objects.filter(pk=entry.pk).update(at=now - timedelta(hours=ago))
    audit.record("bo", "setup.note", "other")

    assert [row["target"] for row in rows_of(read(as_owner, CSV, who="ana"))] == ["step1", "step2", "step0"]


def test_an_export_is_written_down_first_with_its_filter_and_is_not_in_its_own_file(as_owner: Client) -> None:
    fill(3)

    response = as_owner.get(JSONL, {"who": "ana", "before": "1-1"})  # not one line has been read

    entry = AuditEntry.objects.get(action="audit.export")
    assert (entry.actor, entry.target, entry.group_ids) == ("owner", "JSON Lines", [])
    assert entry.details == {"rows": 3, "filter": "who=ana"}
    assert len(b"".join(response.streaming_content).splitlines()) == 3  # type: ignore[attr-defined]


def test_a_moderators_file_holds_no_more_than_their_page(as_moderator: Client, group: Group) -> None:
    foreign = make_group("Stranger group")
    audit.record("ana", "group.unmute", "own", group_ids=[str(group.pk)], details={"own": 1})
    audit.record("ana", "chat.code", "secretive", group_ids=[str(group.pk), str(foreign.pk)], details={"secretive": 1})
    audit.record("ana", "group.unmute", "Stranger group", group_ids=[str(foreign.pk)])
    audit.record("ana", "setup.end", "secretive")

    texts = [read(as_moderator, CSV), read(as_moderator, JSONL, what="all:chats")]

    assert [row["target"] for row in rows_of(texts[0])] == ["", "own"]
    assert objects_of(texts[1])[0]["group_ids"] == [str(group.pk)]
    assert not any("ecretive" in text or "tranger" in text for text in texts)
    assert {tuple(one.group_ids) for one in AuditEntry.objects.filter(action="audit.export")} == {(str(group.pk),)}


def test_a_file_is_read_a_part_at_a_time_and_complete(as_owner: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(95)
    monkeypatch.setattr(files, "AT_ONCE", 10)
    parts = iter(as_owner.get(JSONL).streaming_content)  # type: ignore[attr-defined]

    with CaptureQueriesContext(connection) as queries:
        first = objects_of(next(parts).decode())
    rest = objects_of(b"".join(parts).decode())

    assert len(queries) == 1
    assert "LIMIT 10" in queries[0]["sql"]
    assert [int(one["target"]) for one in (*first, *rest)] == sorted(range(95), reverse=True)


def test_a_file_is_in_the_readers_language_although_it_is_sent_after_the_request(as_owner: Client) -> None:
    class Shouted(str):
        def __str__(self) -> str:
            return f"{translation.get_language()}: %(who)s"

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(files.words.SENTENCES, "setup.end", Shouted())  # type: ignore[attr-defined]
        audit.record("ana", "setup.end")
        with translation.override("pt"):
            parts = files.parts(Form.JSONL, AuditEntry.objects.all(), None, {})
        says = [one["says"] for one in objects_of("".join(parts))]

    assert says == ["pt: ana"]


def test_more_than_a_file_holds_is_refused_with_what_to_do(as_owner: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_ROWS", 3)
    fill(4)

    page = as_owner.get(CSV, {"who": "ana"}, follow=True)

    assert page.redirect_chain == [(f"{PAGE}?who=ana", 302)]
    assert "A file holds at most 3 entries: choose a shorter time." in page.text
    assert not AuditEntry.objects.filter(action="audit.export").exists()


def test_a_slip_in_a_filter_makes_no_file(as_owner: Client) -> None:
    fill(1)

    page = as_owner.get(CSV, {"from": "yesterday"}, follow=True)

    assert "This is no date" in page.text
    assert not AuditEntry.objects.filter(action="audit.export").exists()


def test_a_file_is_not_made_by_another_method(as_owner: Client) -> None:
    assert [as_owner.head(CSV).status_code, as_owner.post(CSV).status_code] == [405, 405]
    assert not AuditEntry.objects.exists()
