"""Every answer, in every language: short, and nothing in it can be tapped."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from groups.policy import Preset
from scans.engine.scoring import Verdict
from waclient.chat_commands.answers import text_of
from waclient.models import Answer, ReportKind
from waclient.replies import MAX_LINES, MAX_REPLY
from waclient.tapping import is_clickable
from wbscanner.languages import CODES

FOLDER = Path(settings.BASE_DIR) / "templates" / "replies" / "commands"
NAMES = sorted(path.stem for path in FOLDER.glob("*.txt"))
HOSTS = ["evil.example", f"{'a' * 60}.{'b' * 60}.{'c' * 60}.example.co.uk", "xn--pypal-4ve.com", "192.0.2.1"]
LONG_REASON = {"code": "led_to_brand", "brand": "Deutsche Post DHL Group", "family": ""}


def contexts(host: str) -> list[dict[str, object]]:
    common: dict[str, object] = {
        "host": host, "hours": 72, "until": "31 September, 23:59", "muted_until": "31 September, 23:59",
        "policy": "Marketplace and crypto", "before": "Family and school", "name": "Bahasa Indonesia",
        "codes": " ".join(sorted(CODES)), "links": 9999, "dangerous": 999, "suspicious": 999,
        "first": LONG_REASON, "second": {"code": "free_hosting", "family": ""},
    }  # fmt: skip
    choices: list[dict[str, object]] = []
    choices += [{"verdict": str(verdict)} for verdict in Verdict]
    choices += [{"answer": str(answer), "kind": str(kind)} for answer in Answer for kind in ReportKind]
    choices += [{"ruling": ruling} for ruling in ("allow", "deny")]
    choices += [{"state": state} for state in ("live", "watch")]
    choices += [{"preset": str(preset)} for preset in Preset]
    choices += [{"is_direct": is_direct} for is_direct in (True, False)]
    return [{**common, **choice} for choice in choices]


@pytest.mark.parametrize("language", sorted(CODES))
@pytest.mark.parametrize("name", NAMES)
def test_every_answer_is_short_and_cannot_be_tapped(name: str, language: str) -> None:
    for host in HOSTS:
        for context in contexts(host):
            text = text_of(name, language, context)
            assert text
            assert len(text) <= MAX_REPLY, text
            assert len(text.splitlines()) <= MAX_LINES, text
            assert not is_clickable(text), text
            assert not text.startswith("!"), "another bot would take it for a command"
