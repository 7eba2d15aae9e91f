"""Overrides over HTTP: allow or deny a URL, host, domain or pattern, everywhere or in one group."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.db.models import QuerySet
from ninja import Field, Query, Router, Schema
from ninja.responses import Status as Answer

from groups.models import Group
from overrides import services
from overrides.models import Override
from overrides.rules import Kind, Ruling
from scans.engine.links import MAX_URL
from wbscanner.auth import Scope
from wbscanner.bearer import ApiRequest, Bearer, actor, groups_of
from wbscanner.bodies import Body, Given, Moment, Patch, Text
from wbscanner.paging import PageQuery, RowId, page
from wbscanner.permissions import includes, within
from wbscanner.problems import WITH_BODY, Code, Problem, errors, missing

LONGEST_REASON = 300

router = Router(tags=["overrides"])

Reason = Annotated[Text, Field(max_length=LONGEST_REASON)]


class OverrideIn(Body):
    """`target`: for kind url a web address or a scan's url_hash, otherwise a host, a domain or a pattern with *.

    Without `group_id` it rules in all groups; a token that is limited to groups must name one of them.
    """

    kind: Kind
    target: Annotated[Text, Field(min_length=1, max_length=MAX_URL)]
    ruling: Ruling
    group_id: Annotated[RowId, Field(strict=True)] | None = None
    reason: Reason = ""
    expires_at: Moment | None = None


class OverridePatch(Patch):
    """`expires_at` null means for good; the target cannot change: delete the override and make another."""

    ruling: Given[Ruling] = None
    reason: Given[Reason] = None
    expires_at: Moment | None = None


class OverrideOut(Schema):
    """`target` is what is looked up (for kind url a url_hash), `shown` its defanged form."""

    id: int
    kind: Kind
    target: str
    shown: str
    ruling: Ruling
    group_id: int | None
    reason: str
    created_by: str
    created_at: datetime
    expires_at: datetime | None


class OverridesOut(Schema):
    """`next` goes into `after` to read on; null at the end."""

    items: list[OverrideOut]
    next: int | None


class OverridesQuery(PageQuery):
    """Overrides of one group, ruling or kind, if asked; expired ones are listed too."""

    group_id: RowId | None = None
    ruling: Ruling | None = None
    kind: Kind | None = None


@router.post("", auth=Bearer(Scope.OVERRIDE), response={201: OverrideOut, **errors(409, *WITH_BODY)})
def create_override(request: ApiRequest, body: OverrideIn) -> Answer[OverrideOut]:
    """Allow or deny from now on, also for links that were judged before."""
    group = _group(request, body.group_id)
    try:
        override = services.create_override(
            body.kind,
            body.target,
            body.ruling,
            by=actor(request),
            group=group,
            reason=body.reason,
            expires_at=body.expires_at,
        )
    except services.AlreadyThere as conflict:
        raise Problem(409, Code.CONFLICT, str(conflict)) from conflict
    except services.InvalidExpiry as error:
        raise Problem(422, Code.INVALID, f"expires_at: {error}") from error
    except ValueError as error:  # InvalidTarget or InvalidPattern
        raise Problem(422, Code.INVALID, f"target: {error}") from error
    return Answer(201, _out(override))


@router.get("", auth=Bearer(Scope.READ), response={200: OverridesOut, **errors(422)})
def list_overrides(request: ApiRequest, query: Query[OverridesQuery]) -> OverridesOut:
    """The newest overrides first."""
    wanted = query.model_dump(include={"group_id", "ruling", "kind"}, exclude_none=True)
    found, cursor = page(_visible(request).filter(**wanted), query)
    return OverridesOut(items=[_out(override) for override in found], next=cursor)


@router.patch("/{override_id}", auth=Bearer(Scope.OVERRIDE), response={200: OverrideOut, **errors(404, *WITH_BODY)})
def change_override(request: ApiRequest, override_id: RowId, body: OverridePatch) -> OverrideOut:
    """Change ruling, reason or end of an override."""
    override = _find(request, override_id)
    try:
        services.change_override(
            override,
            by=actor(request),
            ruling=body.ruling or Ruling(override.ruling),
            reason=override.reason if body.reason is None else body.reason,
            expires_at=body.expires_at if "expires_at" in body.model_fields_set else override.expires_at,
        )
    except services.InvalidExpiry as error:
        raise Problem(422, Code.INVALID, f"expires_at: {error}") from error
    return _out(override)


@router.delete("/{override_id}", auth=Bearer(Scope.OVERRIDE), response={204: None, **errors(404, 422)})
def delete_override(request: ApiRequest, override_id: RowId) -> Answer[None]:
    """Remove an override; from the next link on the verdict of the scan counts again."""
    services.delete_override(_find(request, override_id), by=actor(request))
    return Answer(204, None)


def _visible(request: ApiRequest) -> QuerySet[Override]:
    return Override.objects.filter(within(groups_of(request), "group_id"))


def _find(request: ApiRequest, override_id: int) -> Override:
    override = _visible(request).filter(pk=override_id).first()
    if override is None:
        raise missing()
    return override


def _group(request: ApiRequest, group_id: int | None) -> Group | None:
    """The group a new override is for; a foreign group is refused in the words of a missing one."""
    groups = groups_of(request)
    if group_id is None:
        if groups is None:
            return None
        raise Problem(403, Code.FORBIDDEN, "This token is limited to groups: name one of them in group_id.")
    group = Group.objects.filter(pk=group_id).first() if includes(groups, group_id) else None
    if group is None:
        raise Problem(422, Code.INVALID, "group_id: there is no such group, or this token may not see it.")
    return group


def _out(override: Override) -> OverrideOut:
    return OverrideOut(
        id=override.pk,
        kind=Kind(override.kind),
        target=override.target,
        shown=override.shown,
        ruling=Ruling(override.ruling),
        group_id=override.group_id,
        reason=override.reason,
        created_by=override.created_by,
        created_at=override.created_at,
        expires_at=override.expires_at,
    )
