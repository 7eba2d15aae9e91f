"""Check a link: whoever may decide pastes a text, and sees what the checks say, without any group knowing of it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from scans import services, shown
from scans.engine.ceiling import Ceiling
from scans.engine.links import InvalidLink, Link, find_links, parse
from scans.models import Priority, Scan, Status
from scans.reasons import describe_gaps
from wbscanner import audit, rate
from wbscanner.desk import card_facts, health
from wbscanner.desk.deciding import RIGHT
from wbscanner.desk.queue_filters import visible
from wbscanner.numbers import whole
from wbscanner.permissions import is_owner

MOST_AT_ONCE = 5
MOST_REMEMBERED = 20
SESSION_KEY = "desk_checked"
PACE, LATE_PACE = 1, 5  # seconds
CEILING = Ceiling.HOST  # what checking services may be told of a link that a person asks about


@require_http_methods(["GET", "POST"])
@never_cache
def check(request: HttpRequest) -> HttpResponse:
    """The page with the box and what the checks say; a text that is posted is looked through for links."""
    if not request.user.has_perm(RIGHT):
        raise PermissionDenied
    if request.method == "POST":
        return _ask(request)
    context = results(_own(request), request)
    if "HX-Request" in request.headers:
        return render(request, "desk/check/results.html", context)
    return render(
        request, "desk/check/check.html", {**admin.site.each_context(request), **context, "title": _("Check a link")}
    )


def _ask(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    links = _links(request.POST.get("text", ""))
    wait = rate.take(user, timezone.now())
    if wait:
        messages.error(request, _("That was a lot of checks. Wait %(n)d s and ask again.") % {"n": wait})
        return redirect("desk:check")
    if not links:
        messages.error(request, _("No link was found in that. Paste a web address, such as the one in the message."))
        return redirect("desk:check")
    with transaction.atomic():
        scans = [services.request_scan(link, CEILING, priority=Priority.ASKED) for link in links]
        for scan in scans:
            audit.record(user.get_username(), "scan.request", str(scan), details={"id": str(scan.pk)})
    asked = [scan.pk for scan in scans]
    request.session[SESSION_KEY] = [*asked, *request.session.get(SESSION_KEY, [])][:MOST_REMEMBERED]
    return redirect(reverse("desk:check") + "?" + urlencode({"scan": asked}, doseq=True))


def _links(text: str) -> list[Link]:
    """The links in what was pasted, whatever stands around them; of one address alone also what no text would hold."""
    found = list({link.url_hash: link for link in find_links(text)}.values())
    if not found and text.strip() and not text.strip().count(" "):
        try:
            found = [parse(text.strip())]
        except InvalidLink:
            return []
    return found[:MOST_AT_ONCE]


def _own(request: HttpRequest) -> list[Scan]:
    """The scans that the address names, as far as this person asked for them or may see all."""
    numbers = map(whole, request.GET.getlist("scan")[:MOST_AT_ONCE])
    asked = [number for number in numbers if number is not None]
    mine = set(request.session.get(SESSION_KEY, []))
    keys = asked if is_owner(request.user) else [pk for pk in asked if pk in mine]
    return list(Scan.objects.filter(pk__in=keys).order_by("pk"))


def results(scans: list[Scan], request: HttpRequest) -> dict[str, Any]:
    """What desk/check/results.html shows; it asks again while something waits, less often once that takes long."""
    found = [result(scan, request) for scan in scans]
    return {
        "results": found,
        "is_waiting": any(one["is_waiting"] for one in found),
        "pace": LATE_PACE if any(one["late_because"] for one in found) else PACE,
        "late_after": int(health.OVERDUE.total_seconds()),
        "address": request.get_full_path(),
    }


def _late_because(scan: Scan, request: HttpRequest) -> str:
    """What to do about a check that takes far too long; empty while it does not."""
    if scan.status == Status.DONE or scan.requested_at > timezone.now() - health.OVERDUE:
        return ""
    if is_owner(request.user):
        return str(_("The worker does not get to it: start it with make run, or look at the service wbscanner-worker."))
    return str(_("The program does not get to it: tell the owner, and take the link for unchecked until then."))


def result(scan: Scan, request: HttpRequest) -> dict[str, Any]:
    """What a scan says so far."""
    user: Any = request.user
    is_waiting = scan.status != Status.DONE
    found, score = scan.reasons, scan.score or 0
    verdict = scan.verdict or "unknown"
    has_card = visible(user).filter(url_hash=scan.url_hash).exists()
    return {
        "is_waiting": is_waiting,
        "late_because": _late_because(scan, request),
        "verdict": scan.verdict,
        "mark": shown.verdict_mark(scan.verdict),
        "plate": shown.host_plate(scan.host),
        "sentence": "" if is_waiting else card_facts.sentence(verdict, found, score),
        "reasons": [] if is_waiting else card_facts.reasons(found, scan),
        "gaps": [] if is_waiting else describe_gaps(scan.gaps),
        "way": shown.titled_way(scan),
        "card": reverse("desk:card", args=[scan.url_hash]) if has_card else "",
    }
