"""What a link that is never opened does: invitations, payments, app stores, meetings, one-time and log-in links."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from importlib.resources import files

from scans.engine.kinds import keys
from scans.engine.kinds.keys import LinkClass
from scans.engine.links import Link
from scans.engine.wrappers import unwrap

_SCHEME = re.compile(r"[\s\x00-\x1f]*([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_WHATSAPP_GROUP = re.compile(r"[\s\x00-\x1f]*whatsapp:/*chat/?\?(?:[^#]*&)?code=", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of data/link_classes.toml."""

    kind: LinkClass
    hosts: frozenset[str]
    paths: frozenset[str]
    beginnings: tuple[str, ...]

    def covers(self, link: Link) -> bool:
        """Whether a link is of this kind."""
        if link.host not in self.hosts and f".{link.registrable_domain}" not in self.hosts:
            return False
        if not self.paths and not self.beginnings:
            return True
        path = link.path.lower()
        return path in self.paths or any(path.startswith(start) and path != start for start in self.beginnings)


def link_class(link: Link) -> LinkClass | None:
    """What a link does that is only looked at, of a wrapper what the links inside do; None for what may be opened."""
    layers = unwrap(link)
    return own_class(link) if not layers else next(filter(None, map(own_class, layers)), None)


def own_class(link: Link) -> LinkClass | None:
    """As link_class, of the address itself whatever it carries."""
    rows = _BY_DOMAIN.get(link.registrable_domain)
    if rows is not None:
        found = next((row.kind for row in rows if row.covers(link)), None)
        if found is not None:
            return found
    if link.query:
        for name, value in keys.parameters(link.query):
            kind = keys.kind_of_parameter(name, value)
            if kind is not None:
                return kind
    found = keys.kind_of_act(link.path, link.query) if len(link.path) > 1 else None
    return LinkClass.ONE_TIME if found is None and keys.REMOVED in link.url else found


def scheme_class(url: str) -> LinkClass | None:
    """What a URL of another scheme than http does: upi:, bitcoin:, market:, intent:, tg:, …; None for unknown ones."""
    if _WHATSAPP_GROUP.match(url):
        return LinkClass.GROUP_INVITE
    found = _SCHEME.match(url)
    return keys.SCHEMES.get(found.group(1).lower()) if found else None


def _load() -> dict[str, tuple[_Row, ...]]:
    """The rows by every ending of their hosts that may be the registrable domain."""
    table = tomllib.loads(files("scans.engine.data").joinpath("link_classes.toml").read_text(encoding="utf-8"))
    rows: defaultdict[str, list[_Row]] = defaultdict(list)
    for entry in table["class"]:
        paths = entry.get("paths", "").split()
        row = _Row(
            kind=LinkClass(entry["kind"]),
            hosts=frozenset(entry["hosts"].split()),
            paths=frozenset(path for path in paths if not path.endswith("*")),
            beginnings=tuple(path[:-1] for path in paths if path.endswith("*")),
        )
        for domain in {name for host in row.hosts for name in _endings(host.removeprefix("."))}:
            rows[domain].append(row)
    return {domain: tuple(found) for domain, found in rows.items()}


def _endings(host: str) -> set[str]:
    labels = host.split(".")
    return {".".join(labels[-count:]) for count in (2, 3, 4)}


_BY_DOMAIN = _load()
