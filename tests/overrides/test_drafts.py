from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from overrides import plans
from overrides.drafts import SEVERAL_LINKS, Draft, Reach, bad_lines, read_lines
from overrides.models import Override
from overrides.plans import SAID_TWICE, Change
from overrides.rules import Kind, Ruling
from overrides.services import create_override
from wbscanner.models import AuditEntry

LIKE = Draft(0, "", Ruling.DENY, keeps_reason=True)


def targets(text: str, reach: Reach = Reach.WRITTEN) -> list[tuple[Kind, str] | None]:
    drafts = read_lines(text, reach, LIKE)
    return [(draft.target.kind, draft.target.shown) if draft.target else None for draft in drafts]


@pytest.mark.parametrize(
    ("line", "reach", "kind", "shown"),
    [
        ("evil.example", Reach.WRITTEN, Kind.HOST, "evil[.]example"),
        ("evil[.]example", Reach.WRITTEN, Kind.HOST, "evil[.]example"),
        ("https://evil.example/pay", Reach.WRITTEN, Kind.URL, "hxxps://evil[.]example/pay"),
        ("hxxps://evil[.]example/pay", Reach.WRITTEN, Kind.URL, "hxxps://evil[.]example/pay"),
        ("evil.example/pay", Reach.WRITTEN, Kind.URL, "hxxp://evil[.]example/pay"),
        ("*.evil.example/pay/*", Reach.WRITTEN, Kind.PATTERN, "*[.]evil[.]example/pay/*"),
        ("  EVIL.example  ", Reach.WRITTEN, Kind.HOST, "evil[.]example"),
        ("https://www.evil.example.com/pay", Reach.HOST, Kind.HOST, "www[.]evil[.]example[.]com"),
        ("https://www.evil.example.com/pay", Reach.DOMAIN, Kind.DOMAIN, "example[.]com"),
    ],
)
def test_a_line_is_read_as_people_paste_it(line: str, reach: Reach, kind: Kind, shown: str) -> None:
    assert targets(line, reach) == [(kind, shown)]


def test_a_bad_line_says_what_to_do_and_is_kept_as_it_was_written() -> None:
    drafts = read_lines("evil.example\n\n  no address here \na.example.com and b.example.com\n*\n", Reach.WRITTEN, LIKE)

    assert [draft.line for draft in drafts] == [1, 3, 4, 5]
    assert [bool(draft.problem) for draft in drafts] == [False, True, True, True]
    assert drafts[2].problem == str(SEVERAL_LINKS)
    assert bad_lines(drafts) == "no address here\na.example.com and b.example.com\n*"


@pytest.mark.django_db
def test_what_is_there_is_changed_and_keeps_the_reason_that_nobody_replaced() -> None:
    ends = timezone.now() + timedelta(days=3)
    create_override(Kind.HOST, "a.example", Ruling.ALLOW, by="x", reason="our school", expires_at=ends)
    create_override(Kind.HOST, "b.example", Ruling.DENY, by="x")
    drafts = read_lines("a.example\nb.example\nc.example\nc.example", Reach.WRITTEN, LIKE)

    steps = plans.plan(drafts, timezone.now())
    done = plans.carry_out(steps, by="mira")

    assert [step.change for step in steps] == [Change.CHANGED, Change.UNCHANGED, Change.ADDED, Change.UNCHANGED]
    assert done == 2
    changed = Override.objects.get(target="a.example")
    assert (changed.ruling, changed.reason, changed.expires_at) == (Ruling.DENY, "our school", ends)
    actions = AuditEntry.objects.filter(actor="mira").order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["override.change", "override.create"]


@pytest.mark.django_db
def test_two_lines_that_differ_about_the_same_are_not_guessed() -> None:
    one, two = read_lines("a.example", Reach.WRITTEN, LIKE)[0], Draft(2, "a.example", Ruling.ALLOW)
    two = Draft(2, two.text, Ruling.ALLOW, target=one.target)

    steps = plans.plan([one, two], timezone.now())

    assert [(step.change, step.draft.problem) for step in steps] == [(Change.ADDED, ""), (Change.INVALID, SAID_TWICE)]
