"""What the filter of the audit trail offers, and which of it is in use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from wbscanner.desk.audit import entries, words
from wbscanner.desk.audit.deeds import DEEDS, TOPICS, Topic
from wbscanner.desk.audit.filters import ALL_OF, SPANS, Filter
from wbscanner.models import AuditEntry

LATEST = 10_000  # entries whose actors are offered; others are found by a word


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a list of choices."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Used:
    """A part of the filter that is in use: its words, and the address without it."""

    label: str
    without: str


def people(user: Any, chosen: str) -> list[Choice]:
    """Whoever did something lately that this person may see."""
    latest = AuditEntry.objects.order_by("-at", "-pk").values("pk")[:LATEST]
    found = set(entries.visible(user).filter(pk__in=latest).order_by().values_list("actor", flat=True).distinct())
    names = sorted(found | ({chosen} - {""}), key=str.casefold)
    return [Choice(name, words.actor(name), name == chosen) for name in names]


def actions(chosen: str) -> list[tuple[str, list[Choice]]]:
    """All actions by their topics; one that this version does not know only when it is chosen."""
    offered = [(str(TOPICS[topic]), _of_topic(topic, chosen)) for topic in DEEDS]
    if chosen and not any(choice.is_chosen for _label, some in offered for choice in some):
        offered.append((_("Of another version"), [Choice(chosen, words.outline(chosen), True)]))
    return offered


def _of_topic(topic: Topic, chosen: str) -> list[Choice]:
    every = f"{ALL_OF}{topic}"
    some = [Choice(action, words.outline(action), action == chosen) for action in DEEDS[topic]]
    return [Choice(every, _("All: %(topic)s") % {"topic": TOPICS[topic]}, every == chosen), *some]


def groups(names: Mapping[str, str], chosen: str) -> list[Choice]:
    return [Choice(group, name, group == chosen) for group, name in names.items()]


def spans(chosen: Filter) -> list[tuple[str, str, bool]]:
    """The times as label, address and whether it is the chosen one; any time is the first."""
    dates = {"from": "", "to": ""}
    has_dates = bool(chosen.since or chosen.until)
    offered = [("", _("Any time")), *((span.value, str(label)) for span, label in SPANS.items())]
    return [(label, chosen.query(span=span, **dates), span == chosen.span and not has_dates) for span, label in offered]


def used(chosen: Filter, names: Mapping[str, str]) -> list[Used]:
    """What is in use besides the spans, each with the way to do without."""
    said = {
        "who": words.actor(chosen.who) if chosen.who else "",
        "what": str(TOPICS[chosen.topic]) if chosen.topic else words.outline(chosen.what),
        "group": names.get(chosen.group, chosen.group),
        "q": _("with “%(word)s”") % {"word": chosen.word} if chosen.word else "",
        "from": _("from %(day)s") % {"day": date_format(chosen.since)} if chosen.since else "",
        "to": _("to %(day)s") % {"day": date_format(chosen.until)} if chosen.until else "",
    }
    return [Used(label, chosen.query(**{name: ""})) for name, label in said.items() if label]
