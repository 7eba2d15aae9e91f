"""Links that only carry another one, peeled without asking anybody: redirects, translations, archives, filters."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from urllib.parse import unquote

from scans.engine.links import InvalidLink, Link, parse
from scans.engine.names import suffixes
from scans.engine.wrapper_readers import READERS, Reader, values

# Layers that are peeled at most; every layer shortens the address, so that honest ones end after two or three.
MAX_LAYERS = 10
# How often a target may have been percent-encoded on top of the wrapper's own encoding.
MAX_DECODINGS = 3

# Stands in the table for the search engine's many country domains; never for names that others may register.
_GOOGLE = "google"
_GOOGLE_HOST = re.compile(r"(?:[a-z0-9-]+\.)*google\.(?:com|cat|[a-z]{2}|com?\.[a-z]{2})")
_SCHEME = re.compile(r"https?:", re.IGNORECASE)
_BARE = re.compile(r"[^\s/?#@:\\]+\.[^\s/?#@:\\]+(?=[/?#:]|\Z)")


@dataclass(frozen=True, slots=True)
class Wrapper:
    """One line of data/wrappers.toml: which addresses it is about and where their target stands."""

    hosts: frozenset[str]
    paths: frozenset[str]
    beginnings: tuple[str, ...]
    parameters: frozenset[str]
    reader: Reader | None
    guards: bool

    def covers(self, host: str, path: str) -> bool:
        """Whether a host, in lower case, and a path are addresses of this kind."""
        if host not in self.hosts and not any(parent in self.hosts for parent in _parents(host)):
            return False
        path = path.lower()
        return not (self.paths or self.beginnings) or path in self.paths or path.startswith(self.beginnings)

    def targets(self, link: Link) -> list[str]:
        """What stands where a target should stand."""
        found = values(link, self.parameters) if self.parameters else []
        return found or (self.reader(link) if self.reader else [])


def peel(link: Link) -> Link | None:
    """The target of a wrapper, one layer down; None for other links and where the address does not tell it.

    An address that names two different targets is not peeled: only opening it tells which one it means.
    """
    wrapper = _wrapper(link)
    if wrapper is None:
        return None
    found = {target.url: target for target in (_target(text, link) for text in wrapper.targets(link)) if target}
    return next(iter(found.values())) if len(found) == 1 else None


def unwrap(link: Link) -> tuple[Link, ...]:
    """The targets inside a link, outermost first, at most MAX_LAYERS; empty for most links."""
    if _wrapper(link) is None:
        return ()
    layers: list[Link] = []
    seen = {link.url}
    while len(layers) < MAX_LAYERS and (inner := peel(link)) is not None and inner.url not in seen:
        seen.add(inner.url)
        layers.append(inner)
        link = inner
    return tuple(layers)


def is_security_rewriter(link: Link) -> bool:
    """Whether a company's mail filter wrote this address around another one, which is no sign of anything."""
    wrapper = _wrapper(link)
    return wrapper is not None and wrapper.guards


def _wrapper(link: Link) -> Wrapper | None:
    host = link.host
    if "google." in host and _GOOGLE_HOST.fullmatch(host):
        return next((one for one in _BY_ENDING[_GOOGLE] if one.covers(_GOOGLE, link.path)), None)
    candidates = _BY_ENDING.get(_ending(host))
    if candidates is None:
        return None
    return next((one for one in candidates if one.covers(host, link.path)), None)


def _target(text: str, around: Link) -> Link | None:
    """The link that a wrapper's value stands for: absolute, without scheme, or encoded a few times too often."""
    text = text.strip()
    for _ in range(MAX_DECODINGS + 1):
        link = _absolute(text, around)
        decoded = unquote(text)
        if link is not None or decoded == text:
            return link
        text = decoded
    return None


def _absolute(text: str, around: Link) -> Link | None:
    if _SCHEME.match(text):
        return _parsed(text)
    if text.startswith("//"):
        return _parsed(f"{around.scheme}:{text}")
    if _BARE.match(text) is None:
        return None
    link = _parsed(f"https://{text}")
    return link if link is not None and (link.is_ip or suffixes.split(link.host).suffix) else None


def _parsed(url: str) -> Link | None:
    try:
        return parse(url)
    except InvalidLink:
        return None


def _parents(host: str) -> Iterator[str]:
    """`.a.b.c`, `.b.c`, `.c` of a.b.c: how the table writes a name with everything below it."""
    yield f".{host}"
    dot = host.find(".")
    while dot >= 0:
        yield host[dot:]
        dot = host.find(".", dot + 1)


def _ending(host: str) -> str:
    """The last two labels, by which the table is sorted."""
    last = host.rfind(".")
    return host[host.rfind(".", 0, last) + 1 :] if last > 0 else host


def _load() -> dict[str, tuple[Wrapper, ...]]:
    table = tomllib.loads(files("scans.engine.data").joinpath("wrappers.toml").read_text(encoding="utf-8"))
    by_ending: defaultdict[str, list[Wrapper]] = defaultdict(list)
    for row in table["wrapper"]:
        paths = row.get("paths", "").split()
        wrapper = Wrapper(
            hosts=frozenset(row["hosts"].split()),
            paths=frozenset(path for path in paths if not path.endswith("*")),
            beginnings=tuple(path[:-1] for path in paths if path.endswith("*")),
            parameters=frozenset(row.get("parameters", "").split()),
            reader=READERS[row["reader"]] if "reader" in row else None,
            guards=row.get("guards", False),
        )
        for ending in {_ending(host.removeprefix(".")) for host in wrapper.hosts}:
            by_ending[ending].append(wrapper)
    return {ending: tuple(wrappers) for ending, wrappers in by_ending.items()}


_BY_ENDING = _load()
