"""What the bar at the top of every page says: whether the bot listens, and the box that checks a link."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from waclient.models import Connection, Phase
from wbscanner.desk.deciding import RIGHT
from wbscanner.desk.errands.kinds import TRY_POLICY
from wbscanner.desk.errands.mine import Mine, mine
from wbscanner.languages import DESK_LANGUAGES
from wbscanner.moments import moment
from wbscanner.numbers import whole

SOON = {Phase.NEVER_PAIRED, Phase.STARTING, Phase.PAIRING, Phase.RECONNECTING, Phase.STOPPED, Phase.PAIRING_ENDED}


def frame(request: HttpRequest) -> dict[str, Any]:
    """Looked up only where a template asks, once a page."""
    return {
        "listening": SimpleLazyObject(lambda: listening(Connection.get())),
        "tongues": DESK_LANGUAGES,
        "tries": SimpleLazyObject(lambda: tries(request)),
        "may_check": SimpleLazyObject(lambda: request.user.has_perm(RIGHT)),
    }


def tries(request: HttpRequest) -> list[Mine]:
    """The policies that this person tried out in the group whose page it is."""
    user, match = request.user, request.resolver_match
    group = whole(match.kwargs.get("object_id", "")) if match is not None else None
    return mine(user, TRY_POLICY, group=group) if isinstance(user, User) and group is not None else []


def listening(row: Connection) -> dict[str, str]:
    """Works, look soon or act now, as a class of desk.css with its words."""
    if not row.is_alive(timezone.now()):
        return {"tone": "bad", "text": str(_("Not running")), "since": moment(row.beat_at) if row.beat_at else ""}
    if row.phase == Phase.CONNECTED:
        return {"tone": "fine", "text": str(_("Listening")), "since": moment(row.event_at) if row.event_at else ""}
    tone = "soon" if row.phase in SOON else "bad"
    return {"tone": tone, "text": capfirst(str(row.get_phase_display())), "since": ""}
