"""Header tokens for django-ninja: who calls, with which scope, and how often. Session cookies mean nothing here."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer

from wbscanner import rate
from wbscanner.auth import Scope, check_token, may, note_use
from wbscanner.models import ApiToken
from wbscanner.permissions import token_groups
from wbscanner.problems import Code, Problem


class ApiRequest(HttpRequest):
    """A request that Bearer let through."""

    auth: ApiToken


class Bearer(HttpBearer):
    """Lets through living tokens that have `scope` and calls left; raises Problem 403 or 429, otherwise 401."""

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        now = timezone.now()
        found = check_token(token, now)
        if found is None:
            return None
        if wait := rate.take(found, now):
            message = f"This token may call {rate.PER_MINUTE} times a minute. Try again in {wait} s."
            raise Problem(429, Code.TOO_MANY_REQUESTS, message, retry_after=wait)
        note_use(found, now)
        if not may(found, self.scope):
            raise Problem(403, Code.FORBIDDEN, f"This needs a token with the scope {self.scope}.")
        return found


def actor(request: ApiRequest) -> str:
    """Who the audit trail names for this call."""
    return f"token:{request.auth.name}"


def groups_of(request: ApiRequest) -> list[int] | None:
    """Group ids the caller is limited to; None means all groups."""
    return token_groups(request.auth)
