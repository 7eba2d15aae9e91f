"""Keys of integrations: issued once in clear text, kept as a hash, checked on every call."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from django.contrib.auth.models import User
from django.db.models import Q

from wbscanner.models import ApiToken

PREFIX_BYTES = 6
SECRET_BYTES = 32  # 256 bits: too many to guess, so a plain SHA-256 keeps them safe at rest
LONGEST_CLEAR = 100
LAST_USED_STEP = timedelta(minutes=1)
NO_HASH = "0" * 64


class Scope(StrEnum):
    """What a token may do; every scope may also read, and admin may do everything."""

    READ = "read"
    SCAN = "scan"
    OVERRIDE = "override"
    ADMIN = "admin"


def issue_token(  # noqa: PLR0913, PLR0917
    name: str,
    scopes: Iterable[Scope],
    group_ids: Iterable[str] | None = None,
    expires_at: datetime | None = None,
    created_by: User | None = None,
    prefix: str | None = None,
) -> tuple[ApiToken, str]:
    """A new token and its clear text, which is shown once and kept nowhere.

    `group_ids` are Group ids as text; None means all groups, an empty list none. Raises ValueError without a scope.
    """
    wanted = sorted({Scope(scope) for scope in scopes})
    if not wanted:
        raise ValueError("a token needs at least one scope")
    prefix = prefix or f"wb{secrets.token_hex(PREFIX_BYTES)}"
    secret = secrets.token_urlsafe(SECRET_BYTES)
    token = ApiToken.objects.create(
        name=name,
        prefix=prefix,
        secret_hash=_hash(secret),
        scopes=wanted,
        group_ids=None if group_ids is None else sorted({str(group_id) for group_id in group_ids}),
        expires_at=expires_at,
        created_by=created_by,
    )
    return token, f"{prefix}_{secret}"


def check_token(clear: str, now: datetime) -> ApiToken | None:
    """The living token of this clear text; None for a wrong, expired or revoked one, without saying which."""
    if len(clear) > LONGEST_CLEAR or not (clear.isascii() and clear.isprintable()):
        return None
    prefix, _separator, secret = clear.partition("_")
    token = ApiToken.objects.filter(prefix=prefix).first()
    is_right = hmac.compare_digest(_hash(secret), token.secret_hash if token else NO_HASH)
    return token if token and is_right and is_alive(token, now) else None


def is_alive(token: ApiToken, now: datetime) -> bool:
    return token.revoked_at is None and (token.expires_at is None or now < token.expires_at)


def revoke(token: ApiToken, now: datetime) -> bool:
    """End a token at once; False when it had ended before."""
    return bool(ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=now))


def note_use(token: ApiToken, now: datetime) -> None:
    """Write last_used_at, at most once a minute."""
    if token.last_used_at is not None and now - token.last_used_at < LAST_USED_STEP:
        return
    is_old = Q(last_used_at__isnull=True) | Q(last_used_at__lte=now - LAST_USED_STEP)
    ApiToken.objects.filter(is_old, pk=token.pk).update(last_used_at=now)


def may(token: ApiToken, scope: Scope) -> bool:
    """Whether the token's scopes allow what needs `scope`."""
    return Scope.ADMIN in token.scopes or scope in token.scopes or (scope is Scope.READ and bool(token.scopes))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
