"""Logins: how long they hold, which ones a person has, and how they end."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY, login, logout
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

LOGIN_BACKEND = "django.contrib.auth.backends.ModelBackend"
BEGAN, SEEN, DEVICE = "began", "seen", "device"
SEEN_STEP = 5 * 60  # seconds: a busy reader costs one write in so long; a rest may count as that much longer
SYSTEMS = ("Android", "iPhone", "iPad", "Windows", "Macintosh", "CrOS", "Linux")
BROWSERS = ("Edg", "OPR", "Firefox", "SamsungBrowser", "Chrome", "Safari")


@dataclass(frozen=True, slots=True)
class Login:
    """One session of a person; `ref` names it without giving it away."""

    ref: str
    device: str
    began: datetime
    seen: datetime
    is_this: bool


def sign_in(request: HttpRequest, user: User) -> None:
    """Begin a session with a new id; its limits are counted from now."""
    login(request, user, backend=LOGIN_BACKEND)
    _begin(request)


def _begin(request: HttpRequest) -> None:
    now = int(timezone.now().timestamp())
    device = _device(request.headers.get("User-Agent", ""))
    request.session.update({BEGAN: now, SEEN: now, DEVICE: device})


def _device(agent: str) -> str:
    """ "Android, Chrome": enough to know one's own, no more is kept."""
    found = [next((name for name in names if name in agent), "") for names in (SYSTEMS, BROWSERS)]
    return ", ".join(name.replace("Macintosh", "Mac").replace("Edg", "Edge") for name in found if name) or "-"


def limits(user: User) -> tuple[timedelta, timedelta]:
    """How long this person's logins hold, and how long unused."""
    if user.is_superuser:
        return settings.OWNER_SESSION_AGE, settings.OWNER_SESSION_IDLE
    return settings.SESSION_AGE, settings.SESSION_IDLE


def _is_over(data: Any, user: User, now: float) -> bool:
    age, idle = limits(user)
    return bool(now - data.get(BEGAN, now) > age.total_seconds() or now - data.get(SEEN, now) > idle.total_seconds())


def keep_limits(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """End logins that are too old or rested too long. A page that renews itself is no sign of its reader."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if SESSION_KEY in request.session and request.user.is_authenticated:
            _end_or_renew(request)
        return get_response(request)

    return middleware


def _end_or_renew(request: HttpRequest) -> None:
    assert isinstance(request.user, User)
    now = timezone.now().timestamp()
    if _is_over(request.session, request.user, now):
        request.ended_of = request.user.pk  # type: ignore[attr-defined]
        logout(request)
    elif BEGAN not in request.session:
        _begin(request)
        request.is_renewed = True  # type: ignore[attr-defined]
    elif not _is_polling(request) and now - request.session[SEEN] >= SEEN_STEP:
        request.session[SEEN] = int(now)
        request.is_renewed = True  # type: ignore[attr-defined]


def _is_polling(request: HttpRequest) -> bool:
    return request.method == "GET" and "HX-Request" in request.headers


def _sessions(user: User) -> Iterator[tuple[Session, Any]]:
    """Rows and contents of a person's sessions; there are as many rows as people are logged in, so all are read."""
    for row in Session.objects.filter(expire_date__gt=timezone.now()):
        data = row.get_decoded()
        if data.get(SESSION_KEY) == str(user.pk):
            yield row, data


def _ref(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def logins(user: User, this: str | None = None) -> list[Login]:
    """A person's logins that still hold, the last used first; `this` is the key of the asker's own."""
    now = timezone.now().timestamp()
    found = [
        Login(_ref(row.session_key), data.get(DEVICE, "-"), _time(data, BEGAN, now), _time(data, SEEN, now),
              row.session_key == this)
        for row, data in _sessions(user)
        if not _is_over(data, user, now)
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.is_this, one.seen), reverse=True)


def _time(data: Any, name: str, now: float) -> datetime:
    return datetime.fromtimestamp(data.get(name, now), UTC)


def end(user: User, ref: str = "", keep: str | None = None) -> int:
    """End a person's login of this `ref`, or all of them except the one with the key `keep`; how many ended."""
    keys = [
        row.session_key
        for row, _data in _sessions(user)
        if row.session_key != keep and (not ref or _ref(row.session_key) == ref)
    ]
    Session.objects.filter(session_key__in=keys).delete()
    return len(keys)
