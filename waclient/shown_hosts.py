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
    """The host from its fullest form to none: with its other alphabet, without, cut twice, its domain alone, a gap."""
    ascii_form = _ascii(host)
    written = [defang_host(host), ascii_form, *(_cut(host, limit) for limit in (LONG, SHORT)), ELLIPSIS]
    if ":" not in host and registrable_domain(host) != host:
        # Below it anything may stand, such as a telephone number that phones would offer to dial.
        written.insert(-1, _of_domain(registrable_domain(host), SHORT))
    is_isolated = get_language_info(language)["bidi"] or written[0] != ascii_form
    return tuple(f"{ISOLATE}{one}{ISOLATE_END}" if is_isolated else one for one in dict.fromkeys(written))


def _ascii(host: str) -> str:
    return defang_host(host).split(" (")[0]


def _cut(host: str, limit: int) -> str:
    """`…[.]evil[.]example`: as many labels from the left are left out as must be, the registrable domain stays."""
    shown = _ascii(host)
    if len(shown) <= limit or ":" in host:
        return shown
    domain = registrable_domain(host)
    labels = host.removesuffix(domain).rstrip(".").split(".")
    while len(labels) > 1:
        labels.pop(0)
        shorter = _ascii(".".join(["", *labels, domain]))
        if len(shorter) < limit:
            return f"{ELLIPSIS}{shorter}"
    return _elided(domain, limit) if domain == host else _of_domain(domain, limit)


def _of_domain(domain: str, limit: int) -> str:
    before = f"{ELLIPSIS}[.]"
    return f"{before}{_elided(domain, limit - len(before))}"


def _elided(domain: str, limit: int) -> str:
    """A registrable domain; one that is too long has a gap inside its own label, its suffix stays whole."""
    parts = split(domain)
    has_suffix = parts.domain and parts.suffix  # an ending that does not exist is no suffix
    suffix, label = (_ascii(f".{parts.suffix}"), _ascii(parts.domain)) if has_suffix else ("", _ascii(domain))
    room = max(limit - len(suffix) - 1, 8)
    if len(label) <= room:
        return f"{label}{suffix}"
    return f"{label[: room // 2]}{ELLIPSIS}{label[-(room - room // 2) :]}{suffix}"
