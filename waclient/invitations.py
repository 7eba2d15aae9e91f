"""A group's own invitation: known by a hash of it, never kept itself, since whoever has it may join."""

from __future__ import annotations

import hashlib
import re

from django.db.models import QuerySet
from django.utils import timezone

from groups.models import Group
from groups.policy import Response, State
from scans.engine.links import InvalidLink, Link, parse
from waclient.models import PendingWork, WorkKind

HOST = "chat.whatsapp.com"
# WhatsApp writes the code behind the host, on old phones behind /invite/.
_CODE = re.compile(r"/(?:invite/)?([0-9A-Za-z_-]{10,64})/?")


def hash_of(link: Link) -> str:
    """The same for every spelling of one invitation to a WhatsApp group; empty for other links."""
    found = _CODE.fullmatch(link.path) if link.host == HOST else None
    return hashlib.sha256(f"{HOST}/{found[1]}".encode()).hexdigest() if found else ""


def is_own(link: Link, group: Group) -> bool:
    """Whether a link invites to the group it was posted in, as far as its invitation is known."""
    return bool(group.invite_hash) and hash_of(link) == group.invite_hash


def learn(jid: str, invitation: str) -> None:
    """Take over what a group's invitation is now; what is no invitation is not believed."""
    try:
        known = hash_of(parse(invitation if "://" in invitation else f"https://{HOST}/{invitation}"))
    except InvalidLink:
        return
    if known:
        Group.objects.filter(jid=jid).update(invite_hash=known)


def ask_for_missing() -> None:
    """Have WhatsApp asked for the invitations that rules need and the bot, as admin, may know."""
    _ask_for(_needed().filter(invite_hash=""))


def ask_for_all() -> None:
    """As ask_for_missing, also for those that are known: they may have been changed meanwhile."""
    _ask_for(_needed())


def _needed() -> QuerySet[Group]:
    watched = Group.objects.filter(state__in=[State.WATCH, State.LIVE], left_at__isnull=True, bot_is_admin=True)
    return watched.exclude(on_invites=Response.NOTHING)


def _ask_for(groups: QuerySet[Group]) -> None:
    for jid in groups.values_list("jid", flat=True):
        PendingWork.want(WorkKind.INVITE, jid, timezone.now())
