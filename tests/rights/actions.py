"""What is done with rows of the lists, by whom; and the state that a row has to be in for it to be possible."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.utils import timezone

from scans.asking import rows as provider_rows
from scans.asking.rows import cards
from scans.lists import rows as list_rows
from scans.lists.rows import source_of
from scans.models import Feed, Generation, ProviderState
from tests.rights.world import World
from waclient.models import Answer, Campaign, Decision

# The same columns as the table of routes. A viewer, to whom no action is offered, gets the list again.
TABLE = """
groups.Group             | login 403 200 302! 302 302! | watch go_live stay_watching choose_policy take_language
groups.Group             | login 403 200 302! 302 302! | mute unmute switch_off
overrides.Override       | login 403 200 302! 302 302! | expire remove
waclient.Sighting        | login 403 200 302! 302 302! | scam fine unsure trust distrust
waclient.Report          | login 403 200 302! 302 302! | scam fine unsure close
waclient.Campaign        | login 403 200 302! 302 302! | scam fine undo
waclient.Decision        | login 403 200 302! 302 302! | undo
waclient.Action          | login 403 200 302! 302 302! | send_again
waclient.ModeratorsChat  | login 403 200 302! 302 302! | unbind
scans.Scan               | login 403 403 403  403 302! | rescan
scans.Feed               | login 403 403 403  403 302! | try_it switch_on refresh roll_back set_key remove_key
scans.Feed               | login 403 403 403  403 302! | switch_off remove
scans.ProviderState      | login 403 403 403  403 302! | switch_on set_key set_limits switch_off remove_key
waclient.Connection      | login 403 403 403  403 302! | send_from_now_on
wbscanner.ApiToken       | login 403 403 403  403 302! | revoke
"""

ANSWERS = {
    "confirmed": "1", "from_detail": "1", "minutes": "60", "preset": "family", "scope": "here", "kind": "url",
    "key": "abcdef0123456789abcdef", "day": "5",
}  # fmt: skip
"""To every question that an action may ask."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One action of one list, and its row of outcomes."""

    model: type[Model]
    name: str
    outcomes: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.model._meta.label} {self.name}"

    @property
    def is_of_a_group(self) -> bool:
        return self.outcomes[3] == "302!"


def deeds() -> list[Deed]:
    return [deed for row in TABLE.splitlines() if row for deed in _read(row)]


def _read(row: str) -> Iterator[Deed]:
    label, outcomes, names = (part.strip() for part in row.split("|"))
    for name in names.split():
        yield Deed(apps.get_model(label), name, tuple(outcomes.split()))


def make_possible(deed: Deed, rows: list[Any]) -> None:
    """Bring rows into the state in which this can be done to them."""
    keys = [row.pk for row in rows]
    later = timezone.now() + timedelta(hours=1)
    states: Mapping[str, Mapping[str, Any]] = {
        "groups.Group watch": {"state": "paused"},
        "groups.Group take_language": {"language": "en", "suggested_language": "es"},
        "groups.Group unmute": {"muted_until": later},
        "waclient.Sighting trust": {"sender": "f" * 32},
        "waclient.Decision undo": {"undone_at": None},
        "waclient.Connection send_from_now_on": {"held_at": timezone.now(), "held_until": later},
        "scans.Feed try_it": {"state": "off"},
        "scans.Feed roll_back": {"generation": 2},
        "scans.ProviderState switch_on": {"is_on": False},
        "scans.ProviderState switch_off": {"is_on": True},
        "scans.ProviderState remove_key": {"key": "sealed"},
    }
    if values := states.get(str(deed)):
        deed.model._default_manager.filter(pk__in=keys).update(**values)
    if str(deed) == "waclient.ModeratorsChat unbind":
        for key in keys:
            deed.model._default_manager.filter(pk=key).update(key=f"{key:032x}", kind="group")
    if str(deed) == "scans.Feed roll_back":
        Generation.objects.create(feed_id=keys[0], number=1, entries=1)
    if str(deed) == "waclient.Campaign undo":
        for campaign in Campaign.objects.filter(pk__in=keys):
            link = campaign.sightings.earliest("pk")
            said = {"url_hash": link.url_hash, "campaign": campaign, "answer": Answer.FINE, "by": "somebody"}
            Decision.objects.create(group=link.group, **said)


def row_of(world: World, deed: Deed) -> Any:
    """A row that it can be done to; services and keys are those that the program knows."""
    if deed.model is ProviderState:
        provider_rows.sync()
        return ProviderState.objects.get(name=next(name for name, card in cards().items() if card.key_name))
    if deed.model is Feed and deed.name == "set_key":
        list_rows.sync()
        return next(feed for feed in Feed.objects.all() if (known := source_of(feed)) and known.key_name)
    return world.rows[deed.model]
