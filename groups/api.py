"""Groups over HTTP: what the bot does where, and for how long it says nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Literal

from django.db import transaction
from django.db.models import QuerySet
from ninja import Field, Query, Router, Schema

from groups import services
from groups.models import Group
from groups.policy import Preset, Response, State
from groups.presets import after_change
from scans.engine.ceiling import Ceiling
from wbscanner import audit
from wbscanner.auth import Scope
from wbscanner.bearer import ApiRequest, Bearer, actor, groups_of
from wbscanner.bodies import Body, Given, Patch
from wbscanner.paging import PageQuery, RowId, page
from wbscanner.permissions import within
from wbscanner.problems import WITH_BODY, WITHOUT_FIELDS, errors, missing

LONGEST_MUTE = 7 * 24 * 60  # minutes; what should last longer is a change of state
POLICY_FIELDS = ("on_suspicious", "on_malicious", "ceiling")

router = Router(tags=["groups"])


class GroupOut(Schema):
    """A group and its policy. Its WhatsApp id is left out: older ones contain their creator's phone number."""

    id: int
    name: str
    size: int
    bot_is_admin: bool
    state: State
    preset: Preset
    on_suspicious: Response
    on_malicious: Response
    ceiling: Ceiling
    muted_until: datetime | None
    seen_at: datetime | None
    left_at: datetime | None


class GroupsOut(Schema):
    """`next` goes into `after` to read on; null at the end."""

    items: list[GroupOut]
    next: int | None


class GroupsQuery(PageQuery):
    """Groups in one state, if asked."""

    state: State | None = None


class GroupPatch(Patch):
    """What the bot does; fields left out stay as they are."""

    state: Given[State] = None
    on_suspicious: Given[Literal[Response.NOTHING, Response.ALERT, Response.REACT, Response.REPLY]] = None
    on_malicious: Given[Response] = None
    ceiling: Given[Ceiling] = None


class MuteIn(Body):
    """How long the bot says nothing, from now."""

    minutes: Annotated[int, Field(strict=True, ge=1, le=LONGEST_MUTE)]


@router.get("", auth=Bearer(Scope.READ), response={200: GroupsOut, **errors(422)})
def list_groups(request: ApiRequest, query: Query[GroupsQuery]) -> GroupsOut:
    """The groups the bot knows, latest first."""
    rows = _visible(request)
    if query.state is not None:
        rows = rows.filter(state=query.state)
    found, cursor = page(rows, query)
    return GroupsOut(items=[_out(group) for group in found], next=cursor)


@router.patch("/{group_id}", auth=Bearer(Scope.ADMIN), response={200: GroupOut, **errors(404, *WITH_BODY)})
def change_group(request: ApiRequest, group_id: RowId, body: GroupPatch) -> GroupOut:
    """Change state or policy of a group; it works from the next decision on."""
    group = _find(request, group_id)
    with transaction.atomic():
        if body.state is not None and body.state != group.state:
            services.set_state(group, body.state, by=actor(request))
        _change_policy(group, body, by=actor(request))
    return _out(group)


@router.post("/{group_id}/mute", auth=Bearer(Scope.ADMIN), response={200: GroupOut, **errors(404, *WITH_BODY)})
def mute(request: ApiRequest, group_id: RowId, body: MuteIn) -> GroupOut:
    """Say nothing in this group for some minutes; links are still judged."""
    group = _find(request, group_id)
    services.mute(group, timedelta(minutes=body.minutes), by=actor(request))
    return _out(group)


@router.post("/{group_id}/unmute", auth=Bearer(Scope.ADMIN), response={200: GroupOut, **errors(404, *WITHOUT_FIELDS)})
def unmute(request: ApiRequest, group_id: RowId) -> GroupOut:
    """Speak again at once; no warning is sent for what was posted while the group was muted."""
    group = _find(request, group_id)
    services.unmute(group, by=actor(request))
    return _out(group)


def _visible(request: ApiRequest) -> QuerySet[Group]:
    return Group.objects.filter(within(groups_of(request), "pk"))


def _find(request: ApiRequest, group_id: int) -> Group:
    group = _visible(request).filter(pk=group_id).first()
    if group is None:
        raise missing()
    return group


def _change_policy(group: Group, body: GroupPatch, *, by: str) -> None:
    """Write the fields that were given and differ, with one audit entry for all of them."""
    given = body.model_dump(include=set(POLICY_FIELDS), exclude_unset=True)
    changed = {name: value for name, value in given.items() if getattr(group, name) != value}
    if not changed:
        return
    before = {name: str(getattr(group, name)) for name in changed}
    for name, value in changed.items():
        setattr(group, name, value)
    group.preset = after_change(group.preset, changed)
    group.save(update_fields=[*changed, "preset"])
    after = {name: str(value) for name, value in changed.items()}
    audit.record(by, "group.policy", str(group), group_ids=[str(group.pk)], details={"from": before, "to": after})


def _out(group: Group) -> GroupOut:
    return GroupOut(
        id=group.pk,
        name=group.name,
        size=group.size,
        bot_is_admin=group.bot_is_admin,
        state=State(group.state),
        preset=Preset(group.preset),
        on_suspicious=Response(group.on_suspicious),
        on_malicious=Response(group.on_malicious),
        ceiling=Ceiling(group.ceiling),
        muted_until=group.muted_until,
        seen_at=group.seen_at,
        left_at=group.left_at,
    )
