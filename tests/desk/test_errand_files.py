"""Files that take long to write: whole after a crash, for who asked alone, and forgotten."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from groups.models import Group
from overrides import sheet
from overrides.models import Override
from tests.desk.errands import EXPORT, LINES, worked_off, worked_off_import
from tests.factories import make_scan, make_sighting
from wbscanner.desk.errands import carrying_out, files, taking_out
from wbscanner.desk.errands.carrying_out import sweep
from wbscanner.desk.errands.kinds import TAKE_OVERRIDES
from wbscanner.desk.privacy import people
from wbscanner.models import Errand, ErrandState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_data_folder")]


def test_many_overrides_are_written_into_a_file_that_is_fetched_and_forgotten(
    as_owner: Client, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked_off_import(as_owner)
    monkeypatch.setattr("wbscanner.desk.overriding.MOST_AT_ONCE", 100)
    at_once = "".join(sheet.write(Override.objects.order_by("pk")))

    as_owner.get(EXPORT)
    errand = worked_off(Errand.objects.latest("pk"))

    got = as_owner.get(reverse("desk:errand-file", args=[errand.pk]))
    assert b"".join(got.streaming_content).decode() == at_once  # type: ignore[attr-defined]
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert files.made(errand).stat().st_mode & 0o777 == 0o600
    Errand.objects.filter(pk=errand.pk).update(
        asked_at=timezone.now() - timedelta(hours=26), ended_at=timezone.now() - timedelta(hours=25)
    )
    sweep()
    assert not files.made(errand).exists()
    assert not Errand.objects.filter(pk=errand.pk).exists()


def test_what_a_dead_worker_wrote_beyond_its_last_step_is_cut_off(as_owner: Client, owner: User) -> None:
    worked_off_import(as_owner)
    whole = "".join(sheet.write(Override.objects.order_by("pk")))
    errand = carrying_out.begin(TAKE_OVERRIDES, owner, {})
    first = next(taking_out.overrides(errand))
    Errand.objects.filter(pk=errand.pk).update(place=first.place, done=first.done)
    with files.made(errand).open("ab") as file:
        file.write(b"half a li")

    worked_off(errand)

    assert files.made(errand).read_bytes().decode() == whole
    assert (errand.done, errand.total) == (LINES, LINES)


@pytest.mark.parametrize("rows", [0, 1, 40])
def test_what_is_stored_about_a_group_is_the_same_file_in_steps(
    as_owner: Client, group: Group, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    for number in range(rows):
        make_sighting(group, make_scan(f"https://h{number}.example/"))
    form = as_owner.post(reverse("desk:personal"), {"group": str(group.pk)})
    about = {"about": form.context["token"]}
    export = reverse("desk:personal-export")
    at_once = json.loads(b"".join(as_owner.post(export, about).streaming_content))  # type: ignore[attr-defined]
    monkeypatch.setattr(people, "MOST_AT_ONCE", 0)
    monkeypatch.setattr(taking_out, "ROWS_AT_ONCE", 7)
    monkeypatch.setattr(carrying_out, "SECONDS", 0.001)

    as_owner.post(export, about)
    errand = worked_off(Errand.objects.latest("pk"))

    in_steps = json.loads(files.made(errand).read_text())
    for file in (at_once, in_steps):
        file.pop("made_at")
        file.pop("audit")
    assert in_steps == at_once
    assert (errand.state, errand.given, errand.done) == (ErrandState.DONE, {}, errand.total)


def test_an_erasure_takes_files_about_people_along(as_owner: Client, owner: User, group: Group) -> None:
    errand = worked_off(carrying_out.begin("take_personal", owner, {"group": group.pk}))
    assert files.made(errand).exists()
    form = as_owner.post(reverse("desk:personal"), {"group": str(group.pk)})

    as_owner.post(reverse("desk:personal-erase"), {"about": form.context["token"], "typed": form.context["to_type"]})

    assert not files.made(errand).exists()
    assert not Group.objects.filter(pk=group.pk).exists()
    assert "hx-trigger" not in as_owner.get(reverse("desk:erasures")).text
