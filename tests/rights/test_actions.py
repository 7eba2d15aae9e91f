"""Every action on rows of a list, alone and on many, and every way to name another group in a form."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import transaction
from django.db.models import Model
from django.test import RequestFactory

from scans.asking import consulting
from scans.engine.providers import PROVIDERS
from tests.desk.pages import list_url, registered
from tests.rights.actions import ANSWERS, Deed, deeds, make_possible, row_of
from tests.rights.asking import ask
from tests.rights.world import COLUMNS, OUR_KEY, THEIR_KEY, World
from wbscanner.models import AuditEntry

pytestmark = pytest.mark.django_db

every_deed = pytest.mark.parametrize("deed", deeds(), ids=str)


@pytest.fixture(autouse=True)
def services_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in an installation; nobody is asked, since nothing is scanned."""
    monkeypatch.setattr(consulting, "registry", lambda: PROVIDERS)


def _form(deed: Deed, *rows: Model) -> dict[str, Any]:
    return {**ANSWERS, "action": deed.name, "_selected_action": [str(row.pk) for row in rows]}


def test_the_table_names_every_action_of_every_list(world: World) -> None:
    request = RequestFactory().get("/")
    request.user = world.people["owner"]

    offered = {
        f"{model._meta.label} {name}"
        for model in registered()
        for name in admin.site.get_model_admin(model).get_actions(request)
    }

    assert sorted(str(deed) for deed in deeds()) == sorted(offered)


@every_deed
def test_an_action_is_done_by_whom_the_table_says(world: World, deed: Deed) -> None:
    with transaction.atomic():
        row = row_of(world, deed)
        make_possible(deed, [row])
        answers = {who: ask(world, who, "POST", list_url(deed.model), _form(deed, row)) for who in COLUMNS}
        transaction.set_rollback(True)

    got = tuple(answer.outcome for answer in answers.values())
    assert dict(zip(COLUMNS, got, strict=True)) == dict(zip(COLUMNS, deed.outcomes, strict=True))
    assert {who: answer.leaks for who, answer in answers.items() if answer.leaks} == {}


@pytest.mark.parametrize("deed", [deed for deed in deeds() if deed.is_of_a_group], ids=str)
def test_an_action_on_many_rows_leaves_those_of_another_group_alone(world: World, deed: Deed) -> None:
    ours, theirs = world.rows[deed.model], world.foreign[deed.model]
    with transaction.atomic():
        make_possible(deed, [ours, theirs])
        before, own_before = _all_of(THEIR_KEY), _all_of(OUR_KEY)
        answer = world.client("moderator").post(list_url(deed.model), _form(deed, ours, theirs))
        after, own_after = _all_of(THEIR_KEY), _all_of(OUR_KEY)
        transaction.set_rollback(True)

    assert answer.status_code == 302
    assert after == before
    assert own_after != own_before


def _all_of(group: int) -> dict[str, list[Any]]:
    """Every row of every table that names this group, and the audit entries about it."""
    found: dict[str, list[Any]] = {}
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if getattr(field, "related_model", None) is apps.get_model("groups.Group") and field.concrete:
                rows = model._default_manager.filter(**{field.name: group}).order_by("pk").values()
                found[f"{model._meta.label}.{field.name}"] = list(rows)
    found["groups.Group"] = list(apps.get_model("groups.Group")._default_manager.filter(pk=group).values())
    found["audit"] = [entry.pk for entry in AuditEntry.objects.all() if str(group) in entry.group_ids]
    return found
