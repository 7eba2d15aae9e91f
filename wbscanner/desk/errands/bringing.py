"""A file of many overrides: looked at as a whole first, saved line by line once a person has said yes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from groups.models import Group
from overrides import plans, sheet
from overrides.drafts import Draft
from overrides.plans import Change
from overrides.sheet import Row
from wbscanner.desk import effects
from wbscanner.desk.errands import files
from wbscanner.desk.errands.steps import Step, Stopped, asker
from wbscanner.models import Errand
from wbscanner.permissions import visible_groups, within

MAKES = ("overrides.add_override", "overrides.change_override")
MOST_BAD = 1_000
LOOKED_AT_ONCE = 1_000
SAVED_AT_ONCE = 50  # 60 ms in which nobody else writes (1.1 ms each, measured)
EFFECT = ("links", "groups", "dangerous", "outranked", "looked_at", "is_cut")


def may(user: User) -> bool:
    return user.has_perms(MAKES)


def work(errand: Errand) -> Iterator[Step]:
    return _save(errand) if "at" in errand.place else _look(errand)


def begun(place: dict[str, Any]) -> dict[str, Any]:
    """The place from which saving starts, once the look at the file is at its end."""
    return {**place, "at": 0, "saved": 0}


def bad_lines(errand: Errand, most: int) -> list[Draft]:
    """The first lines that cannot be used, each with what is wrong, in the reader's language."""
    wanted = set(errand.place.get("bad", [])[:most])
    if not wanted or not files.brought(errand).exists():
        return []
    chosen = [row for row in _rows(errand) if row[0] in wanted]
    user, now = User.objects.get(pk=errand.asked_by_id), timezone.now()
    drafts = [plans.plan([draft], now)[0].draft for draft in _drafts(chosen, user)]
    return [draft if draft.problem else plans.twice(draft) for draft in drafts]


def _look(errand: Errand) -> Iterator[Step]:
    """50,000 lines take 5 s (measured), and nothing is changed: whoever dies over it begins anew."""
    user, rows = asker(errand, may), _rows(errand)
    drafts: list[Draft] = []
    for start in range(0, len(rows), LOOKED_AT_ONCE):
        drafts += _drafts(rows[start : start + LOOKED_AT_ONCE], user)
        yield Step(len(drafts), len(rows), is_kept=False)
    now = timezone.now()
    steps = plans.plan(drafts, now)
    bad = [step.draft.line for step in steps if step.change is Change.INVALID]
    if len(bad) > MOST_BAD:
        raise Stopped("too_many_bad")
    counts = Counter(step.change.value for step in steps)
    found = effects.of(steps, user, now)
    effect = {name: getattr(found, name) for name in EFFECT}
    yield Step(len(rows), len(rows), {"counts": counts, "effect": effect, "bad": bad}, asks=True)


def _save(errand: Errand) -> Iterator[Step]:
    """What a worker saved stays saved: the lines and how far they are, are one transaction."""
    rows, place, bad = _rows(errand), errand.place, set(errand.place["bad"])
    at, saved = place["at"], place["saved"]
    while at < len(rows):
        user = asker(errand, may)
        chosen = [row for row in rows[at : at + SAVED_AT_ONCE] if row[0] not in bad]
        steps = plans.plan(_drafts(chosen, user), timezone.now())
        saved += plans.carry_out(steps, by=user.get_username())
        at = min(at + SAVED_AT_ONCE, len(rows))
        yield Step(at, len(rows), {**place, "at": at, "saved": saved})


def _rows(errand: Errand) -> list[Row]:
    try:
        return sheet.rows(files.brought(errand).read_text(encoding="utf-8"))
    except (OSError, sheet.NoSheet) as error:
        raise Stopped("no_file") from error


def _drafts(rows: list[Row], user: User) -> list[Draft]:
    groups = visible_groups(user)
    known = {group.pk: group for group in Group.objects.filter(within(groups, "pk"))}
    return [sheet.draft(row, known, groups is None) for row in rows]
