"""JSON lines, the way other programs talk to `manage.py scan`: a line with a request in, a line with its links out."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterable, Iterator

import orjson

from scans.engine.links import MAX_TEXT, InvalidLink, Link, find_links, parse
from scans.lines import MAX_LINE, pieces

# What a request may be known by.
Identity = str | int | float | None
_IDENTITIES = (str, int, float, type(None))

# Hashes remembered so that a link is printed once; forgotten together beyond this, to keep memory flat (about 8 MiB).
MOST_REMEMBERED = 50_000

# The line that answers a request without links.
NOTHING = b'{"id":%b,"links":[]}\n'
_END = orjson.OPT_APPEND_NEWLINE


class BadLine(ValueError):
    """A JSON line that is no request; the message says why without quoting it."""


def request(line: bytes) -> tuple[Identity, list[Link]]:
    """The id and the links of a line; raises BadLine."""
    if len(line) > MAX_LINE:
        raise BadLine("the line is too long")
    try:
        asked = orjson.loads(line)
    except orjson.JSONDecodeError:
        asked = _leniently_loaded(line)
    if type(asked) is not dict:
        raise BadLine("not a JSON object")
    identity = asked.get("id")
    if type(identity) is not int and not isinstance(identity, _IDENTITIES):  # the commonest is asked for first
        raise BadLine("its id is neither a text nor a number")
    text = asked.get("text")
    if isinstance(text, str):
        return identity, find_links(text, limit=MAX_TEXT) if len(text) <= MAX_TEXT else all_links(text)
    return identity, [_parsed(asked.get("url"))]


def links_ahead(lines: Iterable[bytes]) -> Iterator[Link]:
    """The links of all lines that can be read."""
    for line in lines:
        with contextlib.suppress(BadLine):
            yield from request(line)[1]


def answer(identity: Identity, links: list[dict[str, object]]) -> bytes:
    """The line that answers a request."""
    return orjson.dumps({"id": identity, "links": links}, option=_END)


def nothing(identity: Identity) -> bytes:
    """The line that answers a request without links: the commonest one, so it costs the least."""
    if type(identity) is int:  # true and false are written another way
        return NOTHING % b"%d" % identity
    return answer(identity, [])


def complaint(number: int, line: bytes, error: BadLine) -> bytes:
    """The line that says what is wrong with the line of that number; nothing about a blank one."""
    if not _lenient(line).strip():
        return b""
    return orjson.dumps({"line": number, "error": str(error)}, option=_END)


def all_links(text: str) -> list[Link]:
    """All distinct links, beyond what is read of one message of a chat."""
    if len(text) <= MAX_TEXT:
        return find_links(text, limit=MAX_TEXT)
    return list(distinct(links_of(pieces(io.BytesIO(text.encode())))))


def links_of(texts: Iterable[str]) -> Iterator[Link]:
    """All links of texts of MAX_TEXT characters at most; some may repeat."""
    for text in texts:
        yield from find_links(text, limit=MAX_TEXT)


def distinct(links: Iterable[Link]) -> Iterator[Link]:
    """Each link once, as far as MOST_REMEMBERED reaches."""
    seen: set[str] = set()
    for link in links:
        if link.url_hash not in seen:
            yield link
            if len(seen) >= MOST_REMEMBERED:
                seen.clear()
            seen.add(link.url_hash)


def _leniently_loaded(line: bytes) -> object:
    """A line with a byte order mark or bytes that are no UTF-8, each of which becomes U+FFFD."""
    try:
        return orjson.loads(_lenient(line))
    except orjson.JSONDecodeError as error:
        raise BadLine("not JSON") from error


def _lenient(line: bytes) -> str:
    return line.decode("utf-8", errors="replace").removeprefix("\ufeff")


def _parsed(url: object) -> Link:
    if not isinstance(url, str):
        raise BadLine("neither a text nor a url")
    try:
        return parse(url)
    except InvalidLink as error:
        raise BadLine(f"url: {error}") from error
