"""What the bot says, from templates/replies/. About the link, never the person; nothing clickable (law 4)."""

from __future__ import annotations

from django.template.loader import render_to_string

from scans.engine.defang import defang_host
from scans.engine.findings import Finding
from scans.engine.links import find_links
from scans.reasons import describe

WARNING_SIGN = "⚠️"
QUOTED_PLACEHOLDER = "🔗"
MAX_REPLY = 220


class Clickable(ValueError):
    """The text would put a live link into the group."""


def warning(verdict: str, host: str, findings: list[Finding], *, is_removed: bool) -> str:
    """The reply about one link, at most 220 characters: verdict, one concrete reason, one piece of advice.

    Raises Clickable when a template or reason would come out as a link.
    """
    weightiest = max(findings, key=lambda finding: finding.points, default=None)
    reason = describe(weightiest) if weightiest and weightiest.points > 0 else ""
    context = {"verdict": verdict, "host": defang_host(host), "reason": reason, "is_removed": is_removed}
    text = _render("warning", context)
    if len(text) > MAX_REPLY:
        text = _render("warning", {**context, "reason": ""})
    return _checked(text[:MAX_REPLY])


def notice() -> str:
    """What the bot says once when it starts to read a group."""
    return _checked(_render("notice", {}))


def _render(name: str, context: dict[str, object]) -> str:
    lines = render_to_string(f"replies/{name}.txt", context).splitlines()
    return "\n".join(line.strip() for line in lines if line.strip())


def _checked(text: str) -> str:
    if find_links(text):
        raise Clickable(text)
    return text
