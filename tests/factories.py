"""Rows for tests, with sensible defaults; every function saves and returns one row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import count

from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone

from groups.models import Group, Membership
from groups.policy import State
from overrides.models import Override
from overrides.rules import Kind, Ruling
from scans.engine.defang import defang_host
from scans.engine.findings import Finding, NotChecked
from scans.engine.kinds.lookonly import displayable, is_look_only
from scans.engine.links import parse
from scans.engine.scoring import Verdict
from scans.models import Scan, Status
from waclient.models import Sighting
from wbscanner.auth import Scope, issue_token
from wbscanner.models import ApiToken

PASSWORD = "correct horse battery staple"
SCORES = {Verdict.BENIGN: 0, Verdict.SUSPICIOUS: 5, Verdict.MALICIOUS: 12, Verdict.UNKNOWN: 0}

_numbers = count(1)


def make_owner(username: str = "owner") -> User:
    """A superuser with PASSWORD."""
    return User.objects.create_superuser(username=username, password=PASSWORD)


def make_moderator(*groups: Group, username: str | None = None) -> User:
    """Staff without further rights, a member of `groups`, with PASSWORD."""
    user = User.objects.create_user(username or f"moderator{next(_numbers)}", password=PASSWORD, is_staff=True)
    Membership.objects.bulk_create([Membership(user=user, group=group) for group in groups])
    return user


def make_group(name: str | None = None, state: State = State.LIVE, **columns: object) -> Group:
    number = next(_numbers)
    columns.setdefault("jid", f"12036300000{number:07d}@g.us")
    columns.setdefault("size", 42)
    return Group.objects.create(name=name if name is not None else f"Group {number}", state=state, **columns)


def make_scan(
    url: str = "https://shop.example.com/",
    verdict: Verdict | None = Verdict.BENIGN,
    *,
    findings: Iterable[Finding] = (),
    not_checked: Iterable[NotChecked] = (),
    at: datetime | None = None,
    **columns: object,
) -> Scan:
    """A finished scan of this verdict, made at `at`; with verdict None one that still waits (without a job row)."""
    link, at = parse(url), at or timezone.now()
    values: dict[str, object] = {
        "url_hash": link.url_hash,
        "url": displayable(link),
        "fetch_url": None if is_look_only(link) else link.url,
        "host": link.host,
        "registrable_domain": link.registrable_domain,
        "requested_at": at,
        "last_seen_at": at,
    }
    if verdict is not None:
        values |= {
            "status": Status.DONE,
            "started_at": at,
            "finished_at": at,
            "verdict": verdict,
            "score": SCORES[verdict],
            "findings": [finding.as_dict() for finding in findings],
            "not_checked": [gap.as_dict() for gap in not_checked],
            "expires_at": at + settings.SCAN_EXPIRY[verdict],
        }
    return Scan.objects.create(**(values | columns))


def make_sighting(group: Group, scan: Scan | None = None, *, url: str | None = None, **columns: object) -> Sighting:
    """A link of a fresh message in `group`, judged by `scan` (one is made when neither scan nor url is given)."""
    if scan is None and url is None:
        scan = make_scan()
    link = parse(url or (scan.fetch_url or scan.url if scan else ""))
    values: dict[str, object] = {
        "message_id": f"3EB0{next(_numbers):012X}",
        "url_hash": scan.url_hash if scan else link.url_hash,
        "url": displayable(link),
        "host": link.host,
        "registrable_domain": link.registrable_domain,
        "sender": f"{next(_numbers):032x}",
        "posted_at": timezone.now() - timedelta(seconds=2),
        "scan": scan,
    }
    return Sighting.objects.create(group=group, **(values | columns))


def make_override(
    target: str = "shop.example.com",
    ruling: Ruling = Ruling.DENY,
    *,
    kind: Kind = Kind.HOST,
    group: Group | None = None,
    **columns: object,
) -> Override:
    """An override as stored: `target` is a url_hash, host, domain or pattern already in its stored form."""
    columns.setdefault("shown", defang_host(target))
    columns.setdefault("created_by", "owner")
    return Override.objects.create(kind=kind, target=target, ruling=ruling, group=group, **columns)


def make_token(
    *scopes: Scope,
    groups: Sequence[Group] | None = None,
    name: str | None = None,
    expires_at: datetime | None = None,
    created_by: User | None = None,
) -> tuple[ApiToken, str]:
    """A token (read scope unless told) and its clear text; `groups` None means all groups."""
    group_ids = None if groups is None else [str(group.pk) for group in groups]
    return issue_token(name or f"token{next(_numbers)}", scopes or [Scope.READ], group_ids, expires_at, created_by)
