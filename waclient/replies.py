"""What the bot says, from templates/replies/. About the link, never the person; nothing clickable."""

from __future__ import annotations

from django.template.loader import render_to_string

from scans.engine.defang import defang_host
from scans.engine.families import family_of
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
    context = {"verdict": verdict, "place": place, "is_removed": is_removed}
    return _about_link("warning", context, host, findings, leads_to)


def follow_up(verdict: str, host: str, findings: list[Finding], *, place: str = Place.TEXT, leads_to: str = "") -> str:
    """The late warning about a link that was taken for better when it was posted; as `warning`."""
    return _about_link("follow_up", {"verdict": verdict, "place": place}, host, findings, leads_to)


def retraction(host: str, *, is_removed: bool) -> str:
    """What takes an earlier warning back, and with `is_removed` a deletion; at most 220 characters."""
    context: dict[str, object] = {"is_removed": is_removed}
    text = _render("retraction", {**context, "host": defang_host(host)})
    return text if _is_fit(text) else _render("retraction", context)


def _about_link(name: str, context: dict[str, object], host: str, findings: list[Finding], leads_to: str) -> str:
    """The fullest text that is short enough and holds nothing clickable."""
    reason = max(findings, key=lambda finding: finding.points, default=None)
    shown = {**context, "host": defang_host(host)}
    end, why = {"leads_to": defang_host(leads_to) if leads_to else ""}, {"reason": _reason(reason)}
    fuller = ({**shown, **end, **why}, {**shown, **why}, {**shown, **end}, shown)
    texts = (_render(name, choice) for choice in fuller)
    return next((text for text in texts if _is_fit(text)), _render(name, context))


def notice() -> str:
    """What the bot says once when it starts to read a group."""
    return _render("notice", {})


def is_clickable(text: str) -> bool:
    """Whether a phone may make a link of some part of the text; `[.]` is no dot to it."""
    return bool(find_links(text.replace("[.]", " ")))


def _is_fit(text: str) -> bool:
    return len(text) <= MAX_REPLY and not is_clickable(text)


def _reason(finding: Finding | None) -> dict[str, str | int] | None:
    if finding is None or finding.points <= 0:
        return None
    return {**dict(finding.params), "code": finding.code, "family": family_of(finding.code) or ""}


def _render(name: str, context: dict[str, object]) -> str:
    lines = render_to_string(f"replies/{name}.txt", context).splitlines()
    return "\n".join(line.strip() for line in lines if line.strip())
