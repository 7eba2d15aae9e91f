from __future__ import annotations

from datetime import time

import pytest

from groups.models import PRESET_CHOICES, Group
from groups.policy import Preset
from groups.policy_page import LINES, preset_cards, quiet_spans


@pytest.mark.parametrize(
    ("start", "end", "drawn"),
    [
        (time(21), time(7), [(0.0, 29.2), (87.5, 12.5)]),
        (time(12), time(18), [(50.0, 25.0)]),
        (time(18), time(0), [(75.0, 25.0)]),
        (time(9), time(9), []),
        (None, None, []),
    ],
)
def test_quiet_hours_are_drawn_where_they_are_kept(
    start: time | None, end: time | None, drawn: list[tuple[float, float]]
) -> None:
    spans = quiet_spans(Group(quiet_from=start, quiet_to=end))

    assert [(span.start, span.width) for span in spans] == drawn


def test_every_ready_made_policy_has_its_line_and_ones_own_is_shown_only_in_use() -> None:
    assert set(LINES) == {Preset(name) for name, _label in PRESET_CHOICES}
    assert Preset.OWN not in [card.name for card in preset_cards(Group(preset=Preset.QUIET))]
    assert [card.name for card in preset_cards(Group(preset=Preset.OWN)) if card.is_chosen] == [Preset.OWN]
