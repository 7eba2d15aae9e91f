"""In which language and by which clock a page is read: the person's own, the browser's, the house's."""

from __future__ import annotations

from collections.abc import Callable
from time import time

from django.conf import settings
from django.contrib.auth.models import User
from django.core.cache import cache
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header

from wbscanner import house
from wbscanner.languages import DESK
from wbscanner.models import Reader

# Addresses that programs call: they are answered in English, whatever they ask for.
PROGRAMS_PATHS = ("/api/", "/healthz", "/metrics")
ENGLISH = "en"
KEPT = 60  # seconds
CHOSEN = "reader_chosen"
ASKED = "language"  # in the address, by people who are not logged in: it only leads to a cookie


def as_its_reader_wants(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Make every page in its reader's language, with its times by the reader's clock."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith(PROGRAMS_PATHS):
            with translation.override(ENGLISH):
                return get_response(request)
        reader = _reader(request)
        language = language_of(request, reader)
        with translation.override(language), timezone.override(reader.time_zone or house.clock()):
            response = get_response(request)
        _say_so(request, response, language)
        return response

    return middleware


def of(user: User) -> Reader:
    """What this person chose; an unsaved row where they chose nothing, or what there is no more."""
    row = Reader.objects.filter(user=user).first() or Reader(user=user)
    if row.language not in DESK:
        row.language = ""
    if not house.is_zone(row.time_zone):
        row.time_zone = ""
    return row


def choose(request: HttpRequest, *, language: str | None = None, time_zone: str | None = None) -> None:
    """Keep what the person chose of the two; empty: whatever the browser and the house say. Other devices of theirs
    follow within a minute.

    Raises ValueError for what the desk is not shown in, and for no time zone.
    """
    if (language and language not in DESK) or (time_zone and not house.is_zone(time_zone)):
        raise ValueError("no such language or time zone")
    chosen = {"language": language, "time_zone": time_zone}
    values = {name: value for name, value in chosen.items() if value is not None}
    assert isinstance(request.user, User)  # the view lets nobody else in
    Reader.objects.update_or_create(user=request.user, defaults=values)
    request.session[CHOSEN] = time()


def language_of(request: HttpRequest, reader: Reader) -> str:
    return reader.language or _by_the_browser(request)


def remember(response: HttpResponseBase, language: str) -> None:
    """Keep the language in this browser, for its pages before the login."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.IS_HTTPS,
        httponly=True,
        samesite="Lax",
    )


def _reader(request: HttpRequest) -> Reader:
    """Looked up once a minute; who has just chosen is never shown what another process still remembers."""
    if not isinstance(request.user, User):
        return Reader()
    key = f"reader-{request.user.pk}"
    kept = cache.get(key) if request.session.get(CHOSEN, 0) + KEPT < time() else None
    if kept is None:
        reader = of(request.user)
        kept = (reader.language, reader.time_zone)
        cache.set(key, kept, KEPT)
    language, time_zone = kept
    return Reader(user=request.user, language=language, time_zone=time_zone)


def _by_the_browser(request: HttpRequest) -> str:
    """What was chosen in it, or the first that it asks for and the desk is shown in."""
    for chosen in (_asked(request), request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")):
        if chosen in DESK:
            return chosen
    asked = parse_accept_lang_header(request.headers.get("Accept-Language", "").lower())
    bare = (tag.partition("-")[0] for tag, weight in asked if weight)
    return next((language for language in bare if language in DESK), ENGLISH)


def _asked(request: HttpRequest) -> str:
    return "" if request.user.is_authenticated else request.GET.get(ASKED, "")


def _say_so(request: HttpRequest, response: HttpResponseBase, language: str) -> None:
    response.headers.setdefault("Content-Language", language)
    patch_vary_headers(response, ("Accept-Language", "Cookie"))
    if _asked(request) in DESK:
        remember(response, language)
