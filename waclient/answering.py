"""The Actions that carry a decided answer out."""

from __future__ import annotations

from groups.policy import Response
from waclient import replies
from waclient.judgements import Judged
from waclient.models import UNSENT, Action, ActionKind, ActionState
from waclient.replies import About, Voice

KINDS = {
    Response.REACT: ActionKind.REACT,
    Response.REPLY: ActionKind.REPLY,
    Response.DELETE: ActionKind.DELETE,
}


def action_of(one: Judged, response: Response) -> Action:
    """What carries a response out, worded; not saved."""
    text = ""
    if response is Response.REPLY:
        is_removed, voice = Response.DELETE in one.plan.responses, Voice.of(one.sighting.group, one.sighting)
        text = replies.warning(voice, About.of(one), is_removed=is_removed)
    elif response is Response.REACT:
        text = replies.WARNING_SIGN
    return Action(
        group_id=one.sighting.group_id,
        sighting=one.sighting,
        kind=KINDS[response],
        severity=one.severity,
        text=text,
        created_at=one.facts.now,
        reason=one.plan.fallback or "",
    )


def put_out(action: Action) -> None:
    """A new Action, or the one of before that was not sent, with what is to be said now."""
    before = Action.objects.filter(sighting=action.sighting, kind=action.kind)
    values = {
        "text": action.text,
        "reason": action.reason,
        "severity": action.severity,
        "asked_by": action.asked_by,
        "created_at": action.created_at,
        "claimed_at": None,
    }
    if not before.filter(state__in=UNSENT).update(state=ActionState.PENDING, **values) and not before.exists():
        action.save(force_insert=True)
