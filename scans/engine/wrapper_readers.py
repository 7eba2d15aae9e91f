"""Where wrappers that keep their target elsewhere than in a query parameter keep it: pure, linear, never raising."""

from __future__ import annotations

import base64
import binascii
import html
import re
import string
from collections.abc import Callable, Mapping
from urllib.parse import unquote

import orjson

from scans.engine.links import Link

Reader = Callable[[Link], list[str]]

_INSIDE = re.compile(r"[/;?=(*:](https?(?::|%3a)/?.+)", re.IGNORECASE | re.DOTALL)
_SEGMENT = re.compile(r"/(https?(?:%3a|:)[^/]+)", re.IGNORECASE)
_AMP_VIEWER = re.compile(r"/amp/(s/)?(.+)", re.IGNORECASE | re.DOTALL)
_AMP_CACHE = re.compile(r"/(?:ii/w\d+|[a-z]{1,3})/(s/)?(.+)", re.IGNORECASE | re.DOTALL)
_WAYBACK = re.compile(r"/web/(?:[\d*]{1,15}(?:[a-z]{2}_)?/)?(.+)", re.IGNORECASE | re.DOTALL)
_TURBOPAGES = re.compile(r"/proxy_u/[^/]*/(https?)/(.+)", re.IGNORECASE | re.DOTALL)
_YAHOO = re.compile(r"/RU=([^/]+)|/\*\*(.+)", re.DOTALL)
_CACHED_PAGE = re.compile(r"cache:(?:[\w-]{12}:)?([^+\s]+)", re.ASCII)
_WALLET = re.compile(r"/(?:dapp|ul/browse)/(.+)", re.DOTALL)
_POSTMARK = re.compile(r"/3s?/([^/]+)/")
_DISQUS_MARK = re.compile(r":[\w-]{20,}\Z", re.ASCII)
# Proofpoint 3 takes out what mail programs would break: * stands for one character of the coded rest, **X for a run.
_PROOFPOINT_3 = "/v3/__"
_TAKEN_OUT = re.compile(r"\*(?:\*(.))?", re.DOTALL)
_RUN_LETTERS = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
_SHORTEST_RUN = 2
_BING_MARK = "a1"
_TRANSLATED = ".translate.goog"
_LONE_HYPHEN = re.compile(r"(?<!-)-(?!-)")


def values(link: Link, names: frozenset[str]) -> list[str]:
    """The decoded values of query parameters, in order; their names in lower case."""
    found = []
    for parameter in link.query.split("&"):
        name, _, value = parameter.partition("=")
        if value and unquote(name).lower() in names:
            found.append(unquote(value.replace("+", " ")))
    return found


def _rest(link: Link) -> str:
    """Everything behind the host and port."""
    return f"{link.path}?{link.query}" if link.query else link.path


def query(link: Link) -> list[str]:
    """The whole query is the target: https://href.li/?https://example.com/."""
    return [link.query]


def inside(link: Link) -> list[str]:
    """The first URL that stands in path or query: https://archive.ph/2024/https://example.com/."""
    return [found.group(1) for found in [_INSIDE.search(_rest(link))] if found]


def segment(link: Link) -> list[str]:
    """An encoded URL as one segment of the path: https://secure-web.cisco.com/KEY/https%3A%2F%2Fexample.com."""
    return [unquote(found.group(1)) for found in [_SEGMENT.search(link.path)] if found]


def underscored(link: Link) -> list[str]:
    """Check Point: /v2/___https://example.com/___.KEY."""
    _, _, begun = _rest(link).partition("/___")
    target, end, _ = begun.partition("___.")
    return [target] if end else []


def wallet(link: Link) -> list[str]:
    """https://metamask.app.link/dapp/example.com/page, https://phantom.app/ul/browse/https%3A%2F%2Fexample.com?ref=x."""
    return [found.group(1) for found in [_WALLET.match(link.path)] if found]


def postmark(link: Link) -> list[str]:
    """https://click.pstmrk.it/3s/example.com%2Fpage/KEY."""
    return [unquote(found.group(1)) for found in [_POSTMARK.match(link.path)] if found]


def amp_viewer(link: Link) -> list[str]:
    """https://www.google.com/amp/s/example.com/page; without the s a page without TLS."""
    return _amp(_AMP_VIEWER.match(_rest(link)))


def amp_cache(link: Link) -> list[str]:
    """https://example-com.cdn.ampproject.org/c/s/example.com/page."""
    return _amp(_AMP_CACHE.match(_rest(link)))


def _amp(found: re.Match[str] | None) -> list[str]:
    return [f"{'https' if found.group(1) else 'http'}://{found.group(2)}"] if found else []


