"""Which addresses an answer is about, said before it is given: links may lead elsewhere, rules may stand there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from overrides.models import Override
from overrides.rules import Kind
from scans import shown
from scans.hops import HopRow
from waclient import decisions
from waclient.models import Answer, Decision
from wbscanner.confirm import Note

MOST_NAMED = 20

# Two of them stand together on a card: each begins with the button that it is about.
_FINE_COVERS = _("{answer}: {host} leads to {end}. Your answer is about that address, not about {host}.")
_SCAM_COVERS = _(
    "{answer}: {host} leads to {end}. Your answer is about the link on {host}; the whole host is every link of {host}."
)


def notes(answer: Answer, rows: Sequence[Any], scopes: set[int | None]) -> list[Note]:
    """What the answer covers where links lead elsewhere, and the rules written by hand that it takes the place of."""
    ends = {row.url_hash: decisions.end_of(row.url_hash) for row in rows}
    said = [leads_on(answer, row, end) for row in rows[:MOST_NAMED] if (end := ends[row.url_hash])]
    covered = [(ends[row.url_hash] if answer is Answer.FINE else None) or row for row in rows]
    return [note for note in said if note] + own_rules(covered, scopes)


def leads_on(answer: Answer, row: Any, end: HopRow) -> Note | None:
    """What an answer covers of a link that leads elsewhere; None when that needs no words."""
    is_elsewhere = end.url_hash != row.url_hash if answer is Answer.FINE else end.host != row.host
    if not is_elsewhere:
        return None
    host, text = shown.host_plate(row.host), _FINE_COVERS if answer is Answer.FINE else _SCAM_COVERS
    at = shown.short_url_text(end.url) if answer is Answer.FINE else shown.host_plate(end.host)
    button = format_html("<strong>{}</strong>", _("It's fine") if answer is Answer.FINE else _("It is a scam"))
    return Note(format_html(str(text), answer=button, host=host, end=at), "soon")


def own_rules(covered: Iterable[Any], scopes: set[int | None]) -> list[Note]:
    """Overrides written by hand for exactly these addresses or hosts: a decision takes their place until undone."""
    addresses = list(covered)
    of_links = Q(kind=Kind.URL, target__in={address.url_hash for address in addresses})
    of_hosts = Q(kind=Kind.HOST, target__in={address.host for address in addresses})
    decided = Decision.objects.filter(override=OuterRef("pk"), undone_at__isnull=True)
    rules = Override.objects.filter(of_links | of_hosts, ~Exists(decided)).select_related("group")
    text = _("A rule by %(by)s (“%(ruling)s”, %(where)s) gives way to your answer there. Undoing puts it back.")
    return [
        Note(
            text % {"by": rule.created_by, "ruling": rule.get_ruling_display(), "where": rule.group or _("all groups")},
            "soon",
        )
        for rule in rules
        if rule.group_id in scopes
    ][:MOST_NAMED]
