"""A moderator names another group where a form or an address takes one: as if it were not there."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.db import transaction

from scans.models import Scan
from tests.rights.asking import ask, body
from tests.rights.forms import OVERRIDE, PASTED, sheet
from tests.rights.world import OUR_KEY, SHARED, THEIR_KEY, THEIRS, World
from waclient.models import Decision, ModeratorsChat, Sighting

pytestmark = pytest.mark.django_db

Form = Mapping[str, Any]
ANSWER = {"answer": "confirm", "what": "url"}


def _foreign_link(world: World) -> str:
    return str(world.foreign[Sighting].url_hash)


def _shared_link(_world: World) -> str:
    return str(Scan.objects.get(host=SHARED).url_hash)


def _chat_groups(world: World) -> str:
    return f"/admin/waclient/moderatorschat/{world.rows[ModeratorsChat].pk}/groups/"


FORMS: dict[str, Callable[[World], tuple[str, Form]]] = {
    "an override of their group": lambda world: ("/admin/overrides/override/add/", {**OVERRIDE, "group": THEIR_KEY}),
    "an override of all groups": lambda world: ("/admin/overrides/override/add/", {**OVERRIDE, "group": ""}),
    "its effect there": lambda world: ("/desk/overrides/effect/", {**OVERRIDE, "group": THEIR_KEY}),
    "many overrides there": lambda world: ("/desk/overrides/paste/", {**PASTED, "group": THEIR_KEY}),
    "many overrides everywhere": lambda world: ("/desk/overrides/paste/", {**PASTED, "group": ""}),
    "a file of overrides there": lambda world: ("/desk/overrides/import/", sheet(THEIR_KEY)),
    "a file of overrides everywhere": lambda world: ("/desk/overrides/import/", sheet("")),
    "a decision about their link": lambda world: (
        "/desk/queue/decide/", {**ANSWER, "link": _foreign_link(world), "where": "here"},
    ),
    "a decision in their group": lambda world: (
        "/desk/queue/decide/", {**ANSWER, "link": _shared_link(world), "where": THEIR_KEY},
    ),
    "a decision everywhere": lambda world: (
        "/desk/queue/decide/", {**ANSWER, "link": _shared_link(world), "where": "all"},
    ),
    "a moderators' chat of their group": lambda world: (
        "/admin/waclient/moderatorschat/add/", {"name": "New", "groups": [OUR_KEY, THEIR_KEY]},
    ),
    "their group in one's own chat": lambda world: (_chat_groups(world), {"name": "x", "groups": [OUR_KEY, THEIR_KEY]}),
    "an action everywhere": lambda world: (
        "/admin/waclient/sighting/",
        {"action": "scam", "confirmed": "1", "scope": "everywhere", "kind": "url",
         "_selected_action": world.rows[Sighting].pk},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_a_form_that_names_another_group_writes_nothing(world: World, name: str) -> None:
    path, form = FORMS[name](world)

    refused = ask(world, "moderator", "POST", path, form)
    owners = ask(world, "owner", "POST", path, form)

    assert refused.writes == ()
    assert THEIRS not in refused.leaks
    assert owners.writes or name == "its effect there"


def test_deciding_about_a_shared_link_decides_in_ones_own_group_only(world: World) -> None:
    form = {**ANSWER, "link": _shared_link(world), "where": "here"}

    with transaction.atomic():
        world.client("moderator").post("/desk/queue/decide/", form)
        made = list(Decision.objects.filter(by="mira", url_hash=form["link"]).values_list("group", flat=True))
        transaction.set_rollback(True)

    assert made == [OUR_KEY]


SEARCHES = [
    "admin/waclient/campaign/?q=",
    "admin/waclient/campaign/?reach=all&q=",
    "admin/waclient/sighting/?q=",
    "admin/waclient/decision/?q=",
    "admin/waclient/action/?q=",
    "admin/waclient/report/?answered=all&q=",
    "admin/waclient/moderatorschat/?q=",
    "admin/overrides/override/?q=",
    "admin/groups/group/?q=",
    "desk/audit/?q=",
    "admin/search/?s=",
    "admin/search/?extended=1&s=",
    "desk/queue/?show=all&q=",
    "desk/queue/fresh/?show=all&q=",
]


@pytest.mark.parametrize("path", SEARCHES)
def test_a_search_for_what_another_group_has_finds_what_a_search_for_nothing_finds(world: World, path: str) -> None:
    nonsense = "z" * len(THEIRS)
    with transaction.atomic():
        client = world.client("moderator")
        found, nothing = (body(client.get(f"/{path}{word}")).replace(word, "") for word in (THEIRS, nonsense))
        transaction.set_rollback(True)

    assert _without_tokens(found) == _without_tokens(nothing)


def _without_tokens(page: str) -> str:
    """Nor the time that it took."""
    return re.sub(r'"[0-9a-z]{64}"|[0-9.]+ seconds', "", page)


ADDRESSES = {
    f"admin/waclient/sighting/?in_group={THEIR_KEY}": "200",
    f"admin/overrides/override/?in_group={THEIR_KEY}": "200",
    f"admin/groups/group/?id__exact={THEIR_KEY}": "200",
    "admin/waclient/sighting/?group__name__startswith=b": "400",
    "admin/waclient/sighting/?scan__sightings__group__name__startswith=b": "400",
    "admin/waclient/campaign/?sightings__group__name__startswith=b": "400",
    "admin/waclient/action/?state__exact=skipped": "200",
    "admin/autocomplete/?app_label=waclient&model_name=sighting&field_name=group": "200",
    "desk/happened/?days=30": "200",
    f"desk/link/{'0' * 64}/": "404",
}


@pytest.mark.parametrize("path", ADDRESSES)
def test_an_address_that_asks_for_another_group_shows_nothing_of_it(world: World, path: str) -> None:
    answer = ask(world, "moderator", "GET", f"/{path}")

    assert answer.outcome == ADDRESSES[path]
    assert THEIRS not in answer.leaks
