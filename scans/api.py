"""Scans over HTTP: ask for one, read one, read the newest ones."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.db import transaction
from django.db.models import BigIntegerField, Q, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from ninja import Field, Query, Router, Schema
from ninja.responses import Status as Answer

from scans import services
from scans.engine.ceiling import Ceiling
from scans.engine.defang import defang_host, defang_url
from scans.engine.journeys import How
from scans.engine.links import MAX_URL, InvalidLink, parse
from scans.engine.scoring import Verdict
from scans.hops import HopRow
from scans.models import Priority, Scan, Status
from scans.reasons import describe, describe_not_checked
from wbscanner import audit
from wbscanner.auth import Scope
from wbscanner.bearer import ApiRequest, Bearer, actor, groups_of
from wbscanner.bodies import Body
from wbscanner.models import AuditEntry
from wbscanner.paging import PageQuery, RowId, page
from wbscanner.problems import WITH_BODY, WITHOUT_FIELDS, Code, Problem, errors, missing

CEILING = Ceiling.HOST  # what checking services may be told of a link that an integration asks about
ASKED, ASKED_AGAIN = "scan.request", "scan.rescan"

router = Router(tags=["scans"])


class ScanIn(Body):
    """A link to judge; `force` asks anew although a fresh verdict exists."""

    url: Annotated[str, Field(min_length=1, max_length=MAX_URL)]
    force: Annotated[bool, Field(strict=True)] = False


class ReasonOut(Schema):
    """One reason; points may be negative."""

    code: str
    points: int
    text: str


class GapOut(Schema):
    """Something that was not looked at, and why."""

    source: str
    reason: str
    text: str


class HopOut(Schema):
    """One address on the way; `url` is stripped of secrets, `status` null where it was not opened."""

    url: str
    defanged: str
    host: str
    how: How
    status: int | None


class ScanOut(Schema):
    """One analysis. `url` is stripped of secrets; verdict, score and times are null until status is done.

    `hops` are the addresses on the way, first the posted one; empty when it was not opened and wraps no other.
    """

    id: int
    status: Status
    url: str
    defanged: str
    url_hash: str
    host: str
    registrable_domain: str
    verdict: Verdict | None
    score: int | None
    risk: float | None
    reasons: list[ReasonOut]
    not_checked: list[GapOut]
    hops: list[HopOut]
    requested_at: datetime
    finished_at: datetime | None
    expires_at: datetime | None


class ScansOut(Schema):
    """`next` goes into `after` to read on; null at the end."""

    items: list[ScanOut]
    next: int | None


class ScansQuery(PageQuery):
    """`host` is exact; international names may be written in either form."""

    verdict: Verdict | None = None
    host: Annotated[str, Field(min_length=1, max_length=255)] | None = None


@router.post("", auth=Bearer(Scope.SCAN), response={200: ScanOut, 202: ScanOut, **errors(*WITH_BODY)})
def request_scan(request: ApiRequest, body: ScanIn) -> Answer[ScanOut]:
    """Judge a link: 200 with a fresh verdict, 202 with a scan that waits (read it again by its id)."""
    try:
        link = parse(body.url)
    except InvalidLink as error:
        raise Problem(422, Code.INVALID, "url: write a whole web address, such as https://example.com/pay.") from error
    with transaction.atomic():
        scan = services.request_scan(link, CEILING, priority=Priority.ASKED, reuse=not body.force)
        _record(request, ASKED, scan)
    return _answer(scan)


@router.get("", auth=Bearer(Scope.READ), response={200: ScansOut, **errors(422)})
def list_scans(request: ApiRequest, query: Query[ScansQuery]) -> ScansOut:
    """The newest scans first, of one verdict or host if asked."""
    rows = _visible(request)
    if query.verdict is not None:
        rows = rows.filter(verdict=query.verdict)
    if query.host is not None:
        rows = rows.filter(host=_ascii_host(query.host))
    found, cursor = page(rows, query)
    return ScansOut(items=[_out(scan) for scan in found], next=cursor)


@router.get("/{scan_id}", auth=Bearer(Scope.READ), response={200: ScanOut, **errors(404, 422)})
def read_scan(request: ApiRequest, scan_id: RowId) -> ScanOut:
    """One scan with its evidence."""
    return _out(_find(request, scan_id))


@router.post("/{scan_id}/rescan", auth=Bearer(Scope.SCAN), response={202: ScanOut, **errors(404, *WITHOUT_FIELDS)})
def rescan(request: ApiRequest, scan_id: RowId) -> Answer[ScanOut]:
    """Judge the same link anew, past every cache; the answer is the new scan."""
    scan = _find(request, scan_id)
    with transaction.atomic():
        again = services.rescan(scan)
        _record(request, ASKED_AGAIN, again)
    return Answer(202, _out(again))


def _find(request: ApiRequest, scan_id: int) -> Scan:
    scan = _visible(request).filter(pk=scan_id).first()
    if scan is None:
        raise missing()
    return scan


def _visible(request: ApiRequest) -> QuerySet[Scan]:
    """All scans, or for a token limited to groups: of links seen in those groups, and scans it asked for itself."""
    groups = groups_of(request)
    if groups is None:
        return Scan.objects.all()
    seen = Scan.objects.filter(sightings__group_id__in=groups).values("url_hash")
    own = AuditEntry.objects.filter(action__in=[ASKED, ASKED_AGAIN], details__token=request.auth.prefix)
    asked = own.annotate(scan=Cast(KT("details__scan"), BigIntegerField())).values("scan")
    return Scan.objects.filter(Q(url_hash__in=seen) | Q(pk__in=asked))


def _ascii_host(host: str) -> str:
    is_bare_ipv6 = host.count(":") > 1 and not host.startswith("[")
    try:
        return parse(f"http://[{host}]/" if is_bare_ipv6 else f"http://{host}/").host
    except InvalidLink as error:
        raise Problem(422, Code.INVALID, "host: write a host alone, such as pay.example.com.") from error


def _record(request: ApiRequest, action: str, scan: Scan) -> None:
    details = {"scan": scan.pk, "token": request.auth.prefix}
    groups = [str(group_id) for group_id in groups_of(request) or []]
    audit.record(actor(request), action, defang_host(scan.host), group_ids=groups, details=details)


def _answer(scan: Scan) -> Answer[ScanOut]:
    return Answer(200 if scan.status == Status.DONE else 202, _out(scan))


def _out(scan: Scan) -> ScanOut:
    return ScanOut(
        id=scan.pk,
        status=Status(scan.status),
        url=scan.url,
        defanged=defang_url(scan.url),
        url_hash=scan.url_hash,
        host=scan.host,
        registrable_domain=scan.registrable_domain,
        verdict=Verdict(scan.verdict) if scan.verdict else None,
        score=scan.score,
        risk=scan.risk,
        reasons=[ReasonOut(code=why.code, points=why.points, text=describe(why)) for why in scan.reasons],
        not_checked=[GapOut(source=gap.source, reason=gap.reason, text=describe_not_checked(gap)) for gap in scan.gaps],
        hops=[_hop_out(hop) for hop in scan.way],
        requested_at=scan.requested_at,
        finished_at=scan.finished_at,
        expires_at=scan.expires_at,
    )


def _hop_out(hop: HopRow) -> HopOut:
    return HopOut(url=hop.url, defanged=defang_url(hop.url), host=hop.host, how=hop.how, status=hop.status)
