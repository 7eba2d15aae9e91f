"""The queue: links that wait for a person, decided on one by one or many at once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from waclient.models import QueueItem
from wbscanner.backoffice import NO_GROUP
from wbscanner.desk import deciding
from wbscanner.desk.queue_filters import Choice, Show, choices, chosen, posted_since, shown
from wbscanner.desk.queue_order import in_order
from wbscanner.desk.queue_rows import rows, seen_at
from wbscanner.numbers import whole
from wbscanner.permissions import visible_groups

RIGHT = "waclient.view_queueitem"
ROWS_A_PAGE = 30
MOST_COUNTED = 999
MOST_PAGES = 10_000
NO_CONTENT = 204
INSTANT = timedelta(microseconds=1)


def place(request: HttpRequest) -> dict[str, str]:
    """The filter, search and page of the queue that an address names, as its parameters; defaults are left out."""
    show, search, page = chosen(request.GET.get("show", "")), request.GET.get("q", ""), request.GET.get("page", "")
    named = {"show": "" if show is Show.NEEDS else show.value, "q": search, "page": page if whole(page) else ""}
    return {name: value for name, value in named.items() if value}


def _read(request: HttpRequest) -> dict[str, Any]:
    user: Any = request.user
    show, search = chosen(request.GET.get("show", "")), request.GET.get("q", "")
    found = shown(user, show, search).order_by()
    # Counting to the end would take longer than drawing the page.
    count = found[: MOST_COUNTED + 1].count()
    offered = choices(user, show, None if search else count)
    number, items = _page(request, found, count, next(one for one in offered if one.show is Show.NEEDS))
    return {
        "rows": rows(items[:ROWS_A_PAGE], user),
        "page": number,
        "before": number - 1,
        "after": number + 1 if len(items) > ROWS_A_PAGE else 0,
        "count": min(count, MOST_COUNTED),
        "is_more": count > MOST_COUNTED,
        "choices": offered,
        "show": show,
        "search": search,
        "place": urlencode(place(request)),
        "newest": max((seen_at(item) for item in items), default=None),
        "may_decide": user.has_perm(deciding.RIGHT),
        "no_group": NO_GROUP if visible_groups(user) == [] else "",
        "toast": deciding.toast(request),
        "form": deciding.AnswerForm(user),
    }


def _page(request: HttpRequest, found: QuerySet[QueueItem], count: int, waiting: Choice) -> tuple[int, list[QueueItem]]:
    """The page asked for, from 1, with one link more than it shows; behind the last page stands the last."""
    user: Any = request.user
    show, search, number = chosen(request.GET.get("show", "")), request.GET.get("q", ""), _number(request)
    most = None if waiting.is_more else waiting.number
    if count <= MOST_COUNTED:
        number = min(number, _pages(count))
    items = in_order(user, show, search, _places(number), most)
    if items or number == 1:
        return number, items
    number = _pages(found.count())
    return number, in_order(user, show, search, _places(number), most)


def _places(page: int) -> range:
    return range((page - 1) * ROWS_A_PAGE, page * ROWS_A_PAGE + 1)


def _pages(count: int) -> int:
    return max(1, -(-count // ROWS_A_PAGE))


def _number(request: HttpRequest) -> int:
    return min(whole(request.GET.get("page", "")) or 1, MOST_PAGES)


def _refuse(request: HttpRequest) -> None:
    if not request.user.has_perm(RIGHT):
        raise PermissionDenied


@require_GET
@never_cache
def queue(request: HttpRequest) -> HttpResponse:
    """The page; for htmx only its list."""
    _refuse(request)
    if "HX-Request" in request.headers:
        return render(request, "desk/queue/list.html", _read(request))
    context = {**admin.site.each_context(request), **_read(request), "title": _("Queue")}
    return render(request, "desk/queue/queue.html", context)


@require_GET
@never_cache
def fresh(request: HttpRequest) -> HttpResponse:
    """How many links came since `since` in this choice, as a link that shows them; 204 when none did."""
    _refuse(request)
    user: Any = request.user
    since = _moment(request.GET.get("since", ""))
    found = shown(user, chosen(request.GET.get("show", "")), request.GET.get("q", ""))
    count = (posted_since(found, visible_groups(user), since + INSTANT) if since else found).count()
    if not count:
        return HttpResponse(status=NO_CONTENT)
    return render(request, "desk/queue/fresh.html", {"count": count, "place": urlencode(place(request))})


def _moment(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None


@require_POST
@never_cache
def decide(request: HttpRequest) -> HttpResponse:
    """Carry out an answer about the chosen links, then show the queue where it was."""
    _refuse(request)
    try:
        deciding.decide(request, request.POST.getlist("link"))
    except deciding.NotDecided as error:
        messages.error(request, str(error))
    return _back(request)


@require_POST
@never_cache
def undo(request: HttpRequest) -> HttpResponse:
    """Take back what was decided last."""
    _refuse(request)
    if deciding.undo_last(request):
        messages.success(request, _("Taken back."))
    else:
        messages.error(
            request, _("There is nothing left to take back here. Decisions can be undone on their own page.")
        )
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    """To the page of the desk that the form named."""
    target = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(target, allowed_hosts=None) and target.startswith("/desk/")
    return redirect(target if is_ours else reverse("desk:queue"))
