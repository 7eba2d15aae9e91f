"""What is printed: a group's notice for its members, and the record of processing; both from the settings that hold."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from groups.models import Group
from scans.asking.access import access
from scans.engine.ceiling import Ceiling
from scans.engine.providers import PROVIDERS, REPORTERS
from scans.engine.providers.provider import Card
from scans.models import Feed, FeedState, ProviderState
from waclient import replies
from waclient.retention import classes
from wbscanner.languages import DESK
from wbscanner.models import Channel
from wbscanner.permissions import includes, owner_only, visible_groups

RIGHT = "groups.view_group"


@require_safe
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """What members are told, in their language, with what is kept and who is asked; for whoever may see the group."""
    user = request.user
    if not user.has_perm(RIGHT) or not includes(visible_groups(user), pk):  # type: ignore[arg-type]
        raise Http404
    group = get_object_or_404(Group, pk=pk)
    language = group.reply_language
    context: dict[str, Any] = {
        "group": group,
        "language": language,
        "direction": "rtl" if translation.get_language_info(language)["bidi"] else "ltr",
        "said": replies.notice(group).splitlines(),
        "opens_links": Ceiling(group.ceiling) is not Ceiling.NOTHING,
        "asked": asked(Ceiling(group.ceiling)),
        "days": settings.RETENTION_DAYS,
        "hours": replies.hours(settings.SENDER_ADDRESS_KEPT),
        "now": timezone.now(),
    }
    # It is for the members: all of it is said in their language, where the desk knows it.
    whole = language if language in DESK else settings.LANGUAGE_CODE
    with translation.override(whole):
        page = render(request, "desk/privacy/notice.html", context)
    page.headers["Content-Language"] = whole
    return page


@owner_only
@require_safe
def record(request: HttpRequest) -> HttpResponse:
    """The record of processing (article 30 GDPR), as far as a program can know it."""
    fetched = Feed.objects.exclude(state=FeedState.OFF).order_by("name")
    context: dict[str, Any] = {
        "now": timezone.now(),
        "address": settings.BASE_URL,
        "groups": Group.objects.filter(state__in=["watch", "live"]).count(),
        "kept": [held for held in classes.held(classes.table(), timezone.now()) if held.count],
        "asked": asked(Ceiling.URL),
        "lists": [str(feed) for feed in fetched],
        "channels": [Channel(name).label for name in settings.ALARM_CHANNELS],
        "is_simulated": settings.IS_SIMULATED,
    }
    return render(request, "desk/privacy/record.html", context)


def asked(ceiling: Ceiling) -> list[Card]:
    """The services that are switched on, have the key they need, and may be told about links of this ceiling."""
    states = {state.name: state for state in ProviderState.objects.all()}
    cards = [*(one.card for one in PROVIDERS), *(one.card for one in REPORTERS)]
    return [card for card in cards if access(card, states.get(card.name), ceiling).gap is None]
