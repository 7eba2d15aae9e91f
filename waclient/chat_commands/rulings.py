"""Allow, block and forget from the chat: rules of one group, made by its admins, never over the desk's own."""

from __future__ import annotations

from dataclasses import dataclass

from overrides.models import Override
from overrides.rules import Kind, Ruling
from overrides.services import (
    AlreadyThere,
    InvalidTarget,
    change_override,
    create_override,
    delete_override,
    read_target,
)
from scans.engine.links import Link
from waclient import decisions
from waclient.chat_commands import answers, targets
from waclient.chat_commands.answers import DONE, Command
from waclient.models import Answer, Decision, Sighting

ANSWERS = {Ruling.ALLOW: Answer.FINE, Ruling.DENY: Answer.CONFIRM}
# Rules that admins made in their chat are by this; those of the desk are not theirs to change.
FROM_CHAT = "group admin "


@dataclass(frozen=True, slots=True)
class Written:
    """What a rule is made for, as an override takes it, and the host that is said."""

    kind: Kind
    target: str
    host: str


def rule(command: Command, ruling: Ruling) -> None:
    """About the host or exact link behind the command, else about the link of the message that it replies to."""
    written = _written(command)
    if written is not None:
        _override(command, written, ruling)
        return
    sighting = targets.sighting_of(command)
    if sighting is None:
        answers.say(command, "which_link")
        return
    target = decisions.Target.of(sighting.url_hash, Kind.URL, ANSWERS[ruling])
    if _is_desks(_standing(command, target.kind, target.key)):
        answers.say(command, "desks_rule")
        return
    decisions.decide(sighting.url_hash, ANSWERS[ruling], by=command.by, group=command.group)
    answers.say(command, "ruled", ruling=str(ruling), host=sighting.host)


def forget(command: Command) -> None:
    """Take back an allow or block that was made in the chat."""
    written = _written(command)
    if written is None:
        _forget_decision(command, targets.sighting_of(command))
        return
    standing = _standing(command, written.kind, read_target(written.kind, written.target).key)
    if standing is None:
        answers.say(command, "no_rule")
    elif _is_desks(standing):
        answers.say(command, "desks_rule")
    else:
        delete_override(standing, by=command.by)
        answers.sign(command, DONE)


def _override(command: Command, written: Written, ruling: Ruling) -> None:
    try:
        made = create_override(written.kind, written.target, ruling, by=command.by, group=command.group)
    except AlreadyThere as there:
        made = there.existing
        if _is_desks(made):
            answers.say(command, "desks_rule")
            return
        change_override(made, by=command.by, ruling=ruling, reason=made.reason, expires_at=made.expires_at)
    answers.say(command, "ruled", ruling=str(ruling), host=written.host)


def _forget_decision(command: Command, sighting: Sighting | None) -> None:
    if sighting is None:
        answers.say(command, "which_link")
        return
    made = Decision.objects.filter(url_hash=sighting.url_hash, group=command.group, undone_at__isnull=True).first()
    if made is None:
        answers.say(command, "no_rule")
    elif not made.by.startswith(FROM_CHAT):
        answers.say(command, "desks_rule")
    else:
        decisions.undo(made, by=command.by)
        answers.sign(command, DONE)


def _written(command: Command) -> Written | None:
    """The host or the exact link behind the command, as overrides take it; a name that nobody registered yet, too."""
    link = targets.link_in(command)
    if link is not None:
        is_whole = _is_more_than_host(link)
        return Written(Kind.URL, link.url, link.host) if is_whole else Written(Kind.HOST, link.host, link.host)
    word = next((one for one in command.rest.split() if "." in one), "")
    try:
        host = read_target(Kind.HOST, word).key if word else ""
    except InvalidTarget:
        host = ""
    return Written(Kind.HOST, host, host) if host else None


def _is_more_than_host(link: Link) -> bool:
    return bool(link.path.strip("/") or link.query or link.port)


def _standing(command: Command, kind: Kind, key: str) -> Override | None:
    found = Override.objects.filter(group=command.group, kind=kind, target=key).first()
    return found if found is not None and found.is_active(command.now) else None


def _is_desks(override: Override | None) -> bool:
    return override is not None and not override.created_by.startswith(FROM_CHAT)
