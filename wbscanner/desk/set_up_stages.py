"""The six steps of the set-up: what is done of them, from rows, and where it goes on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from groups.models import Group
from groups.policy import State
from waclient.models import Connection
from wbscanner import first_run
from wbscanner.first_run import FirstRun
from wbscanner.permissions import is_owner


class Stage(StrEnum):
    ACCOUNT = "account"
    LANGUAGE = "language"
    PHONE = "phone"
    GROUPS = "groups"
    BEHAVIOUR = "behaviour"
    TEST = "test"


NAMES = {
    Stage.ACCOUNT: _("Account"),
    Stage.LANGUAGE: _("Language"),
    Stage.PHONE: _("Phone"),
    Stage.GROUPS: _("Groups"),
    Stage.BEHAVIOUR: _("Behaviour"),
    Stage.TEST: _("Test"),
}
ORDER = tuple(Stage)
TO_PASS = ORDER[1:]  # whoever sees these pages has an account


@dataclass(frozen=True, slots=True)
class Place:
    """One step as the line above the page shows it; `state` is did, skipped, now or open."""

    name: str
    state: str
    address: str


def is_being_set_up(request: HttpRequest) -> bool:
    """Whether the sidebar offers the set-up."""
    return is_owner(request.user) and first_run.is_open()


def address_of(stage: Stage) -> str:
    return reverse(f"desk:set-up-{stage}")


def done() -> frozenset[Stage]:
    """What is done: what rows show counts, whoever did it and wherever."""
    return _done(first_run.read())


def _done(known: FirstRun) -> frozenset[Stage]:
    shown = {Stage.ACCOUNT: True, Stage.PHONE: bool(Connection.get().jid), Stage.GROUPS: _has_groups()}
    return frozenset(stage for stage in Stage if shown.get(stage, stage in known.did))


def _has_groups() -> bool:
    return Group.objects.filter(state__in=[State.WATCH, State.LIVE]).exists()


def where_it_goes_on() -> Stage:
    """The first step that is neither done nor skipped; the last one when there is none."""
    known = first_run.read()
    passed = _done(known) | {Stage(name) for name in known.skipped}
    return next((stage for stage in TO_PASS if stage not in passed), Stage.TEST)


def after(stage: Stage) -> Stage:
    return ORDER[min(ORDER.index(stage) + 1, len(ORDER) - 1)]


def context(stage: Stage) -> dict[str, Any]:
    """What the frame around a step shows."""
    known, number = first_run.read(), ORDER.index(stage) + 1
    is_done = _done(known)
    return {
        "stage": stage.value,
        "number": number,
        "of": len(ORDER),
        "places": [Place(str(NAMES[one]), _state(one, stage, is_done, known), _address(one)) for one in ORDER],
        "back": address_of(ORDER[number - 2]) if number > 2 else "",
        "onward": address_of(after(stage)) if number < len(ORDER) else "",
        "is_done": stage in is_done,
        "is_linked": Stage.PHONE in is_done,
        "is_over": not known.is_open,
    }


def _address(stage: Stage) -> str:
    return "" if stage is Stage.ACCOUNT else address_of(stage)


def _state(one: Stage, now: Stage, is_done: frozenset[Stage], known: FirstRun) -> str:
    if one is now:
        return "now"
    if one in is_done:
        return "did"
    return "skipped" if one in known.skipped else "open"
