"""What a group's admins may ask: the same services as the desk, for their own group, written down as theirs."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count
from django.utils import translation
from django.utils.formats import date_format

from groups import services
from groups.models import Group
from groups.policy import Preset, State
from overrides.rules import Ruling
from scans.engine.ceiling import Ceiling
from scans.engine.kinds.lookonly import displayable
from scans.models import Priority
from scans.services import newest, request_scan
from scans.services import rescan as scan_again
from waclient import reports, words
from waclient.chat_commands import answers, rulings, targets, verbs
from waclient.chat_commands.answers import DONE, Command
from waclient.chat_commands.lengths import length_of
from waclient.chat_commands.members import asker
from waclient.models import Action, ActionState, PendingWork, ReportKind, Sighting, WorkKind
from waclient.reports import AboutLink
from wbscanner import house
from wbscanner.languages import CODES, LANGUAGES

DEFAULT_MUTE = timedelta(hours=1)  # as the predecessor's
SHORTEST_MUTE, LONGEST_MUTE = timedelta(minutes=1), timedelta(days=7)
STATUS_DAYS = timedelta(days=7)
PAUSED = "paused"


def status(command: Command) -> None:
    """State, policy, language, and what was found in the last days."""
    group = _group(command)
    lately = Sighting.objects.filter(group=group, received_at__gt=command.now - STATUS_DAYS)
    found = dict(lately.order_by().values_list("verdict").annotate(Count("pk")))
    answers.say(
        command,
        "status",
        state=group.state,
        policy=_policy(group),
        muted_until=_clock(group, group.muted_until) if group.is_muted(command.now) else "",
        links=sum(found.values()),
        dangerous=found.get("malicious", 0),
        suspicious=found.get("suspicious", 0),
    )


def mute(command: Command) -> None:
    """Say nothing for a while; links are still checked."""
    group, asked = _group(command), length_of(command.rest)
    length = DEFAULT_MUTE if asked is None else min(max(asked, SHORTEST_MUTE), LONGEST_MUTE)
    services.mute(group, length, by=command.by)
    answers.say(command, "muted", until=_clock(group, group.muted_until))


def unmute(command: Command) -> None:
    services.unmute(_group(command), by=command.by)
    answers.sign(command, DONE)


def rescan(command: Command) -> None:
    """Look at a link anew, past every cache; the answer follows when it is judged."""
    group, link = _group(command), targets.link_in(command)
    sighting = targets.sighting_of(command) if link is None else targets.sighting_of_link(command, link)
    if sighting is not None:
        known = newest(sighting.url_hash) or sighting.scan
        scan = scan_again(known) if known is not None else None
        about: AboutLink | Sighting = sighting
    elif link is not None:
        ceiling = Ceiling(group.ceiling)
        scan = request_scan(link, ceiling, priority=Priority.ASKED, reuse=False, now=command.now)
        about = AboutLink(link.url_hash, displayable(link), link.host)
    else:
        answers.say(command, "which_link")
        return
    who, now = asker(command), command.now
    reports.file(ReportKind.CHECK, about, who, group=group, sighting=sighting, scan=scan, now=now)


def allow(command: Command) -> None:
    """Take a host or link for fine in this group."""
    rulings.rule(command, Ruling.ALLOW)


def block(command: Command) -> None:
    """Take a host or link for dangerous in this group."""
    rulings.rule(command, Ruling.DENY)


def language(command: Command) -> None:
    code = verbs.language_of(command.rest)
    if code is None:
        answers.say(command, "which_language", codes=" ".join(sorted(CODES)))
        return
    services.choose_language(_group(command), code, by=command.by)
    answers.say(command, "language", name=dict(LANGUAGES)[code])


def policy(command: Command) -> None:
    """Choose a ready-made policy; one that was put together in the desk could not be brought back, so it stays."""
    group, preset = _group(command), verbs.preset_of(command.rest)
    if preset is None:
        answers.say(command, "which_policy")
    elif group.preset == Preset.OWN:
        answers.say(command, "own_policy")
    else:
        before = _policy(group)
        services.choose_preset(group, preset, by=command.by)
        answers.say(command, "policy", policy=_policy(group), before=before)


def consent(command: Command) -> None:
    """The group is read already; one that is not is heard elsewhere (waclient.ingest)."""
    answers.sign(command, DONE)


def pause(command: Command) -> None:
    """The group objects: nothing is read or said any more until an admin consents; said once, and not to history."""
    group = _group(command)
    waiting = Action.objects.filter(group=group, state=ActionState.PENDING)
    waiting.update(state=ActionState.SKIPPED, reason=PAUSED)
    PendingWork.objects.filter(kind=WorkKind.MEDIA, ref__startswith=f"{group.jid} ").delete()
    services.set_state(group, State.PAUSED, by=command.by)
    if not command.asked.is_late:
        answers.say(command, "paused")


def pair(command: Command) -> None:
    answers.say(command, "pair")


def not_possible(command: Command) -> None:
    answers.say(command, "not_possible")


def _group(command: Command) -> Group:
    if command.group is None:
        raise ValueError("an admin's command outside of a group")
    return command.group


def _policy(group: Group) -> str:
    """The name of the group's policy, in its language."""
    return words.say("replies/commands/policy_name", group.reply_language, {"preset": group.preset})


def _clock(group: Group, moment: datetime | None) -> str:
    """The time of day by the group's clock and in its language, with the day where it is not today's."""
    if moment is None:
        return ""
    zone = ZoneInfo(group.time_zone or house.read().time_zone)
    local, today = moment.astimezone(zone), datetime.now(zone).date()
    with translation.override(group.reply_language):
        return date_format(local, "H:i" if local.date() == today else "j F, H:i")
