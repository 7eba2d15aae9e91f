"""Who may see and do what; the one place that knows. Of groups, None stands for all, an empty list for none."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeGuard

from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponseBase

from wbscanner.models import ApiToken

View = Callable[..., HttpResponseBase]


def visible_groups(user: User) -> list[int] | None:
    """Group ids a back-office user may see and decide: None (all) for owners, otherwise their memberships'.

    Asked once for each user object, which lives as long as a request, as Django does with permissions.
    """
    if not user.is_active:
        return []
    if user.is_superuser:
        return None
    if not hasattr(user, "_visible_groups"):
        user._visible_groups = sorted(user.memberships.values_list("group_id", flat=True))  # type: ignore[attr-defined]
    groups: list[int] = user._visible_groups  # type: ignore[attr-defined]
    return groups


def is_owner(user: User | AnonymousUser) -> TypeGuard[User]:
    """Whether this person may see and do everything."""
    return user.is_active and user.is_superuser


def owner_only(view: View) -> View:
    """A page for owners; others are refused before it looks at anything."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not is_owner(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def token_groups(token: ApiToken) -> list[int] | None:
    """Group ids a token is limited to; None (all) for a token without limit."""
    if token.group_ids is None:
        return None
    return sorted(int(group_id) for group_id in token.group_ids)


def includes(groups: list[int] | None, group_id: int | None) -> bool:
    """Whether this group is among the visible ones; group None (all groups) is only for those who see all."""
    return groups is None or group_id in groups


def within(groups: list[int] | None, field: str) -> Q:
    """A filter for rows whose `field` (such as "group_id" or "sightings__group_id") names a visible group."""
    return Q() if groups is None else Q(**{f"{field}__in": groups})
