"""Members' questions about links: filing them, telling what was found, answering what a moderator decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from groups.models import Group
from scans.engine.scoring import Verdict
from scans.models import Scan, Status
from waclient import replies
from waclient.chat_commands.answers import member, text_of
from waclient.decisions import UNDO_WINDOW
from waclient.models import (
    UNSENT,
    Action,
    ActionKind,
    Decision,
    Report,
    ReportKind,
    ReportState,
    Sighting,
)
from waclient.replies import About, Voice
from waclient.rosters import Rosters
from waclient.verdicts import outcome, override_of
from wbscanner import audit, house

# A verdict that answers a check by itself; anything less certain also waits for a person.
CERTAIN = frozenset({Verdict.MALICIOUS, Verdict.BENIGN})


@dataclass(frozen=True, slots=True)
class AboutLink:
    """The link a question is about, as rows keep it."""

    url_hash: str
    url: str
    host: str


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asked by which message: the pseudonym, the sealed address, and whether in private."""

    key: str
    address: str | None
    message_id: str
    is_direct: bool


def file(  # noqa: PLR0913 (the columns of one question, by name)
    kind: ReportKind,
    link: AboutLink | Sighting,
    asker: Asker,
    *,
    group: Group | None,
    sighting: Sighting | None = None,
    scan: Scan | None = None,
    now: datetime,
) -> Report:
    """Put a question into the queue; one of the same person about that link there that still waits is asked anew."""
    values = {
        "sighting": sighting,
        "scan": scan,
        "url": link.url,
        "host": link.host,
        "address": asker.address,
        "quotes": asker.message_id,
        "is_direct": asker.is_direct,
        "asked_at": now,
        "told_at": None,
    }
    report, _is_new = Report.objects.update_or_create(
        kind=kind, by=asker.key, url_hash=link.url_hash, group=group, state=ReportState.OPEN, defaults=values
    )
    return report


def close(report: Report, *, by: str) -> bool:
    """A moderator closes a question without an answer; audited. False when it was not open any more."""
    with transaction.atomic():
        if not _settle(report, ReportState.CLOSED, by, timezone.now()):
            return False
        audit.record(by, "report.close", str(report), group_ids=_ids(report))
    return True


def plan_next(now: datetime, rosters: Rosters | None = None) -> bool:
    """Answer one question: what was found to who asked for a check, what was decided to everybody; False when none."""
    return _answer_decided(now) or _tell_found(now)


def set_aside(now: datetime) -> bool:
    """Close the question that could not be answered; False when there is none."""
    report = _decided_on(now).first() or _judged().first()
    return report is not None and _settle(report, ReportState.CLOSED, "", now)


def _decided_on(now: datetime) -> QuerySet[Report]:
    """Open questions whose link a moderator decided about since, for that group or for all."""
    said = Decision.objects.filter(
        Q(group=OuterRef("group")) | Q(group__isnull=True),
        url_hash=OuterRef("url_hash"),
        undone_at__isnull=True,
        at__gte=OuterRef("asked_at"),
        at__lte=now - UNDO_WINDOW,
    )
    return _open().filter(Exists(said))


def _judged() -> QuerySet[Report]:
    """Checks whose link was judged, or is gone, and of which nobody was told."""
    is_judged = Q(scan__status=Status.DONE) | Q(scan__isnull=True, sighting__planned_at__isnull=False)
    is_lost = Q(scan__isnull=True, sighting__isnull=True)
    return _open().filter(is_judged | is_lost, kind=ReportKind.CHECK, told_at__isnull=True)


def _answer_decided(now: datetime) -> bool:
    report = _decided_on(now).first()
    if report is None:
        return False
    scope = Q(group__isnull=True) if report.group_id is None else Q(group=report.group_id) | Q(group__isnull=True)
    standing = Decision.objects.filter(scope, url_hash=report.url_hash, undone_at__isnull=True)
    decision = standing.filter(at__gte=report.asked_at).order_by("-at", "-pk").first()
    with transaction.atomic():
        if decision is not None and _settle(report, ReportState.ANSWERED, decision.by, now):
            _say(report, text_of("decided", _language(report), _decided(report, decision)), now)
    return True


def _tell_found(now: datetime) -> bool:
    """Tell one member what a check found, once its link is judged."""
    report = _judged().select_related("group", "scan", "sighting__scan", "sighting__override").first()
    if report is None:
        return False
    with transaction.atomic():
        if Report.objects.filter(pk=report.pk, told_at__isnull=True).update(told_at=now):
            _tell(report, now)
    return True


def _tell(report: Report, now: datetime) -> None:
    sighting = _as_sighting(report)
    verdict, _score, findings = outcome(sighting, override_of(sighting, report.group, now), now)
    if verdict in CERTAIN:
        _settle(report, ReportState.ANSWERED, "", now)
    if _was_warned(report):
        return
    if verdict in {Verdict.MALICIOUS, Verdict.SUSPICIOUS}:
        about = About(verdict, report.host, findings, sighting.place, sighting.leads_to)
        text = replies.warning(Voice(_language(report), wording=report.pk), about)
    else:
        text = text_of("checked", _language(report), {"verdict": verdict, "host": report.host})
    _say(report, text, now)


def _as_sighting(report: Report) -> Sighting:
    """The link as it is judged: in its message, or by itself where nobody posted it or it was looked at anew."""
    if report.scan is None and report.sighting is not None:
        return report.sighting
    domain = report.scan.registrable_domain if report.scan else ""
    return Sighting(
        url_hash=report.url_hash, url=report.url, host=report.host, registrable_domain=domain, scan=report.scan
    )


def _was_warned(report: Report) -> bool:
    """Whether the message that asked carried the link itself and was answered by a warning: that is the answer."""
    if report.sighting is None or report.sighting.message_id != report.quotes:
        return False
    warned = Action.objects.filter(sighting=report.sighting, kind=ActionKind.REPLY).exclude(state__in=UNSENT)
    return warned.exists()


def _decided(report: Report, decision: Decision) -> dict[str, object]:
    return {"kind": report.kind, "answer": decision.answer, "host": report.host}


def _say(report: Report, text: str, now: datetime) -> None:
    """To who asked, unless their address is forgotten or their group wants to hear nothing."""
    if report.address is None or (not report.is_direct and not _may_hear(report.group, now)):
        return
    Action.objects.create(
        group=None if report.is_direct else report.group,
        kind=ActionKind.ANSWER,
        text=text,
        quotes=report.quotes,
        address=report.address,
        asked_by=member(report.by),
        created_at=now,
    )


def _may_hear(group: Group | None, now: datetime) -> bool:
    return group is not None and group.is_watched and not group.is_muted(now)


def _open() -> QuerySet[Report]:
    return Report.objects.filter(state=ReportState.OPEN).order_by("asked_at", "pk")


def _settle(report: Report, state: ReportState, by: str, at: datetime) -> bool:
    rows = Report.objects.filter(pk=report.pk, state=ReportState.OPEN)
    return bool(rows.update(state=state, answered_at=at, answered_by=by))


def _language(report: Report) -> str:
    return report.group.reply_language if report.group else house.read().language


def _ids(report: Report) -> list[str]:
    return [] if report.group_id is None else [str(report.group_id)]
