"""The pairing page: what the socket says, live, and what it is asked for."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any

import segno
from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from waclient import troubles
from waclient.models import Connection, Phase, Wish
from wbscanner import audit

RIGHT = "waclient.change_connection"
QR_CODES = 6  # WhatsApp gives six in a row: the first for 60 s, the others for 20 s each
FIRST_QR_SECONDS, NEXT_QR_SECONDS = 60, 20
QR_SCALE = 6
QUIET_ZONE = 4  # modules around the code that scanners need
INK = "#10201b"
SPACING = re.compile(r"[\s().\-/]")
INTERNATIONAL = re.compile(r"\+[1-9]\d{6,14}")  # E.164: at most 15 digits
NO_CONTENT = 204
MAY_PAIR = frozenset({Phase.NEVER_PAIRED, Phase.LOGGED_OUT, Phase.PAIRING_ENDED})
MAY_CONNECT = frozenset({Phase.REPLACED, Phase.OUTDATED, Phase.BANNED})
MAY_TRY_NOW = frozenset({Phase.UNREACHABLE, Phase.STOPPED})


class AskForm(forms.Form):
    """What is asked of the socket: a QR code, a phone code for a number, or to connect again."""

    wish = forms.ChoiceField(choices=[(wish.value, wish.label) for wish in (Wish.QR, Wish.CODE, Wish.CONNECT)])
    phone = forms.CharField(required=False, max_length=40)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("wish") == Wish.CODE:
            number = SPACING.sub("", data.get("phone", ""))
            if number.startswith("00"):
                number = f"+{number[2:]}"
            if not INTERNATIONAL.fullmatch(number):
                self.add_error("phone", _("Write it with + and the country code, such as +34 600 000 000."))
            data["phone"] = number
        else:
            data["phone"] = ""
        return data


@dataclass(frozen=True, slots=True)
class Stand:
    """Where the pairing stands: names of the page, of its live part, and of what comes once a phone is linked."""

    page: str
    live: str
    onward: str


OWN_PAGE = Stand("desk:phone", "desk:phone-live", "admin:groups_group_changelist")
SET_UP = Stand("desk:set-up-phone", "desk:set-up-phone-live", "desk:set-up-groups")


@dataclass(frozen=True, slots=True)
class Pairing:
    """What the page shows now; `seconds` until the code changes or ends, `digest` changes when anything else does."""

    connection: Connection
    is_alive: bool
    by: str
    qr: str
    code: str
    seconds: int
    of_seconds: int
    digest: str

    @property
    def own_number(self) -> str:
        return f"+{self.connection.jid.partition('@')[0].partition(':')[0]}" if self.connection.jid else ""

    @property
    def may_ask(self) -> bool:
        """Whether somebody listens and nothing is asked already."""
        return self.is_alive and not self.connection.wish

    @property
    def may_pair(self) -> bool:
        is_unpaired = not self.connection.jid and self.connection.phase in MAY_TRY_NOW
        is_code_open = self.by == "code" and self.connection.phase == Phase.PAIRING  # a wrong number can be mended
        return self.may_ask and (self.connection.phase in MAY_PAIR or is_unpaired or is_code_open)

    @property
    def may_connect(self) -> bool:
        until = self.connection.banned_until
        if self.connection.phase == Phase.BANNED and until is not None and timezone.now() < until:
            return False
        is_paired = bool(self.connection.jid) and self.connection.phase in MAY_TRY_NOW
        return self.may_ask and (self.connection.phase in MAY_CONNECT or is_paired)

    @property
    def of(self) -> int:
        return max(QR_CODES, self.connection.qr_number)


def read(by: str, now: datetime) -> Pairing:
    """The socket's row as the page needs it; the QR picture is drawn here, so that no script ever sees its text."""
    connection = Connection.get()
    is_alive = connection.is_alive(now)
    is_live = is_alive and connection.phase == Phase.PAIRING
    has_qr = is_live and by == "qr" and connection.qr_text and (connection.qr_expires_at or now) > now
    code = connection.pair_code.replace("-", "") if is_live and by == "code" else ""
    ends_at = connection.qr_expires_at if has_qr else connection.pairing_ends_at
    seconds = max(0, ceil((ends_at - now).total_seconds())) if ends_at and is_live else 0
    state = (
        by, is_alive, connection.phase, connection.detail, connection.wish, connection.qr_number,
        connection.qr_text if has_qr else "", code, connection.retry_at, connection.banned_until,
        connection.banned_until is not None and now < connection.banned_until,
    )  # fmt: skip
    return Pairing(
        connection=connection,
        is_alive=is_alive,
        by=by,
        qr=draw(connection.qr_text) if has_qr else "",
        code=code,
        seconds=seconds,
        of_seconds=FIRST_QR_SECONDS if connection.qr_number <= 1 else NEXT_QR_SECONDS,
        digest=hashlib.sha256(repr(state).encode()).hexdigest()[:16],
    )


