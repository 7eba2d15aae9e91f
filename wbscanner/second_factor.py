"""Codes of an authenticator app beside the password, and the recovery codes for the day the phone is lost."""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django_otp.oath import TOTP

from wbscanner.models import SecondFactor
from wbscanner.secrets import decrypt, encrypt

KEY_BYTES = 20  # RFC 4226 recommends 160 bits
RECOVERY_CODES = 10
RECOVERY_BYTES = 10  # 80 bits
TOLERANCE = 1  # steps of 30 s that a phone's clock may be wrong
ISSUER = "wbscanner"
GUARDED = ("/admin/", "/desk/")


class CodeBackend:
    """Lets Django's authenticate() check the second step, so that its tries are counted as those of passwords are."""

    def authenticate(self, request: HttpRequest, username: str, code: str, **_more: Any) -> User | None:
        user = User.objects.filter(username=username, is_active=True).first()
        return user if user is not None and is_right(user, code) else None

    def get_user(self, user_id: int) -> User | None:
        return User.objects.filter(pk=user_id, is_active=True).first()


def of(user: User) -> SecondFactor | None:
    """The factor this person is asked for; None while there is none or its first code is still to come."""
    found: SecondFactor | None = SecondFactor.objects.filter(user=user, confirmed=True).first()
    return found


def begin(user: User) -> SecondFactor:
    """The key to put into the app, the same one until it is confirmed."""
    key = base64.b32encode(secrets.token_bytes(KEY_BYTES)).decode()
    sealed = encrypt(settings.INSTALLATION_KEY, key)
    values = {"sealed_key": sealed, "confirmed": False, "name": ISSUER}
    factor: SecondFactor = SecondFactor.objects.get_or_create(user=user, defaults=values)[0]
    return factor


def key_of(factor: SecondFactor) -> str:
    return decrypt(settings.INSTALLATION_KEY, factor.sealed_key)


def address(factor: SecondFactor) -> str:
    """What the QR code says to the app."""
    label = quote(f"{ISSUER}:{factor.user.get_username()}")
    return f"otpauth://totp/{label}?{urlencode({'secret': key_of(factor), 'issuer': ISSUER})}"


def confirm(user: User, code: str) -> list[str] | None:
    """Recovery codes in clear, once, when the first code is right; None otherwise."""
    with transaction.atomic():
        factor = SecondFactor.objects.select_for_update().filter(user=user, confirmed=False).first()
        if factor is None or not _accepts(factor, code):
            return None
        codes = [_recovery_code() for _number in range(RECOVERY_CODES)]
        factor.confirmed, factor.recovery = True, [_hash(one) for one in codes]
        factor.save(update_fields=["confirmed", "recovery"])
    return codes


def is_right(user: User, code: str) -> bool:
    """Whether this is the app's code of now, or an unused recovery code; either works once."""
    with transaction.atomic():
        factor = SecondFactor.objects.select_for_update().filter(user=user, confirmed=True).first()
        return factor is not None and _accepts(factor, code)


def _accepts(factor: SecondFactor, code: str) -> bool:
    """After n wrong tries none is looked at for 2^(n-1) seconds, whoever tries."""
    is_allowed, _why = factor.verify_is_allowed()
    if not is_allowed:
        return False
    is_known = _takes_step(factor, code) or _takes_recovery(factor, code)
    if is_known:
        factor.throttle_reset()
    else:
        factor.throttle_increment()
    return is_known


def _takes_step(factor: SecondFactor, code: str) -> bool:
    digits = code.replace(" ", "")
    if not (digits.isascii() and digits.isdigit() and len(digits) == 6):
        return False
    clock = TOTP(base64.b32decode(key_of(factor)))
    if not clock.verify(int(digits), tolerance=TOLERANCE, min_t=factor.last_step + 1):
        return False
    factor.last_step = clock.t()
    factor.save(update_fields=["last_step"])
    return True


def _takes_recovery(factor: SecondFactor, code: str) -> bool:
    wanted = _hash(code)
    left = [known for known in factor.recovery if not hmac.compare_digest(known, wanted)]
    if len(left) == len(factor.recovery):
        return False
    factor.recovery = left
    factor.save(update_fields=["recovery"])
    return True


def _recovery_code() -> str:
    letters = base64.b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode().lower()
    return "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def _hash(code: str) -> str:
    plain = "".join(code.split()).replace("-", "").lower()
    return hmac.digest(settings.INSTALLATION_KEY.encode(), f"recovery:{plain}".encode(), "sha256").hex()


def is_required(user: User) -> bool:
    """Whether this installation wants a second factor of this person (REQUIRE_2FA)."""
    return settings.REQUIRE_2FA == "all" or (settings.REQUIRE_2FA == "owners" and user.is_superuser)


def ask_for_it(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Admin and desk open only to those who gave their code, or have none and need none."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        return (_turned_away(request) if request.path.startswith(GUARDED) else None) or get_response(request)

    return middleware


def _turned_away(request: HttpRequest) -> HttpResponseBase | None:
    user: Any = request.user
    if not user.is_authenticated or user.is_verified():
        return None
    is_time_to_look = getattr(request, "is_renewed", False) or is_required(user)  # setting one up ends other logins
    if is_time_to_look and of(user) is not None:
        logout(request)
        return redirect_to_login(request.get_full_path())
    open_to_all = {reverse("desk:second-factor"), reverse("admin:logout")}
    if is_required(user) and request.path not in open_to_all:
        return redirect("desk:second-factor")
    return None
