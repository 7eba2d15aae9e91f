"""What one written address stands for, by its form alone: a page, a host, or a domain with everything below it."""

from __future__ import annotations

import re

from scans.engine.feeds.entries import Kind
from scans.engine.feeds.formats.rows import Row, Skipped, Why, skipped

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
_HOST_AND_PORT = re.compile(r"[^/?#\\@\s]*:\d+")
# How people write what nobody shall click by accident; lists that are pasted come so.
_DEFANGED = re.compile(r"^h(?:xx|\*\*)p(?=s?://)|[\[({]\.[\])}]|\[:\]", re.IGNORECASE)
_WEB = frozenset({"http", "https"})


def written(text: str, *, bare: Kind = Kind.HOST) -> Row | Skipped:
    """The row of an address: `*.name` a domain, `name` what `bare` says, anything with more than a host a page."""
    text = _fanged(text)
    scheme = _SCHEME.match(text)
    if scheme is not None:
        return Row(text, Kind.URL) if scheme[1].lower() in _WEB else skipped(Why.NOT_WEB, text)
    if " " in text or "\t" in text:
        return skipped(Why.NO_ADDRESS, text)
    if text.startswith(("*.", ".")):
        text, bare = text.removeprefix("*").removeprefix("."), Kind.DOMAIN
    if any(mark in text for mark in "/?#\\@") or _HOST_AND_PORT.fullmatch(text):
        return Row(f"http://{text}", Kind.URL)
    return Row(text, bare)


def only_host(url: str) -> str | None:
    """The host of a web address that names a host and nothing else; None for a page, a port or a user name."""
    scheme = _SCHEME.match(url)
    host = url[scheme.end() :].removesuffix("/") if scheme else url
    return None if any(mark in host for mark in "/?#\\@:") else host


def _fanged(text: str) -> str:
    """Only what is defanged costs the second look."""
    if "[" not in text and "xx" not in text[:3].lower() and not any(mark in text for mark in "({*"):
        return text
    return _DEFANGED.sub(_whole, text)


def _whole(mark: re.Match[str]) -> str:
    found = mark[0]
    return "http" if found[0] in "hH" else found[1]
