"""Files that take long to write: all overrides, and everything that is stored about a member or a group."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib.auth.models import User
from django.utils import timezone

from groups.models import Group
from overrides import sheet
from overrides.models import Override
from waclient.retention import exporting, personal
from waclient.retention.exporting import Tables
from wbscanner.desk.errands import files
from wbscanner.desk.errands.steps import Step, Stopped, asker
from wbscanner.models import Errand
from wbscanner.permissions import is_owner, visible_groups, within

ROWS_AT_ONCE = 500
# Fewer are sent at once, as they are read.
MOST_AT_ONCE = 5_000


def may_take_overrides(user: User) -> bool:
    return user.has_perm("overrides.view_override")


def overrides(errand: Errand) -> Iterator[Step]:
    user = asker(errand, may_take_overrides)
    rows = Override.objects.filter(within(visible_groups(user), "group_id")).select_related("group").order_by("pk")
    last, size, done = (errand.place.get(name, 0) for name in ("pk", "bytes", "done"))
    total = done + rows.filter(pk__gt=last).count()
    while part := list(rows.filter(pk__gt=last)[:ROWS_AT_ONCE]):
        lines = list(sheet.write(part))
        content = "".join(lines if not size else lines[1:]).encode()
        size, last, done = files.append(files.made(errand), size, content), part[-1].pk, done + len(part)
        yield Step(done, max(total, done), {"pk": last, "bytes": size, "done": done})


def stored_about(errand: Errand) -> Iterator[Step]:
    asker(errand, is_owner)
    tables = _tables(errand)
    table, last, size, done = (errand.place.get(name, 0) for name in ("table", "pk", "bytes", "done"))
    total = done + exporting.count(tables, table, last)
    for written in exporting.written(tables, timezone.now(), table, last, at_once=ROWS_AT_ONCE):
        size = files.append(files.made(errand), size, written.text.encode())
        done += written.rows
        place = {"table": written.table, "pk": written.last, "bytes": size, "done": done}
        yield Step(done, max(total, done), place)


def _tables(errand: Errand) -> Tables:
    if "group" not in errand.given:
        return list(personal.of_member(errand.given["keys"]))
    group = Group.objects.filter(pk=errand.given["group"]).first()
    if group is None:
        raise Stopped("gone")
    return list(personal.of_group(group))
