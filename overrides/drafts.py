"""Many overrides at once: what people paste, one a line, is read into drafts; a bad line says what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from groups.models import Group
from overrides import services
from overrides.rules import Kind, Rule, Ruling
from overrides.services import Target
from scans.engine.links import InvalidLink, Link, find_links, parse

MOST_LINES = 1_000
_BROKEN = (("[.]", "."), ("[:]", ":"), ("hxxp", "http"))  # as the desk and the bot write addresses
SEVERAL_LINKS = _("This line holds several links: write one a line.")
NOTHING_HERE = _("No address is in this line: write one such as evil.example or https://evil.example/pay.")
NO_DOMAIN = _("This address has no domain that somebody could register. Rule on the host instead.")


class Reach(StrEnum):
    """What a pasted address stands for."""

    WRITTEN = "written"
    HOST = "host"
    DOMAIN = "domain"


@dataclass(frozen=True, slots=True)
class Draft:
    """One override that somebody is about to make; `target` is None where `problem` says what is wrong."""

    line: int
    text: str
    ruling: Ruling
    group: Group | None = None
    reason: str = ""
    expires_at: datetime | None = None
    target: Target | None = None
    problem: str = ""
    keeps_reason: bool = False
    """Whether an override that is there keeps its reason and its end where none was given."""

    @property
    def key(self) -> tuple[str, str, int | None]:
        """What only one override may have."""
        assert self.target is not None
        return (self.target.kind, self.target.key, self.group.pk if self.group else None)

    def as_rule(self, number: int) -> Rule:
        assert self.target is not None
        return Rule(number, self.target.kind, self.target.key, self.ruling, self.group is not None)


def read_lines(text: str, reach: Reach, like: Draft) -> list[Draft]:
    """A draft for each line that is not empty, with the ruling, group, reason and end of `like`."""
    drafts = []
    for number, written in enumerate(text.splitlines(), start=1):
        line = "".join(character for character in written if character.isprintable()).strip()
        if line:
            drafts.append(read_line(line, reach, replace(like, line=number, text=written.strip())))
    return drafts


def read_line(line: str, reach: Reach, like: Draft) -> Draft:
    try:
        return replace(like, target=_target(line, reach))
    except ValueError as error:  # InvalidTarget and InvalidPattern: their messages say what to change
        return replace(like, problem=str(error))


def bad_lines(drafts: Sequence[Draft]) -> str:
    """The lines that could not be used, as they were written."""
    return "\n".join(draft.text for draft in drafts if draft.problem)


def _target(line: str, reach: Reach) -> Target:
    if "*" in line:
        return services.read_target(Kind.PATTERN, line)
    if services.URL_HASH.fullmatch(line.lower()):
        return services.read_target(Kind.URL, line)
    link = _link(line)
    if reach is Reach.DOMAIN:
        if link.is_ip or not link.registrable_domain:
            raise services.InvalidTarget(NO_DOMAIN)
        return services.read_target(Kind.DOMAIN, link.registrable_domain)
    if reach is Reach.HOST or _is_host_alone(line, link):
        return services.read_target(Kind.HOST, link.host)
    return services.read_target(Kind.URL, link.url)


def _link(line: str) -> Link:
    """The one link of a line, also of one that was broken so that nobody taps it."""
    found = {link.url_hash: link for link in find_links(line)}
    if len(found) > 1:
        raise services.InvalidTarget(SEVERAL_LINKS)
    if found:
        return next(iter(found.values()))
    mended = line
    for broken, whole in _BROKEN:
        mended = mended.replace(broken, whole)
    try:
        return parse(mended if "://" in mended else f"http://{mended}")
    except InvalidLink as error:
        raise services.InvalidTarget(NOTHING_HERE) from error


def _is_host_alone(line: str, link: Link) -> bool:
    return "//" not in line and "/" not in line and link.path in {"", "/"} and not link.query and not link.port
