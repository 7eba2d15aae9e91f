"""The installation at a glance over HTTP: what waits, what was found, whether WhatsApp is connected."""

from __future__ import annotations

from datetime import datetime
from importlib.metadata import version

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from ninja import Router, Schema

from groups.models import Group
from groups.policy import State
from overrides.models import Override
from scans.engine.scoring import Verdict
from scans.models import Scan
from waclient import meter
from waclient.models import Action, ActionState, Connection, Phase, Sighting
from wbscanner.auth import Scope
from wbscanner.bearer import ApiRequest, Bearer, groups_of
from wbscanner.permissions import within
from wbscanner.problems import errors
from wbscanner.version import VERSION

VERSIONS = {"wbscanner": VERSION, **{name: version(name) for name in ("django", "neonize")}}

router = Router(tags=["status"])


class ConnectionOut(Schema):
    """`is_alive`: the socket's process has beaten within the last half minute."""

    phase: Phase
    is_alive: bool
    connected_at: datetime | None
    event_at: datetime | None


class SendingOut(Schema):
    """What the number spent of its limits of today, in messages; `held_at` is the last sign of a restriction."""

    in_hour: float
    hour_limit: int
    in_day: float
    day_limit: int
    warm_up_day: int
    held_at: datetime | None
    held_because: str
    held_until: datetime | None


class StatusOut(Schema):
    """Counts of what this token may see; `sightings_by_verdict` leaves out what waits."""

    versions: dict[str, str]
    connection: ConnectionOut
    sending: SendingOut
    scans_waiting: int
    sightings: int
    sightings_waiting: int
    sightings_by_verdict: dict[Verdict, int]
    groups_by_state: dict[State, int]
    actions_by_state: dict[ActionState, int]
    overrides: int


@router.get("", auth=Bearer(Scope.READ), response={200: StatusOut, **errors()})
def status(request: ApiRequest) -> StatusOut:
    """Counts, the connection and the versions at work."""
    groups, now = groups_of(request), timezone.now()
    in_groups = within(groups, "group_id")
    sightings = Sighting.objects.filter(in_groups)
    waiting = Scan.objects.pending().filter(within(groups, "sightings__group_id"))
    by_verdict = _counts(sightings.filter(verdict__isnull=False), "verdict")
    by_state = _counts(Group.objects.filter(within(groups, "pk")), "state")
    by_outcome = _counts(Action.objects.filter(in_groups), "state")
    is_active = Q(expires_at__isnull=True) | Q(expires_at__gt=now)
    return StatusOut(
        versions=VERSIONS,
        connection=_connection(now),
        sending=_sending(now),
        scans_waiting=waiting.distinct().count(),
        sightings=sightings.count(),
        sightings_waiting=sightings.filter(verdict__isnull=True).count(),
        sightings_by_verdict={verdict: by_verdict.get(verdict, 0) for verdict in Verdict},
        groups_by_state={state: by_state.get(state, 0) for state in State},
        actions_by_state={state: by_outcome.get(state, 0) for state in ActionState},
        overrides=Override.objects.filter(in_groups & is_active).count(),
    )


def _connection(now: datetime) -> ConnectionOut:
    row = Connection.get()
    return ConnectionOut(
        phase=Phase(row.phase), is_alive=row.is_alive(now), connected_at=row.connected_at, event_at=row.event_at
    )


def _sending(now: datetime) -> SendingOut:
    read = meter.read(now)
    return SendingOut(
        in_hour=read.hour,
        hour_limit=read.hour_limit,
        in_day=read.day,
        day_limit=read.day_limit,
        warm_up_day=read.warm_up_day,
        held_at=read.held_at,
        held_because=read.held_because,
        held_until=read.held_until,
    )


def _counts(rows: QuerySet[Sighting] | QuerySet[Group] | QuerySet[Action], field: str) -> dict[str, int]:
    return dict(rows.order_by().values_list(field).annotate(Count("pk")))
