"""What anybody may ask: a check, the reasons, another look by a person, what is kept, and how to ask."""

from __future__ import annotations

from django.conf import settings

from scans.engine.ceiling import Ceiling
from scans.engine.kinds.lookonly import displayable
from scans.engine.links import Link
from scans.models import Priority
from scans.services import request_scan
from waclient import replies, reports
from waclient.chat_commands import answers, targets
from waclient.chat_commands.answers import DONE, Command
from waclient.models import ReportKind, Sighting
from waclient.recording import sealed
from waclient.replies import reason_context
from waclient.reports import AboutLink, Asker
from waclient.verdicts import outcome, override_of

# What may be told to checking services about a link that somebody asks about in private, as in a new group.
PRIVATE_CEILING = Ceiling.HOST
MOST_REASONS = 2


def check(command: Command) -> None:
    """Judge the link behind the command, or tell about that of the message it replies to."""
    link = targets.link_in(command)
    sighting = targets.sighting_of(command) if link is None else _posted_here(command, link)
    if sighting is not None:
        _file(command, ReportKind.CHECK, sighting)
    elif link is not None:
        _check_unposted(command, link)
    else:
        answers.say(command, "no_link" if command.asked.quoted_id else "which_link")


def why(command: Command) -> None:
    """The reasons of a verdict, in reply to the warning or the message itself; of a link not posted here, a check."""
    sighting = _about(command)
    if sighting is None and targets.link_in(command) is not None:
        check(command)
        return
    if sighting is None:
        answers.say(command, "no_link" if command.asked.quoted_id else "which_link")
        return
    if not sighting.is_settled:
        answers.say(command, "still_checking")
        return
    verdict, _score, findings = outcome(sighting, override_of(sighting, sighting.group, command.now), command.now)
    against = sorted((one for one in findings if one.points > 0), key=lambda one: -one.points)
    first, second = (*map(reason_context, against), None, None)[:MOST_REASONS]
    answers.say(command, "why", verdict=verdict, host=sighting.host, first=first, second=second)


def appeal(command: Command) -> None:
    """Ask a moderator to look again. The words behind it are not kept."""
    sighting = _about(command)
    if sighting is None and command.group is not None:
        sighting = targets.warned_lately(command)
    if sighting is None:
        answers.say(command, "no_link" if command.asked.quoted_id else "which_link")
        return
    _file(command, ReportKind.APPEAL, sighting)
    answers.sign(command, DONE)


def privacy(command: Command) -> None:
    """What is kept of people, for how long, and how to object."""
    kept, period = replies.kept(command.language), replies.hours(settings.SENDER_ADDRESS_KEPT)
    answers.say(command, "privacy", kept=kept, hours=period, is_direct=command.group is None)


def help_(command: Command) -> None:
    """What can be asked; an admin who writes to the bot by its name is told the admins' commands."""
    answers.say(command, "help_admins" if command.is_admin and command.is_named else "help")


def _about(command: Command) -> Sighting | None:
    """The link of the message that is replied to, else the one behind the command as it was posted last."""
    link = targets.link_in(command)
    return targets.sighting_of(command) or (targets.sighting_of_link(command, link) if link is not None else None)


def _posted_here(command: Command, link: Link) -> Sighting | None:
    """The link as the command itself posted it: its group's messages are read."""
    own = Sighting.objects.filter(group=command.group, message_id=command.asked.message_id, url_hash=link.url_hash)
    return own.first() if command.group is not None else None


def _check_unposted(command: Command, link: Link) -> None:
    ceiling = Ceiling(command.group.ceiling) if command.group else PRIVATE_CEILING
    scan = request_scan(link, ceiling, priority=Priority.ASKED, now=command.now)
    about = AboutLink(link.url_hash, displayable(link), link.host)
    reports.file(ReportKind.CHECK, about, asker(command), group=command.group, scan=scan, now=command.now)


def _file(command: Command, kind: ReportKind, sighting: Sighting) -> None:
    reports.file(kind, sighting, asker(command), group=sighting.group, sighting=sighting, now=command.now)


def asker(command: Command) -> Asker:
    """Who is to be answered."""
    asked = command.asked
    return Asker(asked.key, sealed(asked.sender), asked.message_id, asked.is_direct)
