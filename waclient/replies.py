"""What the bot says, from templates/replies/. About the link, never the person; nothing clickable."""

from __future__ import annotations

from django.template.loader import render_to_string

from scans.engine.defang import defang_host
from scans.engine.findings import Finding
from scans.engine.links import find_links
from waclient.models import Place

WARNING_SIGN = "⚠️"
QUOTED_PLACEHOLDER = "🔗"
MAX_REPLY = 220


def warning(  # noqa: PLR0913 (what one sentence is about, the rest by name)
    verdict: str,
    host: str,
    findings: list[Finding],
    *,
    is_removed: bool,
    place: str = Place.TEXT,
    leads_to: str = "",
) -> str:
    """The reply about one link: verdict, one concrete reason, one piece of advice; at most 220 characters.

    It says so where the link stands in a code or a document, which people do not see as a link, and names the host
    that it leads to when that is another (`leads_to`).

    What would be too long, or come out as something clickable, is left out: where it leads, the reason, then the host.
    """
    reason = max(findings, key=lambda finding: finding.points, default=None)
    context = {"verdict": verdict, "place": place, "is_removed": is_removed}
    shown = {**context, "host": defang_host(host)}
    end, why = {"leads_to": defang_host(leads_to) if leads_to else ""}, {"reason": _reason(reason)}
    fuller = ({**shown, **end, **why}, {**shown, **why}, {**shown, **end}, shown)
    texts = (_render("warning", choice) for choice in fuller)
    return next((text for text in texts if _is_fit(text)), _render("warning", context))


def notice() -> str:
    """What the bot says once when it starts to read a group."""
    return _render("notice", {})


def is_clickable(text: str) -> bool:
    """Whether a phone may make a link of some part of the text; `[.]` is no dot to it."""
    return bool(find_links(text.replace("[.]", " ")))


def _is_fit(text: str) -> bool:
    return len(text) <= MAX_REPLY and not is_clickable(text)


def _reason(finding: Finding | None) -> dict[str, str | int] | None:
    return {"code": finding.code, **dict(finding.params)} if finding and finding.points > 0 else None


def _render(name: str, context: dict[str, object]) -> str:
    lines = render_to_string(f"replies/{name}.txt", context).splitlines()
    return "\n".join(line.strip() for line in lines if line.strip())
