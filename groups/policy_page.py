"""What the page of a group's policy shows beside its form: the ready-made policies and the day with its quiet hours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any

from django.utils.translation import gettext_lazy as _

from groups.models import PRESET_CHOICES, Group
from groups.policy import Preset

LINES: Mapping[Preset, Any] = {
    Preset.WATCH: _("Links are checked and moderators told. The bot never speaks."),
    Preset.QUIET: _("A sign on suspicious links, a reply to dangerous ones."),
    Preset.FAMILY: _("As Quiet; also warns of apps, marks short links, tells of invitations. Quiet at night."),
    Preset.NEIGHBOURHOOD: _("As Quiet; also marks invitations to other groups, tells of links to apps."),
    Preset.MARKETPLACE: _("Deletes what is proven dangerous, replies to the doubtful, invitations and payments."),
    Preset.OWN: _("What you chose below."),
}
MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class PresetCard:
    """A ready-made policy as a choice."""

    name: str
    label: Any
    line: Any
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Span:
    """A part of the day, in hundredths of it."""

    start: float
    width: float


def preset_cards(group: Group) -> list[PresetCard]:
    """All ready-made policies; one's own only where it is in use, for it is chosen by changing something."""
    shown = [(name, label) for name, label in PRESET_CHOICES if name != Preset.OWN or group.preset == name]
    return [PresetCard(name.value, label, LINES[name], group.preset == name) for name, label in shown]


def quiet_spans(group: Group) -> list[Span]:
    """The quiet hours as one or, over midnight, two parts of the day; none where both ends are the same."""
    if group.quiet_from is None or group.quiet_to is None:
        return []
    start, end = _minute(group.quiet_from), _minute(group.quiet_to)
    pieces = [(start, end)] if start <= end else [(0, end), (start, MINUTES_A_DAY)]
    return [
        Span(round(one * 100 / MINUTES_A_DAY, 1), round((two - one) * 100 / MINUTES_A_DAY, 1))
        for one, two in pieces
        if one < two
    ]


def _minute(moment: time) -> int:
    return moment.hour * 60 + moment.minute
