"""How a host is written in a chat: nothing to tap, the letters that people saw, and never cut so that it misleads."""

from __future__ import annotations

from django.utils.translation import get_language_info

from scans.engine.defang import defang_host
from scans.engine.names.suffixes import registrable_domain, split

# Left-to-right isolate and its end: what stands between them keeps its order in a text of the other direction.
ISOLATE, ISOLATE_END = "\u2066", "\u2069"
ELLIPSIS = "…"
LONG, SHORT = 64, 40  # characters of a host where a text has little room, and hardly any


def forms(host: str, language: str) -> tuple[str, ...]:
    """The host written at length, without its other alphabet, shortened twice, and left out; the fullest first."""
    ascii_form = defang_host(host).split(" (")[0]
    fullest = defang_host(host)
    shortened = (_shortened(host, ascii_form, limit) for limit in (LONG, SHORT))
    written = (fullest, ascii_form, *shortened, ELLIPSIS)
    is_isolated = get_language_info(language)["bidi"] or fullest != ascii_form
    return tuple(f"{ISOLATE}{one}{ISOLATE_END}" if is_isolated else one for one in dict.fromkeys(written))


def _shortened(host: str, shown: str, limit: int) -> str:
    """`…[.]evil[.]example`: as many labels from the left are left out as must be, the registrable domain stays."""
    if len(shown) <= limit or ":" in host:
        return shown
    domain = registrable_domain(host)
    labels = host.removesuffix(domain).rstrip(".").split(".")
    while labels:
        labels.pop(0)
        shorter = defang_host(".".join(["", *labels, domain])).split(" (")[0]
        if len(shorter) < limit:
            return f"{ELLIPSIS}{shorter}"
    return _elided(domain, limit) if domain == host else f"{ELLIPSIS}[.]{_elided(domain, limit - 4)}"


def _elided(domain: str, limit: int) -> str:
    """A registrable domain that is too long by itself, with a gap inside its own label; its suffix stays whole."""
    parts = split(domain)
    suffix = defang_host(f".{parts.suffix}").split(" (")[0] if parts.suffix else ""
    label = defang_host(parts.domain or domain).split(" (")[0]
    room = max(limit - len(suffix) - 1, 8)
    if len(label) <= room:
        return f"{label}{suffix}"
    return f"{label[: room // 2]}{ELLIPSIS}{label[-(room - room // 2) :]}{suffix}"
