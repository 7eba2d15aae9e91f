"""The simulator's page: a chat that is only played, and beside each message what was decided about it."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseForbidden
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from groups.models import Group
from scans import shown
from waclient import composing
from waclient.admin.links import response
from waclient.models import Connection, Sighting
from waclient.simulator import chats
from waclient.simulator.cast import GROUPS, SimulatedGroup
from waclient.simulator.chats import Bubble
from wbscanner.moments import moment

RIGHT = "waclient.change_connection"
NO_CONTENT = 204


class PostForm(forms.Form):
    """What a visitor makes a member write."""

    author = forms.ChoiceField(label=_("Who writes"))
    text = forms.CharField(
        label=_("Message"), max_length=chats.MAX_TEXT, strip=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, group: SimulatedGroup, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["author"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(member.name, _name(member.name, member.is_admin)) for member in group.members]


@dataclass(frozen=True, slots=True)
class Said:
    """A message of the chat and what was decided about each of its links, all ready to be shown."""

    bubble: Bubble
    at: str
    answers_to: str
    links: list[dict[str, str]]


def _name(name: str, is_admin: bool) -> str:
    return str(_("%(name)s, admin") % {"name": name}) if is_admin else name


def _chosen(request: HttpRequest) -> SimulatedGroup:
    wanted = request.GET.get("chat", "")
    return next((group for group in GROUPS if group.jid == wanted), GROUPS[0])


def _page(group: SimulatedGroup, author: str) -> str:
    """The page again, with the one who wrote last ready to write more."""
    return f"{reverse('desk:simulator')}?{urlencode({'chat': group.jid, 'author': author})}"


def read(group: SimulatedGroup) -> dict[str, Any]:
    """What the live part shows; `digest` changes when anything in it does."""
    row = Group.objects.filter(jid=group.jid).first()
    bubbles = chats.chat(group)
    texts = {bubble.message_id: bubble for bubble in bubbles}
    links = _links(row, list(texts))
    said = [
        Said(bubble, moment(bubble.at), _quoted(texts.get(bubble.reply_to)), links[bubble.message_id])
        for bubble in bubbles
    ]
    connection, now = Connection.get(), timezone.now()
    is_alive = connection.is_alive(now)
    is_typing = row is not None and composing.is_seen_in(row, now)
    is_muted = row is not None and row.is_muted(now)
    state = (row.state if row else "", is_muted, is_alive, is_typing, repr(bubbles), repr(links))
    digest = hashlib.sha256(repr(state).encode()).hexdigest()[:16]
    return {"chat": group, "row": row, "said": said, "is_alive": is_alive, "is_typing": is_typing, "digest": digest}


def _quoted(bubble: Bubble | None) -> str:
    return f"{bubble.author}: {bubble.text[:60]}" if bubble is not None else ""


def _links(row: Group | None, message_ids: list[str]) -> defaultdict[str, list[dict[str, str]]]:
    """What was decided about the links of these messages, by message."""
    found: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    if row is None:
        return found
    about = Sighting.objects.filter(group=row, message_id__in=message_ids).select_related("scan", "override")
    for sighting in about.prefetch_related("actions").order_by("pk"):
        found[sighting.message_id].append(
            {
                "mark": shown.verdict_mark(sighting.verdict),
                "host": shown.host_plate(sighting.host),
                "reasons": shown.reasons(sighting.scan, also=sighting.remarks) if sighting.verdict else "",
                "response": response(sighting),
                "card": reverse("admin:waclient_sighting_change", args=[sighting.pk]),
            }
        )
    return found


def _refuse(request: HttpRequest) -> None:
    if not settings.IS_SIMULATED:
        raise Http404
    if not request.user.has_perm(RIGHT):
        raise PermissionDenied


@require_http_methods(["GET", "POST"])
def simulator(request: HttpRequest) -> HttpResponse:
    """The page, and what a visitor makes a member do. There is none where WhatsApp is the real one."""
    _refuse(request)
    group, problem = _chosen(request), ""
    posted = request.POST if request.method == "POST" and "delete" not in request.POST else None
    form = PostForm(group, posted, initial={"author": request.GET.get("author", "")})
    if request.method == "POST":
        problem = _carry_out(request, group, form)
        if not problem:
            return redirect(_page(group, request.POST.get("author", "")))
    context = {
        **admin.site.each_context(request),
        **read(group),
        "title": _("Simulator"),
        "chats": GROUPS,
        "form": form,
        "problem": problem,
    }
    return render(request, "desk/simulator.html", context)


def _carry_out(request: HttpRequest, group: SimulatedGroup, form: PostForm) -> str:
    """Write or delete a message; why it was not possible, empty when it was."""
    try:
        if "delete" in request.POST:
            chats.delete(group.jid, request.POST.get("author", ""), request.POST["delete"])
        elif form.is_valid():
            chats.say(group.jid, form.cleaned_data["author"], form.cleaned_data["text"])
        else:
            return str(_("Choose who writes, and write something."))
    except (chats.NotPossible, LookupError) as error:
        return str(error)
    return ""


@require_GET
@never_cache
def live(request: HttpRequest) -> HttpResponse:
    """The part that changes; 204 while nothing has, so that nothing moves under the reader."""
    if not settings.IS_SIMULATED or not request.user.has_perm(RIGHT):
        return HttpResponseForbidden()
    context = read(_chosen(request))
    if request.GET.get("seen") == context["digest"]:
        return HttpResponse(status=NO_CONTENT)
    return render(request, "desk/simulator_live.html", context)
