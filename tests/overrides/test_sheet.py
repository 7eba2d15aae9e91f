from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.utils import timezone

from overrides import plans, sheet
from overrides.models import Override
from overrides.plans import Change
from overrides.rules import Kind, Ruling
from overrides.services import create_override
from tests.factories import make_group

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "'=1", "''", "'tis fine", '=HYPERLINK("http://evil")']
FORMULAS += ["＝1+1", " =1", "\u3000＠x", "why; =1"]


def read(text: str) -> list[tuple[Change, str]]:
    steps = plans.plan(sheet.read(text, {}, sees_all=True), timezone.now())
    return [(step.change, step.draft.problem) for step in steps]


@pytest.mark.django_db
def test_what_was_exported_is_read_as_unchanged_and_makes_the_same_again() -> None:
    group = make_group('=Coro, "Aurora"')
    ends = datetime(2031, 5, 6, 7, 8, 9, 123456, tzinfo=UTC)
    for number, reason in enumerate(FORMULAS):
        create_override(Kind.HOST, f"h{number}.example", Ruling.DENY, by="a", reason=reason, expires_at=ends)
    create_override(Kind.URL, "https://shop.example/pay?x=1", Ruling.ALLOW, by="a", group=group)
    create_override(Kind.PATTERN, "*.evil.example/pay/*", Ruling.DENY, by="a")
    create_override(Kind.DOMAIN, "pay.example.com", Ruling.ALLOW, by="a", group=group, reason="two\nlines")
    columns = ("kind", "target", "shown", "ruling", "group", "reason", "expires_at")
    before = sorted(Override.objects.values_list(*columns), key=str)
    text = "".join(sheet.write(Override.objects.all()))
    drafts = sheet.read(text, {group.pk: group}, sees_all=True)

    unchanged = {step.change for step in plans.plan(drafts, timezone.now())}
    Override.objects.all().delete()
    made = plans.carry_out(plans.plan(drafts, timezone.now()), by="b")

    assert (unchanged, made) == ({Change.UNCHANGED}, len(before))
    assert sorted(Override.objects.values_list(*columns), key=str) == before


@pytest.mark.django_db
def test_no_cell_of_the_file_is_a_formula() -> None:
    for number, reason in enumerate(FORMULAS):
        create_override(Kind.HOST, f"h{number}.example", Ruling.DENY, by="a", reason=reason)

    rows = list(csv.reader(StringIO("".join(sheet.write(Override.objects.all())), newline="")))

    assert rows[0] == list(sheet.COLUMNS)
    assert [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("host,evil.example,maybe,,", "allow or deny"),
        ("site,evil.example,deny,,", "url, host, pattern, domain"),
        ("host,http://evil.example/x,deny,,", "Write the host alone"),
        ("pattern,*,deny,,", "domain"),
        ("host,evil.example,deny,999,", "number of one of your groups"),
        ("host,evil.example,deny,,tomorrow", "2030-01-31"),
        ("host,evil.example,deny,,2020-01-31T00:00:00Z", "in the past"),
    ],
)
def test_a_row_that_cannot_be_used_says_what_to_write(row: str, says: str) -> None:
    [(change, problem)] = read(f"kind,target,ruling,group,expires_at\n{row}\n")

    assert change is Change.INVALID
    assert says in problem


@pytest.mark.django_db
def test_semicolons_and_a_byte_order_mark_are_read() -> None:
    assert read("\ufeffkind;target;ruling\r\nhost;evil.example;deny\r\n") == [(Change.ADDED, "")]


@pytest.mark.parametrize("text", ["target,ruling\nevil.example,deny\n", "kind\n", 'kind,target,ruling\n"host,a'])
def test_what_is_no_such_file_is_refused(text: str) -> None:
    with pytest.raises(sheet.NoSheet):
        sheet.read(text, {}, sees_all=True)


@pytest.mark.django_db
def test_a_shown_form_that_could_be_tapped_is_not_taken_over() -> None:
    row = f"url,{'a' * 64},https://bank.example/,allow"

    [draft] = sheet.read(f"kind,target,shown,ruling\n{row}\n", {}, sees_all=True)

    assert draft.target is not None
    assert draft.target.shown.startswith("URL aaaa")


@pytest.mark.django_db
def test_an_ended_override_is_unchanged_as_it_is_and_made_anew_with_a_later_end() -> None:
    override = create_override(Kind.HOST, "evil.example", Ruling.DENY, by="a")
    override.expires_at = timezone.now() - timedelta(days=1)
    override.save(update_fields=["expires_at"])
    text = "".join(sheet.write(Override.objects.all()))

    assert read(text) == [(Change.UNCHANGED, "")]
    assert read("kind,target,ruling\nhost,evil.example,deny\n") == [(Change.ADDED, "")]
