"""What a moderators' chat is told, from templates/alerts/. Nothing in it can be tapped but one link, to the desk."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import ada_url
from django.conf import settings
from django.utils import timezone, translation

from scans.engine.defang import defang_host, shorten
from scans.engine.findings import Finding
from scans.reasons import describe, describe_gaps
from waclient import replies, words
from waclient.alerts.conduct import conduct
from waclient.models import Alert, ModeratorsChat, QueueItem, Sighting
from waclient.tapping import is_clickable
from waclient.verdicts import outcome
from wbscanner import house

LOCAL = frozenset({"127.0.0.1", "localhost", "[::1]"})
CARD = "/desk/link/{url_hash}/"
QUEUE = "/desk/queue/"
MOST_NAMED = 4
LONGEST_NAME = 40
MOST_REASONS = 4
PLAIN = frozenset(" '’&+,()!-–")
OUR_MARKS = frozenset("🔴🟠⚪")
LONG_NUMBER = re.compile(r"\d(?:[ ()+-]*\d){6,}")  # phones make a number to call of it


@dataclass(frozen=True, slots=True)
class Line:
    """One alert as a template sees it; every word of strangers in it is defanged."""

    number: int
    verdict: str
    host: str
    reason: str
    groups: tuple[str, ...]
    more_groups: int
    conduct: str


def message(chat: ModeratorsChat, alerts: Sequence[Alert], left_out: int) -> str:
    """The text of one alert, or of several together; `left_out` are those that found no room in it."""
    language = language_of(chat)
    with translation.override(language):
        rows = [_line(alert, language) for alert in alerts]
    is_one = len(rows) == 1 and not left_out
    context = {"lines": rows, "line": rows[0], "left_out": left_out}
    return _fit("alerts/one" if is_one else "alerts/several", language, context, _desk(alerts[0] if is_one else None))


def why(alert: Alert) -> str:
    """Everything that speaks for and against the link of an alert, and what was not looked at."""
    language = language_of(alert.chat)
    sighting = alert.sighting
    with translation.override(language):
        found = _findings(sighting)
        reasons = [_sentence(one, language) for one in sorted(found, key=lambda one: -abs(one.points))[:MOST_REASONS]]
        gaps = describe_gaps(sighting.scan.gaps)[:MOST_REASONS] if sighting and sighting.scan else []
        context = {"line": _line(alert, language), "reasons": reasons, "gaps": gaps, "leads_to": _leads_to(sighting)}
    return _fit("alerts/why", language, context, _desk(alert))


def say(chat: ModeratorsChat, what: str, context: Mapping[str, object] | None = None) -> str:
    """One of the short answers of templates/alerts/answer.txt."""
    return words.say("alerts/answer", language_of(chat), {"what": what, **(context or {})})


def language_of(chat: ModeratorsChat) -> str:
    """That of the first of its groups."""
    first = chat.groups.order_by("pk").first()
    return first.reply_language if first is not None else house.read().language


def clean_name(name: str) -> str:
    """A group's name as it may stand in an alert: on one line, only letters, numbers, pictures and a few signs.

    Nothing of it can be tapped, turns the text around, or looks like a line of ours.
    """
    kept = "".join(char if char in PLAIN or unicodedata.category(char)[0] in "LMN" else _picture(char) for char in name)
    return shorten(" ".join(LONG_NUMBER.sub("…", kept).split()), LONGEST_NAME)


def _picture(char: str) -> str:
    return char if unicodedata.category(char) == "So" and char not in OUR_MARKS else " "


def _sentence(finding: Finding, language: str) -> str:
    """The desk's sentence about a finding; in a language that the desk does not speak the members' one, if any."""
    desks = describe(finding)
    return desks if language == settings.LANGUAGE_CODE else replies.reason(language, finding) or desks


def _line(alert: Alert, language: str) -> Line:
    groups = list(alert.groups.order_by("name", "pk")[: MOST_NAMED + 1])
    reason = max(_findings(alert.sighting), key=lambda finding: finding.points, default=None)
    return Line(
        number=alert.number or 0,
        verdict=alert.verdict,
        host=defang_host(alert.sighting.host) if alert.sighting else "",
        reason=_sentence(reason, language) if reason is not None else "",
        groups=tuple(clean_name(str(group)) for group in groups[:MOST_NAMED]),
        more_groups=max(0, alert.groups.count() - MOST_NAMED),
        conduct=conduct(alert),
    )


def _findings(sighting: Sighting | None) -> list[Finding]:
    if sighting is None:
        return []
    weighs = sighting.is_newcomer and sighting.group.weighs_newcomers
    return outcome(sighting, sighting.override, timezone.now(), weighs_newcomer=weighs)[2]


def _leads_to(sighting: Sighting | None) -> str:
    return defang_host(sighting.leads_to) if sighting is not None and sighting.leads_to else ""


def _fit(name: str, language: str, context: Mapping[str, object], desk: str) -> str:
    """The fullest text that nothing can be tapped in; the link to the desk comes after that was looked at."""
    bare = {"has_reasons": False, "has_names": False}
    choices: Iterable[dict[str, bool]] = ({"has_reasons": True, "has_names": True}, {**bare, "has_names": True}, bare)
    texts = [words.say(name, language, {**context, **choice}) for choice in choices]
    text = next((text for text in texts if not is_clickable(text)), texts[-1])
    return f"{text}\n{desk}" if desk else text


def _desk(alert: Alert | None) -> str:
    """The address of the link's card, or of the queue."""
    has_card = alert is not None and QueueItem.objects.filter(url_hash=alert.url_hash).exists()
    return desk_page(CARD.format(url_hash=alert.url_hash) if alert is not None and has_card else QUEUE)


def desk_page(path: str) -> str:
    """The address of a page of the desk; empty where a phone could not reach it."""
    return "" if ada_url.URL(settings.BASE_URL).hostname in LOCAL else f"{settings.BASE_URL}{path}"
