"""The members of a group whose messages are never deleted: shown by code name, and taken off the list."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import admin, messages
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from groups import services
from groups.models import Group
from waclient.models import Sighting
from wbscanner.desk.backtest.page import open_group
from wbscanner.desk.errands.trying import CHANGES, SEES
from wbscanner.moments import moment

SHOWN = 8  # characters of a code name, as in the audit trail


@dataclass(frozen=True, slots=True)
class Member:
    """A trusted member, with what is stored of them here."""

    key: str
    name: str
    links: int
    newest: str
    card: str


@require_http_methods(["GET", "POST"])
def trusted(request: HttpRequest, group_id: int) -> HttpResponse:
    """The list; by POST one member is a member like the others again."""
    if request.method == "POST":
        return _remove(request, open_group(request, group_id, CHANGES))
    group = open_group(request, group_id, SEES)
    context = {
        **admin.site.each_context(request),
        "title": _("Trusted members"),
        "group": group,
        "members": members(group),
        "may_change": request.user.has_perm(CHANGES),
        "back": reverse("admin:groups_group_change", args=[group.pk]),
    }
    return render(request, "desk/trusted.html", context)


def members(group: Group) -> list[Member]:
    rows = Sighting.objects.filter(group=group, sender__in=group.trusted).order_by()
    known = {
        sender: (links, newest)
        for sender, links, newest in rows.values_list("sender").annotate(Count("pk"), Max("posted_at"))
    }
    newest = {row.sender: row.pk for row in rows.filter(posted_at__in=[at for _links, at in known.values()])}
    return [
        Member(
            key=key,
            name=key[:SHOWN],
            links=known[key][0] if key in known else 0,
            newest=moment(known[key][1]) if key in known else "",
            card=reverse("admin:waclient_sighting_change", args=[newest[key]]) if key in newest else "",
        )
        for key in group.trusted
    ]


def _remove(request: HttpRequest, group: Group) -> HttpResponse:
    key = request.POST.get("member", "")
    if key in group.trusted:
        services.trust(group, key, by=request.user.get_username(), is_trusted=False)
        messages.success(request, _("The group's policy holds for this member again, deletions included."))
    else:
        messages.warning(request, _("This member is not on the list any more. Nothing was changed."))
    return redirect("desk:trusted", group.pk)