def draw(text: str) -> str:
    """The QR code as a data: address of an SVG picture, dark on white whatever the theme."""
    picture = segno.make_qr(text, error="L")
    return str(picture.svg_data_uri(scale=QR_SCALE, border=QUIET_ZONE, dark=INK, light="#ffffff"))


def _by(request: HttpRequest) -> str:
    return "code" if request.GET.get("by") == "code" else "qr"


@require_http_methods(["GET", "POST"])
def phone(request: HttpRequest) -> HttpResponse:
    """The page itself, and the wish it posts. Behind the admin's login, which also forbids storing it."""
    found = answer(request, OWN_PAGE)
    if isinstance(found, HttpResponse):
        return found
    context = {**admin.site.each_context(request), "title": _("Link the spare phone"), **found}
    return render(request, "desk/phone.html", context)


def answer(request: HttpRequest, stand: Stand) -> HttpResponse | dict[str, Any]:
    """What a page with the pairing on it shows; once a wish was posted and noted, the way back to it."""
    if not request.user.has_perm(RIGHT):
        raise PermissionDenied
    form = AskForm(request.POST) if request.method == "POST" else AskForm()
    by = _by(request)
    if request.method == "POST":
        if form.is_valid():
            _ask(request, form.cleaned_data)
            is_code = form.cleaned_data["wish"] == Wish.CODE
            return redirect(reverse(stand.page) + ("?by=code" if is_code else ""))
        by = "code" if form.data.get("wish") == Wish.CODE else "qr"
    return {
        "stand": stand,
        "pairing": read(by, timezone.now()),
        "phone_at": troubles.phone_seen_at(Connection.get()),
        "days_left": None if settings.IS_SIMULATED else troubles.phone_days_left(Connection.get(), timezone.now()),
        "is_simulated": settings.IS_SIMULATED,
        "form": form,
    }


def _ask(request: HttpRequest, data: dict[str, Any]) -> None:
    with transaction.atomic():
        Connection.write(wish=data["wish"], wish_phone=data["phone"])
        audit.record(request.user.get_username(), "phone.ask", "phone", details={"wish": data["wish"]})


@require_http_methods(["POST"])
def opened(request: HttpRequest) -> HttpResponse:
    """Somebody opened WhatsApp on the phone: the days until the link ends are counted from now."""
    if not request.user.has_perm(RIGHT):
        raise PermissionDenied
    with transaction.atomic():
        Connection.write(phone_at=timezone.now())
        audit.record(request.user.get_username(), "phone.opened", "phone")
    return redirect("desk:phone")


@require_GET
@never_cache
def live(request: HttpRequest, stand: Stand) -> HttpResponse:
    """The part that changes; 204 while nothing but the countdown has, so that nothing moves under the reader."""
    if not request.user.has_perm(RIGHT):
        return HttpResponseForbidden()
    pairing = read(_by(request), timezone.now())
    if request.GET.get("seen") == pairing.digest:
        return HttpResponse(status=NO_CONTENT)
    return render(request, "desk/phone_live.html", {"pairing": pairing, "form": AskForm(), "stand": stand})
