"""Lists of reports with dates: TweetFeed, URLhaus, ThreatFox."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from scans.engine.feeds.entries import Kind
from scans.engine.feeds.formats.columns import rows
from scans.engine.feeds.formats.days import day_written
from scans.engine.feeds.formats.forms import written
from scans.engine.feeds.formats.json_leaves import Scalar, records
from scans.engine.feeds.formats.rows import Row, Skipped, Why, note, skipped
from scans.engine.feeds.formats.text import is_json

TWEETFEED = ("date", "user", "type", "value", "tags", "ref")
URLHAUS = ("id", "dateadded", "url", "url_status", "last_online", "threat", "tags", "urlhaus_link", "reporter")
THREATFOX = (
    "first_seen_utc", "ioc_id", "ioc_value", "ioc_type", "threat_type", "fk_malware", "malware_alias",
    "malware_printable", "last_seen_utc", "confidence_level", "is_compromised", "reference", "tags", "anonymous",
    "reporter",
)  # fmt: skip

# Below this ThreatFox's reporters were not sure themselves.
LEAST_CONFIDENCE = 75
# Containers around a row: [{…}] in {"<id>": [{…}]}, and {"data": [{…}]}.
_DEPTH = 2

_TWEETED = {"url": Kind.URL, "domain": Kind.HOST, "ip": Kind.HOST}


def read_tweetfeed(pieces: Iterable[bytes]) -> Iterator[Row | Skipped]:
    """Date, reporter, type, value, tags, reference, without a head; hashes of files are no links. An archive: each
    entry was last seen when it was reported."""
    for row in rows(pieces, TWEETFEED):
        yield _tweeted(row) if isinstance(row, dict) else row


def read_urlhaus(pieces: Iterable[bytes]) -> Iterator[Row | Skipped]:
    """The dump, as CSV or as JSON; what still answers was last seen today."""
    for row in _records(pieces, URLHAUS):
        if isinstance(row, Skipped):
            yield row
            continue
        added, seen = day_written(row.get("dateadded")), day_written(row.get("last_online"))
        last = None if row.get("url_status") == "online" else seen or added
        yield _page(row, "url", added, last, note(_text(row, "threat"), _text(row, "tags")))


def read_threatfox(pieces: Iterable[bytes]) -> Iterator[Row | Skipped]:
    """The dump, as CSV or as JSON, and the answers of the API; addresses with ports of other services are no links."""
    for row in _records(pieces, THREATFOX):
        yield _ioc(row) if not isinstance(row, Skipped) else row


def _tweeted(row: Mapping[str, str]) -> Row | Skipped:
    kind, value, day = _TWEETED.get(row.get("type", "")), row.get("value", ""), day_written(row.get("date"))
    if day is None:
        return skipped(Why.NO_ADDRESS, " ".join(row.values()))
    if kind is None:
        return skipped(Why.OTHER_KIND, value)
    found = written(value)
    if isinstance(found, Skipped):
        return found
    return found._replace(first_day=day, last_day=day, detail=note(row.get("tags", "").replace("#", "")))


def _ioc(row: Mapping[str, Scalar]) -> Row | Skipped:
    name = "ioc" if "ioc" in row else "ioc_value"
    if name not in row or "ioc_type" not in row:
        return skipped(Why.NO_ADDRESS, " ".join(str(value) for value in row.values()))
    if row["ioc_type"] not in ("url", "domain"):
        return skipped(Why.OTHER_KIND, row[name])
    if _number(row.get("confidence_level")) < LEAST_CONFIDENCE:
        return skipped(Why.UNSURE, row[name])
    first = day_written(row.get("first_seen_utc", row.get("first_seen")))
    last = day_written(row.get("last_seen_utc", row.get("last_seen"))) or first
    return _page(row, name, first, last, note(_text(row, "threat_type"), _text(row, "malware_printable")))


def _page(row: Mapping[str, Scalar], name: str, first: int | None, last: int | None, detail: str) -> Row | Skipped:
    value = row.get(name)
    found = written(value) if isinstance(value, str) else skipped(Why.NO_ADDRESS, value)
    return found if isinstance(found, Skipped) else found._replace(first_day=first, last_day=last, detail=detail)


def _records(pieces: Iterable[bytes], names: tuple[str, ...]) -> Iterator[Mapping[str, Scalar] | Skipped]:
    in_json, pieces = is_json(pieces)
    if in_json:
        yield from records(pieces, _DEPTH)
    else:
        yield from rows(pieces, names)


def _text(row: Mapping[str, Scalar], name: str) -> str:
    value = row.get(name)
    return value if isinstance(value, str) else ""


def _number(value: Scalar) -> float:
    try:
        return float(value) if value is not None else 0
    except (ValueError, OverflowError):
        return 0
