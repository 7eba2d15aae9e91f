"""What the bot did in the groups about a link that moderators are told of, in one word for the templates."""

from __future__ import annotations

from groups.policy import Silence
from waclient.models import Action, ActionKind, ActionState, Alert

OUT = [ActionState.SENDING, ActionState.SENT, ActionState.UNCERTAIN]
# The strongest first; a late warning may be words or a sign.
DONE = (
    ("removed", [ActionKind.DELETE]),
    ("warned", [ActionKind.REPLY, ActionKind.FOLLOW_UP]),
    ("marked", [ActionKind.REACT]),
)
SILENCES = frozenset(
    {Silence.WATCHING, Silence.MUTED, Silence.QUIET_HOURS, Silence.GROUP_TEXT, Silence.MODERATORS_ONLY}
)


def conduct(alert: Alert) -> str:
    """The strongest thing that was done, else that is about to be done, else why nothing was."""
    about = Action.objects.filter(sighting__url_hash=alert.url_hash, group__in=alert.groups.all())
    about = about.filter(created_at__gte=alert.sighting.posted_at) if alert.sighting else about
    done = set(about.filter(state__in=OUT).values_list("kind", flat=True))
    waiting = about.filter(state=ActionState.PENDING).exists()
    said = next((word for word, kinds in DONE if not done.isdisjoint(kinds)), "acting" if waiting else "")
    silence = alert.sighting.facts.get("silence", "") if alert.sighting else ""
    return said or (silence if silence in SILENCES else "nothing")
