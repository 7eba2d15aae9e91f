"""Ready-made policies. Choosing one copies its values into the group's own columns; changing one of those makes it OWN.

Where the defaults come from: silence on what is clean, a sign on what is suspicious, words on what is dangerous keeps
people reading warnings (docs/decisions/0012-manners.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import time
from types import MappingProxyType

from groups.policy import Preset, Response

NIGHT_FROM, NIGHT_TO = time(21, 0), time(7, 0)

_CALM: Mapping[str, object] = MappingProxyType(
    {
        "on_suspicious": Response.REACT,
        "on_malicious": Response.REPLY,
        "on_invites": Response.NOTHING,
        "on_payments": Response.NOTHING,
        "on_installers": Response.NOTHING,
        "on_shorteners": Response.NOTHING,
        "quiet_from": None,
        "quiet_to": None,
        "exempts_admins": True,
        "weighs_newcomers": False,
    }
)

# Columns of groups.models.Group by preset; OWN has none, its columns are what somebody chose.
PRESETS: Mapping[Preset, Mapping[str, object]] = MappingProxyType(
    {
        Preset.WATCH: _CALM,  # nothing is said because of the state that comes with it
        Preset.QUIET: _CALM,
        Preset.FAMILY: {
            **_CALM,
            "on_invites": Response.ALERT,
            "on_installers": Response.REPLY,
            "on_shorteners": Response.REACT,
            "quiet_from": NIGHT_FROM,
            "quiet_to": NIGHT_TO,
        },
        Preset.NEIGHBOURHOOD: {**_CALM, "on_invites": Response.REACT, "on_installers": Response.ALERT},
        Preset.MARKETPLACE: {
            **_CALM,
            "weighs_newcomers": True,
            "on_suspicious": Response.REPLY,
            "on_malicious": Response.DELETE,
            "on_invites": Response.REPLY,
            "on_payments": Response.REPLY,
            "on_installers": Response.REPLY,
            "on_shorteners": Response.REACT,
        },
    }
)
POLICY_COLUMNS = tuple(_CALM)


def after_change(preset: str, columns: Iterable[str]) -> Preset:
    """What a group's policy is called once these columns were changed by hand."""
    return Preset(preset) if set(columns).isdisjoint(POLICY_COLUMNS) else Preset.OWN
