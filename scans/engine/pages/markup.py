"""What a page says in its tags: title, fields, pictures, links, refreshes and short scripts, as plain strings."""

from __future__ import annotations

from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scans.engine.pages.page_text import decode
from scans.engine.pages.tags import thin

# Of each kind the first ones are kept.
MAX_FIELDS = 500
MAX_LINKS = 2_000
MAX_PICTURES = 20


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form, all lower case: its type ("text" when it has none) and all its names in one string."""

    kind: str
    names: str


@dataclass(frozen=True, slots=True)
class Markup:
    """The few parts of a page that are looked at."""

    title: str = ""
    site_name: str = ""
    """What the page calls the site in its Open Graph data."""
    refresh: str = ""
    """The content of the first refresh among its meta tags."""
    base: str = ""
    """The address that the page says its own addresses are relative to."""
    fields: tuple[Field, ...] = ()
    pictures: tuple[str, ...] = ()
    """The texts that stand for pictures."""
    links: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()
    rest: int = 0
    """Characters of the page outside scripts and styles."""
    is_cut: bool = False
    """Whether there is more in the page than was looked at."""


def read(body: bytes, content_type: str) -> Markup:
    """The parts of a page; any bytes at all, in time and space linear in their number."""
    thinned = thin(decode(body, content_type))
    tree = LexborHTMLParser(thinned.markup)
    title = tree.css_first("title")
    fields = tree.css("input")
    handlers = [_attribute(node, "onload") for node in tree.css("x-body[onload]")]
    return Markup(
        title=title.text() if title is not None else "",
        site_name=_site_name(tree),
        refresh=_refresh(tree),
        base=next((_attribute(node, "href") for node in tree.css("base[href]")), ""),
        fields=tuple(_field(node) for node in fields[:MAX_FIELDS]),
        pictures=tuple(_attribute(node, "alt") for node in tree.css("img[alt]")[:MAX_PICTURES]),
        links=tuple(_attribute(node, "href") for node in tree.css("a[href]")[:MAX_LINKS]),
        scripts=(*thinned.scripts, *handlers),
        rest=thinned.rest,
        is_cut=thinned.is_cut or len(fields) > MAX_FIELDS,
    )


def _attribute(node: LexborNode, name: str) -> str:
    return node.attributes.get(name) or ""


def _site_name(tree: LexborHTMLParser) -> str:
    for node in tree.css("meta[property]"):
        if _attribute(node, "property").lower() == "og:site_name":
            return _attribute(node, "content")
    return ""


def _refresh(tree: LexborHTMLParser) -> str:
    for node in tree.css("meta[http-equiv]"):
        if _attribute(node, "http-equiv").strip().lower() == "refresh" and _attribute(node, "content"):
            return _attribute(node, "content")
    return ""


def _field(node: LexborNode) -> Field:
    names = (_attribute(node, name) for name in ("name", "id", "autocomplete", "placeholder", "aria-label"))
    return Field(_attribute(node, "type").strip().lower() or "text", " ".join(names).lower())
