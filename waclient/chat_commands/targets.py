"""Which link a command is about: the one behind it, or that of the message it replies to."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import QuerySet

from scans.engine.links import Link, find_links
from scans.engine.scoring import Verdict
from waclient.chat_commands.answers import Command
from waclient.models import Action, Report, Sighting
from waclient.withdrawing import is_by

SEVERITY = {Verdict.MALICIOUS: 3, Verdict.SUSPICIOUS: 2, Verdict.UNKNOWN: 1}
OWN_LATELY = timedelta(hours=24)


def link_in(command: Command) -> Link | None:
    """The link that is written behind the command."""
    return next(iter(find_links(command.rest, limit=1)), None)


def sighting_of(command: Command) -> Sighting | None:
    """The worst link of the message that the command replies to, whoever wrote that; None when none is known.

    Somebody who quotes a message of a group in private has seen it: its id cannot be guessed.
    """
    if not command.asked.quoted_id:
        return None
    said = Action.objects.filter(wa_message_id=command.asked.quoted_id).select_related("sighting").first()
    if said is not None:
        return said.sighting or _of_answer(said)
    quoted = _own(command).filter(message_id=command.asked.quoted_id)
    return worst(quoted) or worst(_own(command).filter(message_id=command.asked.message_id))


def sighting_of_link(command: Command, link: Link) -> Sighting | None:
    """The newest message of this group, in private of whoever asks, in which this link was posted.

    In private nobody learns what others posted where.
    """
    rows = _own(command).filter(url_hash=link.url_hash)
    rows = rows if command.group else rows.filter(is_by(command.asked.sender))
    return rows.exclude(message_id=command.asked.message_id).order_by("-posted_at", "-pk").first()


def warned_lately(command: Command) -> Sighting | None:
    """The last link of this very person that was held against them in this group."""
    rows = _own(command).filter(is_by(command.asked.sender), posted_at__gt=command.now - OWN_LATELY)
    return worst(rows.filter(verdict__in=[Verdict.MALICIOUS, Verdict.SUSPICIOUS]))


def worst(rows: QuerySet[Sighting]) -> Sighting | None:
    found = list(rows.order_by("-posted_at", "-pk").select_related("scan", "override", "group")[:20])
    return max(found, key=lambda one: SEVERITY.get(Verdict(one.verdict), 0) if one.verdict else 0, default=None)


def _own(command: Command) -> QuerySet[Sighting]:
    rows = Sighting.objects.all()
    return rows if command.group is None else rows.filter(group=command.group)


def _of_answer(said: Action) -> Sighting | None:
    """What an answer to a member was about."""
    asked = Report.objects.filter(quotes=said.quotes).exclude(quotes="").select_related("sighting").first()
    return asked.sighting if asked is not None else None
