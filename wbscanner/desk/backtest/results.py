"""What came of trying out a policy, ready to be shown: beside what was decided then, with each link that differs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from groups import golive
from groups.messages import Outcome
from groups.models import PRESET_CHOICES, Group
from groups.policy import Preset, State
from scans import shown
from waclient.models import ActionKind, Sighting
from wbscanner.desk.backtest.comparing import Comparison, Difference
from wbscanner.desk.backtest.proposals import Proposal
from wbscanner.desk.backtest.replays import RESPONSES
from wbscanner.moments import moment

A_DAY = 86_400
KINDS = {response: ActionKind(kind).label for kind, response in RESPONSES.items()}


@dataclass(frozen=True, slots=True)
class Row:
    """A link about which the policies differ, ready to be shown."""

    mark: str
    host: str
    at: str
    was: str
    would: str
    is_fine: bool
    card: str


def about(group: Group, proposal: Proposal) -> dict[str, Any]:
    """Which policy of which group."""
    return {
        "group": group,
        "name": proposal.name,
        "given": proposal.values,
        "again": urlencode(proposal.values),
        "presets": _presets(proposal.name),
        "back": reverse("admin:groups_group_change", args=[group.pk]),
    }


def found(group: Group, comparison: Comparison) -> dict[str, Any]:
    links, was, would = comparison.links, comparison.was, comparison.would
    return {
        "found": comparison,
        "days": max(round((comparison.until - comparison.since).total_seconds() / A_DAY), 1),
        "rows": _rows(comparison),
        "silent_now": links - was.links + was.silent,
        "silent_then": links - would.links + would.silent,
        "is_live": group.state == State.LIVE,
        "sentence": golive.sentence(would),
    }


def _rows(comparison: Comparison) -> list[Row]:
    """The newest links about which the policies differ, with their cards; without those that were removed meanwhile."""
    cards = Sighting.objects.in_bulk([one.key for one in comparison.shown])
    return [_row(one, cards[one.key]) for one in comparison.shown if one.key in cards]


def _row(one: Difference, sighting: Sighting) -> Row:
    return Row(
        mark=shown.verdict_mark(one.verdict),
        host=shown.host_plate(sighting.host),
        at=moment(one.at),
        was=_said(one.was),
        would=_said(one.would),
        is_fine=one.is_fine,
        card=reverse("admin:waclient_sighting_change", args=[sighting.pk]),
    )


def _said(outcome: Outcome) -> str:
    """In words: what the group hears; where that is nothing, whether its moderators do."""
    said = [str(KINDS[response]) for response in outcome.responses if response in KINDS]
    if not said and outcome.alerts:
        return str(_("only the moderators are told"))
    return ", ".join(said) or str(_("nothing"))


def _presets(name: str) -> list[dict[str, Any]]:
    choices = [(preset, label) for preset, label in PRESET_CHOICES if preset not in {Preset.OWN, Preset.WATCH}]
    return [{"name": preset.value, "label": label, "is_chosen": preset == name} for preset, label in choices]
