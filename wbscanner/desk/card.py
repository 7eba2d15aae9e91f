"""The card: everything about one link on one page, and the three answers."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import BooleanField, Count, ExpressionWrapper, Max, Min, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from groups.models import Group
from groups.policy import State
from scans import services, shown
from scans.admin.timeline import timeline
from scans.models import Artifact, ArtifactKind, Scan
from scans.reasons import describe_gaps
from waclient.admin import covering
from waclient.models import Answer, Decision, QueueItem, Sighting
from wbscanner.confirm import Note
from wbscanner.desk import card_facts, deciding
from wbscanner.desk.queue import RIGHT, place
from wbscanner.desk.queue_filters import chosen, how_many_ask, is_open, visible
from wbscanner.desk.queue_order import neighbours
from wbscanner.moments import moment
from wbscanner.permissions import owner_only, visible_groups, within

MOST_SIGHTINGS = 60
MOST_DECISIONS = 20
MOST_PICTURES = 2
PNG = b"\x89PNG\r\n\x1a\n"


@require_GET
@never_cache
def card(request: HttpRequest, url_hash: str) -> HttpResponse:
    """The page of one link; for htmx only what stands beside the queue on a wide screen."""
    user: Any = request.user
    if not user.has_perm(RIGHT):
        raise PermissionDenied
    groups = visible_groups(user)
    told = {"asked": how_many_ask(groups), "waits": ExpressionWrapper(is_open(groups), BooleanField())}
    item = visible(user).filter(url_hash=url_hash).annotate(**told).first()
    if item is None:
        raise Http404
    context = {**_read(item, user), "place": urlencode(place(request)), "toast": deciding.toast(request)}
    context["here_url"] = request.get_full_path()
    if "HX-Request" in request.headers:
        return render(request, "desk/card/pane.html", {**context, "next_url": _queue(request)})
    context |= _neighbours(item, request)
    return render(request, "desk/card/card.html", {**admin.site.each_context(request), **context})


def _queue(request: HttpRequest) -> str:
    query = urlencode(place(request))
    return reverse("desk:queue") + (f"?{query}" if query else "")


def _read(item: QueueItem, user: Any) -> dict[str, Any]:
    groups = visible_groups(user)
    posted = Sighting.objects.filter(within(groups, "group_id"), url_hash=item.url_hash)
    seen = list(
        posted.select_related("group", "scan", "override")
        .prefetch_related("actions")
        .order_by("-posted_at", "-pk")[:MOST_SIGHTINGS]
    )
    scan = services.newest(item.url_hash)
    remarks = next((remarks for one in seen if (remarks := one.remarks)), [])
    found = [*(scan.reasons if scan else []), *remarks]
    score = scan.score or 0 if scan else 0
    here = list({one.group_id: one.group for one in seen}.values())
    return {
        "title": _("Link"),
        "item": item,
        "mark": shown.verdict_mark(item.verdict),
        "plate": shown.host_plate(item.host),
        "url_text": shown.short_url_text(item.url),
        "sentence": card_facts.sentence(item.verdict, found, score),
        "confidence": card_facts.confidence(item.verdict, found, score),
        "reasons": card_facts.reasons(found, scan),
        "gaps": describe_gaps(scan.gaps) if scan else [],
        "way": shown.way(scan) if scan else "",
        "lanes": card_facts.lanes(seen),
        "seen": _seen(posted, seen),
        "seen_url": f"{reverse('admin:waclient_sighting_changelist')}?url_hash={item.url_hash}",
        "campaign": _campaign(seen, groups),
        "said": _said(item.url_hash, groups),
        "timeline": timeline(scan) if scan and groups is None else "",
        "pictures": _pictures(item.url_hash) if groups is None else [],
        "raw": card_facts.raw(scan, seen[0] if seen else None),
        "form": deciding.AnswerForm(user, groups=here),
        "effect": _effect(here),
        "notes": _notes(item, scan, here, is_owner=groups is None),
        "may_decide": user.has_perm(deciding.RIGHT),
        "is_owner": groups is None,
    }


def _seen(posted: QuerySet[Sighting], newest: list[Sighting]) -> dict[str, Any]:
    """How often and since when a link was posted in the groups of its reader; counted here where all were read."""
    numbers: dict[str, Any] = {
        "first": newest[-1].posted_at if newest else None,
        "last": newest[0].posted_at if newest else None,
        "count": len(newest),
        "groups": len({one.group_id for one in newest}),
    }
    if len(newest) == MOST_SIGHTINGS:
        numbers = posted.aggregate(
            first=Min("posted_at"), last=Max("posted_at"), count=Count("pk"), groups=Count("group", distinct=True)
        )
    return {
        "count": numbers["count"],
        "groups": numbers["groups"],
        "first": moment(numbers["first"]),
        "last": moment(numbers["last"]),
    }


def _campaign(seen: list[Sighting], groups: list[int] | None) -> dict[str, Any] | None:
    """The campaign that a link belongs to, where its reader's groups saw more of it than this link."""
    key = next((one.campaign_id for one in seen if one.campaign_id is not None), None)
    if key is None:
        return None
    reach = Sighting.objects.filter(within(groups, "group_id"), campaign=key).aggregate(
        links=Count("url_hash", distinct=True), groups=Count("group", distinct=True)
    )
    return {"url": reverse("admin:waclient_campaign_change", args=[key]), **reach} if reach["links"] > 1 else None