def wayback(link: Link) -> list[str]:
    """https://web.archive.org/web/20240101000000id_/https://example.com/, also without scheme or time."""
    return [found.group(1) for found in [_WAYBACK.match(_rest(link))] if found]


def turbopages(link: Link) -> list[str]:
    """https://translated.turbopages.org/proxy_u/en-ru.ru/https/example.com/page."""
    return [f"{found.group(1)}://{found.group(2)}" for found in [_TURBOPAGES.match(_rest(link))] if found]


def google_cache(link: Link) -> list[str]:
    """search?q=cache:KEY:example.com/+words."""
    found = [_CACHED_PAGE.match(value) for value in values(link, frozenset({"q"}))]
    return [one.group(1) for one in found if one]


def yahoo(link: Link) -> list[str]:
    """/RU=https%3a%2f%2fexample.com/RK=2 and the older /**http%3A//example.com."""
    return [unquote(found.group(1) or found.group(2)) for found in [_YAHOO.search(link.path)] if found]


def disqus(link: Link) -> list[str]:
    """url=https%3A%2F%2Fexample.com%3AKEY: the key behind the last colon is the service's own."""
    return [_DISQUS_MARK.sub("", value) for value in values(link, frozenset({"url"}))]


def bing(link: Link) -> list[str]:
    """u=a1 and the URL in base64; advertisements without the a1 and percent-encoded inside."""
    found = values(link, frozenset({"u"}))
    return [unquote(decoded) for value in found if (decoded := decoded_base64(value.removeprefix(_BING_MARK)))]


def sophos(link: Link) -> list[str]:
    """u= and the URL in base64."""
    return [decoded for value in values(link, frozenset({"u"})) if (decoded := decoded_base64(value))]


def mandrill(link: Link) -> list[str]:
    """p= and JSON in base64 that holds JSON that holds the URL."""
    found = []
    for value in values(link, frozenset({"p"})):
        try:
            outer = orjson.loads(decoded_base64(value) or "null")
            inner = orjson.loads(outer["p"])
            target = inner["url"]
        except (orjson.JSONDecodeError, KeyError, TypeError):
            continue
        found += [target] if isinstance(target, str) else []
    return found


def translated_host(link: Link) -> list[str]:
    """https://example-com.translate.goog/page: dots are hyphens, hyphens are doubled, long names begin in _x_tr_hp."""
    own = {name: value for name, _, value in (part.partition("=") for part in link.query.split("&"))}
    label = own.get("_x_tr_hp", "") + link.host.removesuffix(_TRANSLATED)
    marks = own.get("_x_tr_enc", "").split(",")
    label = label.removeprefix("0-") if "0" in marks else label
    host = _LONE_HYPHEN.sub(".", label.removeprefix("1-") if "1" in marks else label).replace("--", "-")
    kept = "&".join(part for part in link.query.split("&") if not part.startswith("_x_tr_"))
    scheme = "http" if own.get("_x_tr_sch") == "http" else "https"
    return [f"{scheme}://{host}{link.path}{'?' if kept else ''}{kept}"] if "." in host else []


def proofpoint(link: Link) -> list[str]:
    """URL Defense: v1 percent-encoded, v2 with - for % and _ for /, v3 with characters moved to a coded rest."""
    if link.path.startswith("/v3/"):
        target, end, tail = _rest(link).removeprefix(_PROOFPOINT_3).partition("__;")
        return [_put_back(target, tail.partition("!")[0])] if end else []
    written = values(link, frozenset({"u"}))
    if link.path.startswith("/v2/"):
        written = [unquote(value.replace("-", "%").replace("_", "/")) for value in written]
    return [html.unescape(value) for value in written]


def _put_back(written: str, coded: str) -> str:
    """The target of a v3 address; characters that are missing from the rest stay as they are."""
    moved = decoded_base64(coded) or ""
    position = 0

    def replaced(found: re.Match[str]) -> str:
        nonlocal position
        run = found.group(1)
        length = 1 if run is None else _RUN_LETTERS.find(run) + _SHORTEST_RUN
        part = moved[position : position + length]
        position += length
        return part or found.group()

    return _TAKEN_OUT.sub(replaced, written)


def decoded_base64(value: str) -> str | None:
    """The text behind base64 of either alphabet with or without padding, None when it is not text."""
    try:
        plain = value.strip().rstrip("=").translate(str.maketrans("-_", "+/"))
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return None


READERS: Mapping[str, Reader] = {
    reader.__name__: reader
    for reader in (
        amp_cache, amp_viewer, bing, disqus, google_cache, inside, mandrill, postmark, proofpoint, query, segment,
        sophos, translated_host, turbopages, underscored, wallet, wayback, yahoo,
    )
}  # fmt: skip
