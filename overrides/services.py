"""Making, changing and removing overrides, the same way for the API, the back office and chat commands.

Every change writes its audit entry in its own transaction; callers need not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from groups.models import Group
from overrides import rules
from overrides.models import Override
from overrides.rules import Kind, Ruling
from scans.engine.defang import defang_host, defang_text, defang_url
from scans.engine.kinds.lookonly import displayable
from scans.engine.links import InvalidLink, Link, parse
from scans.engine.names import suffixes
from wbscanner import audit

URL_HASH = re.compile(r"[0-9a-f]{64}")
LONGEST_SHOWN = 300
LONGEST_HOST = 253  # RFC 1035, as text
HOST_ALONE = gettext_lazy("Write the host alone, without http://, port, path or user, such as pay.example.com.")


# What rules.check_pattern says, without gettext: the rules are pure.
OF_PATTERNS = (
    gettext_noop("Use at most 200 characters and 8 stars."),
    gettext_noop("Write host and path only, without http:// and without spaces: *.example.com/pay/*"),
    gettext_noop("Name at least a domain, such as *.example.com or shop-*.example.com: this would match too much."),
)


class InvalidTarget(ValueError):
    """The target cannot be used; the message says what to change."""


class InvalidExpiry(ValueError):
    """The override would have ended before it began."""


class AlreadyThere(Exception):
    """An active override for the same target and scope exists: change that one."""

    def __init__(self, existing: Override) -> None:
        said = _("Override %(number)s already rules on this target: change or delete that one.")
        super().__init__(said % {"number": existing.pk})
        self.existing = existing


@dataclass(frozen=True, slots=True)
class Target:
    """What is looked up (`key`) and what people see (`shown`, defanged)."""

    kind: Kind
    key: str
    shown: str


def read_target(kind: Kind, text: str) -> Target:
    """The stored form of what a person typed; raises InvalidTarget or rules.InvalidPattern.

    `text` is a URL or a scan's url_hash, a host, a domain or a pattern, as `kind` says.
    """
    text = text.strip()
    if kind is Kind.PATTERN:
        return _pattern(text)
    if kind is Kind.URL:
        return _url(text)
    link = _bare_host(text)
    if kind is Kind.DOMAIN and not _is_registrable(link):
        raise InvalidTarget(
            _("Nobody can register this as a domain. Name one such as example.com, or rule on the host.")
        )
    return Target(kind, link.host, defang_host(link.host))


def create_override(  # noqa: PLR0913 (the columns a person chooses, all by name)
    kind: Kind,
    target: str,
    ruling: Ruling,
    *,
    by: str,
    group: Group | None = None,
    reason: str = "",
    expires_at: datetime | None = None,
    shown: str = "",
) -> Override:
    """A new override, working at once; `group` None rules everywhere. One that has expired is made anew in its row.

    Raises InvalidTarget, rules.InvalidPattern, InvalidExpiry (all ValueError) or AlreadyThere. `by` is the actor of
    the audit trail; `shown` replaces the defanged form, for a url_hash whose URL the caller knows.
    """
    now = timezone.now()
    _check_expiry(expires_at, now)
    read = read_target(kind, target)
    values = {
        "shown": (shown or read.shown)[:LONGEST_SHOWN],
        "ruling": ruling,
        "reason": reason,
        "created_by": by,
        "created_at": now,
        "expires_at": expires_at,
    }
    with transaction.atomic():
        override = _row(read, group, now, values)
        _record(override, by, "override.create")
    return override


def change_override(
    override: Override, *, by: str, ruling: Ruling, reason: str, expires_at: datetime | None
) -> Override:
    """Set what of an override may change; raises InvalidExpiry when a new end lies in the past."""
    if expires_at != override.expires_at:
        _check_expiry(expires_at, timezone.now())
    override.ruling, override.reason, override.expires_at = ruling, reason, expires_at
    with transaction.atomic():
        override.save(update_fields=["ruling", "reason", "expires_at"])
        _record(override, by, "override.change")
    return override


def delete_override(override: Override, *, by: str) -> None:
    """Remove an override; what it settled before keeps its verdict."""
    with transaction.atomic():
        _record(override, by, "override.delete")
        override.delete()


def _row(target: Target, group: Group | None, now: datetime, values: dict[str, object]) -> Override:
    try:
        with transaction.atomic():
            override, is_new = Override.objects.select_for_update().get_or_create(
                kind=target.kind, target=target.key, group=group, defaults=values
            )
    except IntegrityError:  # another process made the same one between look and insert
        override, is_new = Override.objects.get(kind=target.kind, target=target.key, group=group), False
    if is_new:
        return override
    if override.is_active(now):
        raise AlreadyThere(override)
    for name, value in values.items():
        setattr(override, name, value)
    override.save(update_fields=list(values))
    return override


def _check_expiry(expires_at: datetime | None, now: datetime) -> None:
    if expires_at is not None and expires_at <= now:
        raise InvalidExpiry(_("The end lies in the past: choose a later time, or none."))


def _pattern(text: str) -> Target:
    try:
        pattern = rules.check_pattern(text)
    except rules.InvalidPattern as error:
        raise rules.InvalidPattern(_(str(error))) from error
    if not pattern.isascii():
        raise rules.InvalidPattern(
            _("Write the host in its xn-- form and the path percent-encoded, as in a scan's url.")
        )
    return Target(Kind.PATTERN, pattern, defang_text(pattern))


def _url(text: str) -> Target:
    if URL_HASH.fullmatch(text.lower()):
        return Target(Kind.URL, text.lower(), f"URL {text[:12].lower()}…")
    try:
        link = parse(text)
    except InvalidLink as error:
        raise InvalidTarget(_("This is no web address: write it whole, such as https://example.com/pay.")) from error
    return Target(Kind.URL, link.url_hash, defang_url(displayable(link)))


def _bare_host(text: str) -> Link:
    """A link to this host's root; raises InvalidTarget when more than a host was given."""
    is_bare_ipv6 = text.count(":") > 1 and not text.startswith("[")
    try:
        link = parse(f"http://[{text}]/" if is_bare_ipv6 else f"http://{text}/")
    except InvalidLink as error:
        raise InvalidTarget(HOST_ALONE) from error
    has_more = link.port or link.path != "/" or link.query or link.username or link.password or "#" in text
    if has_more or len(link.host) > LONGEST_HOST:
        raise InvalidTarget(HOST_ALONE)
    return link


def _is_registrable(link: Link) -> bool:
    """Whether the host is somebody's name or below one, not a number and not a public suffix such as co.uk."""
    return not link.is_ip and "." in link.host and bool(suffixes.split(link.host).domain)


def _record(override: Override, by: str, action: str) -> None:
    audit.record(
        by,
        action,
        override.shown,
        group_ids=[] if override.group_id is None else [str(override.group_id)],
        details={
            "override": override.pk,
            "kind": override.kind,
            "ruling": override.ruling,
            "reason": override.reason,
            "expires_at": override.expires_at.isoformat() if override.expires_at else None,
        },
    )