def _said(url_hash: str, groups: list[int] | None) -> list[dict[str, Any]]:
    """What people decided, the newest first; one for all groups is seen by everybody."""
    rows = Decision.objects.filter(url_hash=url_hash).select_related("group", "override")
    if groups is not None:
        rows = rows.filter(Q(group__in=groups) | Q(group__isnull=True))
    return [
        {
            "row": row,
            "when": moment(row.at),
            "url": reverse("admin:waclient_decision_change", args=[row.pk])
            if groups is None or row.group_id is not None
            else "",
        }
        for row in rows[:MOST_DECISIONS]
    ]


def _pictures(url_hash: str) -> list[str]:
    """Where pictures of the page are, the newest first."""
    kept = Artifact.objects.filter(report__url_hash=url_hash, kind=ArtifactKind.SCREENSHOT)
    return [reverse("desk:picture", args=[pk]) for pk in kept.values_list("pk", flat=True)[:MOST_PICTURES]]


@owner_only
@require_GET
def picture(request: HttpRequest, key: int) -> HttpResponse:
    """A picture of a page, for the owner: as a picture it can be looked at, opened by itself it is a download."""
    kept = Artifact.objects.filter(pk=key, kind=ArtifactKind.SCREENSHOT).first()
    if kept is None or not bytes(kept.content).startswith(PNG):
        raise Http404
    headers = {
        "Content-Disposition": f'attachment; filename="page-{key}.png"',
        "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(bytes(kept.content), content_type="image/png", headers=headers)


def _effect(here: list[Group]) -> list[str]:
    """What an answer does, in words."""
    live = [str(group) for group in here if group.state == State.LIVE]
    silent = [str(group) for group in here if group.state != State.LIVE]
    said = []
    if live:
        text = _("Of the groups you choose, a scam is treated as dangerous in %(groups)s.")
        said.append(str(text % {"groups": ", ".join(live)}))
    if silent:
        said.append(str(_("In %(groups)s nothing is said.") % {"groups": ", ".join(silent)}))
    said.append(str(_("For 10 seconds you can undo it before the bot acts.")))
    return said


def _notes(item: QueueItem, scan: Scan | None, here: list[Group], *, is_owner: bool) -> list[Note]:
    """Who waits for the answer, what it covers where the link leads elsewhere, and what it takes the place of."""
    scopes: set[int | None] = {group.pk for group in here} | ({None} if is_owner else set())
    end = scan.way[-1] if scan is not None and scan.way else None
    leads = [covering.leads_on(word, item, end) for word in (Answer.FINE, Answer.CONFIRM)] if end else []
    asked = int(getattr(item, "asked", 0))
    text = ngettext("%(n)d member waits for your answer.", "%(n)d members wait for your answer.", asked)
    told = [Note(text % {"n": asked}, "soon")] if asked else []
    return told + [note for note in leads if note] + covering.own_rules([item, *([end] if end else [])], scopes)


def _neighbours(item: QueueItem, request: HttpRequest) -> dict[str, Any]:
    """The links before and after this one in the queue as the reader left it, and where this one stands."""
    user: Any = request.user
    before, after = neighbours(item, user, chosen(request.GET.get("show", "")), request.GET.get("q", ""))
    query = urlencode(place(request))

    def address(url_hash: str | None) -> str:
        if url_hash is None:
            return ""
        return reverse("desk:card", args=[url_hash]) + (f"?{query}" if query else "")

    following = address(after) or address(before)
    return {"before": address(before), "after": address(after), "queue_url": _queue(request), "next_url": following}
