"""What waits at the end of a link: the few facts of a page or a download that speak for or against it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace

import ada_url

from scans.engine.heuristics.path import apk_path, executable_path
from scans.engine.journeys import Page
from scans.engine.links import InvalidLink, Link, parse
from scans.engine.pages.brand_shown import brand_shown
from scans.engine.pages.fingerprint import fingerprint
from scans.engine.pages.markup import Field, Markup

# Characters of a title that are kept.
MAX_TITLE = 120
# Links of a page that are looked at for programs.
MAX_OFFERS = 300

# What servers call programs; every other type says nothing (application/octet-stream is anything).
PROGRAM_TYPES = {
    "application/vnd.android.package-archive": ".apk",
    "application/x-msdownload": ".exe",
    "application/x-msdos-program": ".exe",
    "application/vnd.microsoft.portable-executable": ".exe",
    "application/x-msi": ".msi",
    "application/x-apple-diskimage": ".dmg",
    "application/x-apple-aspen-config": ".mobileconfig",
    "application/java-archive": ".jar",
    "application/hta": ".hta",
}
# Types that servers give to any file; the path's ending tells more.
ANY_FILE_TYPES = frozenset({
    "application/octet-stream", "binary/octet-stream", "application/zip", "application/x-zip-compressed",
    "application/force-download", "application/download",
})  # fmt: skip
APP_ENDINGS = frozenset({".apk", ".xapk", ".apks", ".aab"})
_ENDING = re.compile(r"\.\w{2,12}/?(?:[?#]|\Z)")
_FILE_NAME = re.compile(r"""filename\*?\s*=\s*(?:[\w-]*'[\w-]*')?"?([^";]+)""", re.IGNORECASE)

_PASSWORD_NAMES = re.compile(r"\b(?:current-password|new-password|passwor[dt]|passwd|passcode|contrase[nñ]a|senha)\b")
_CARD_NAMES = re.compile(
    r"\bcc-(?:number|csc|exp)|\b(?:card|cc|kart[ae]n?|credit-?card)[-_ ]?(?:number|num|no|nummer)\b"
    r"|\b(?:cvv2?|cvc2?|csc)\b|\bcardnumber|\bn[uú]mero (?:de la |da |do |de )?(?:tarjeta|cart[aã]o)|\bnumer karty"
)
# Fields that nobody types into.
_NOT_TYPED = frozenset({"hidden", "submit", "button", "image", "reset", "checkbox", "radio", "search", "file"})


def describe(page: Markup, content_type: str, link: Link, offered_here: str) -> Page:
    """The facts of a page that has been read, nothing of it but short fields.

    `offered_here` is the ending of the program that the address itself delivers, empty for none.
    """
    typed = [field for field in page.fields if field.kind not in _NOT_TYPED]
    shown = brand_shown(page, link)
    facts = Page(
        host=link.host,
        content_type=plain_type(content_type),
        title=_short(page.title),
        asks_password=any(_is_password(field) for field in typed),
        asks_card=any(_CARD_NAMES.search(field.names) for field in typed),
        has_field=bool(typed),
        offers=offered_here or _program_among(page.links, link),
        is_download=bool(offered_here),
        is_cut=page.is_cut,
        fingerprint=fingerprint(page) if typed else "",
    )
    if shown is None:
        return facts
    return replace(facts, brand=shown.brand.title, shown=shown.how, is_common_brand=shown.brand.common)


def offered(link: Link, content_type: str, disposition: str) -> str:
    """The ending of the program that an answer delivers, by its headers: ".apk"; empty for everything else."""
    kind = plain_type(content_type)
    if kind in PROGRAM_TYPES:
        return PROGRAM_TYPES[kind]
    name = _FILE_NAME.search(disposition)
    if name is not None:
        return _program(link._replace(path=f"/{name[1].strip()}"))
    return _program(link) if kind in ANY_FILE_TYPES else ""


def plain_type(content_type: str) -> str:
    """A content type in lower case without its parameters."""
    return content_type.partition(";")[0].strip().lower()


def _program(link: Link) -> str:
    """The ending of a path that names a program, by the heuristics' lists; empty for other paths."""
    found = apk_path(link) or executable_path(link)
    return str(found.param("extension")) if found else ""


def _program_among(written: Iterable[str], around: Link) -> str:
    """The ending of the first Android app that a page links to, else of the first other program."""
    candidates = [address for address in written if _ENDING.search(address)][:MAX_OFFERS]
    endings = [ending for ending in (_program_behind(address, around) for address in candidates) if ending]
    apps = [ending for ending in endings if ending in APP_ENDINGS]
    return next(iter([*apps, *endings]), "")


def _program_behind(address: str, around: Link) -> str:
    try:
        return _program(parse(ada_url.join_url(around.url, address)))
    except (InvalidLink, ValueError):
        return ""


def _is_password(field: Field) -> bool:
    return field.kind == "password" or _PASSWORD_NAMES.search(field.names) is not None


def _short(title: str) -> str:
    """The first characters of a title in one line, without what steers or hides in a display."""
    shown = "".join(" " if unicodedata.category(char)[0] in "CZ" else char for char in title[: 4 * MAX_TITLE])
    return " ".join(shown.split())[:MAX_TITLE]
