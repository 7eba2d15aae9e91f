"""What a moderator says about a link: the Decision, the override it writes, and taking it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.models import Group
from overrides.models import Override
from overrides.rules import Kind, Ruling
from scans import services
from scans.engine.defang import defang_host, defang_url
from scans.hops import HopRow
from waclient import queue
from waclient.acting import take_back
from waclient.models import Answer, Decision, Sighting
from wbscanner import audit

# How long an answer may be taken back before the bot acts on the messages that were posted before it.
UNDO_WINDOW = timedelta(seconds=10)
RULINGS = {Answer.CONFIRM: Ruling.DENY, Answer.FINE: Ruling.ALLOW}


def _release(decision: Decision, override: Override) -> None:
    """Put back what stood before the decision, unless a later one (about another link of the host) stands on it."""
    standing = Decision.objects.filter(override=override, undone_at__isnull=True, pk__gt=decision.pk)
    later = standing.order_by("pk").first()
    if later is not None:
        later.replaced = decision.replaced
        later.save(update_fields=["replaced"])
    elif decision.replaced is not None:
        Override.objects.filter(pk=override.pk).update(**decision.replaced)
    else:
        override.delete()


@dataclass(frozen=True, slots=True)
class Target:
    """What an override is made for: its kind, the key it is found by, and how it is shown."""

    kind: Kind
    key: str
    shown: str

    @classmethod
    def of(cls, url_hash: str, kind: Kind, answer: Answer) -> Target:
        """What an answer is about: "it is fine" about the address where the link leads, as far as that is known.

        Otherwise a short link that was found fine could be turned to another address later. Raises LookupError for
        the host of a link that nobody posted, and for the domain of one that has none.
        """
        about = (end_of(url_hash) if answer is Answer.FINE else None) or _newest(url_hash)
        if kind is Kind.URL:
            return cls(kind, about.url_hash, _short(about.url)) if about else cls(kind, url_hash, url_hash)
        if about is None:
            raise LookupError(_("this link was not posted anywhere"))
        key = about.registrable_domain if kind is Kind.DOMAIN else about.host
        if not key:
            raise LookupError(_("this address belongs to no domain: decide about its host"))
        return cls(kind, key, defang_host(key))


def end_of(url_hash: str) -> HopRow | None:
    """The last address on a link's way, as far as it is known; None when it has no way."""
    scan = services.newest(url_hash)
    return scan.way[-1] if scan is not None and scan.way else None


def decide(  # noqa: PLR0913 (one answer has all of these)
    url_hash: str,
    answer: Answer,
    *,
    by: str,
    group: Group | None,
    kind: Kind = Kind.URL,
    until: datetime | None = None,
) -> Decision:
    """Record a decision for one group, or with None for all of them; a decision about the same scope replaces it.

    "It is a scam" and "it is fine" write an override for exactly this URL, or for its whole host or domain, which
    ends at `until`; "not sure" only takes it off the queue. Where a person's own override for it stands, the decision
    takes its place, and undoing puts it back. After UNDO_WINDOW the bot acts on what was posted before
    (waclient.acting).
    """
    with transaction.atomic():
        for earlier in Decision.objects.filter(url_hash=url_hash, group=group, undone_at__isnull=True):
            undo(earlier, by=by)
        decision = Decision(url_hash=url_hash, group=group, answer=answer, by=by)
        if answer in RULINGS:
            target = Target.of(url_hash, kind, answer)
            decision.replaced = _standing(target, group)
            decision.override = _override(target, RULINGS[answer], by, group, until)
            decision.applies_at = decision.at + UNDO_WINDOW
        decision.save()
        _mark(decision, is_decided=True)
        details = {"url_hash": url_hash, "covers": str(kind)}
        audit.record(by, f"link.{answer}", _shown(url_hash), group_ids=_ids(group), details=details)
    return decision


def undo(decision: Decision, *, by: str) -> None:
    """Take a decision back: its override goes, the link returns to the queue. Doing it twice changes nothing."""
    with transaction.atomic():
        undone = Decision.objects.filter(pk=decision.pk, undone_at__isnull=True).update(undone_at=timezone.now())
        if not undone:
            return
        if decision.override is not None:
            _release(decision, decision.override)
        take_back(decision)
        _mark(decision, is_decided=False)
        details = {"url_hash": decision.url_hash, "answer": decision.answer}
        audit.record(by, "link.undo", _shown(decision.url_hash), group_ids=_ids(decision.group), details=details)


def _standing(target: Target, group: Group | None) -> dict[str, str | None] | None:
    """What the override for this target says before the decision; None when there is none."""
    override = Override.objects.filter(kind=target.kind, target=target.key, group=group).first()
    if override is None:
        return None
    ends = override.expires_at.isoformat() if override.expires_at else None
    return {
        "ruling": override.ruling,
        "shown": override.shown,
        "reason": override.reason,
        "created_by": override.created_by,
        "expires_at": ends,
    }


def _override(target: Target, ruling: Ruling, by: str, group: Group | None, until: datetime | None) -> Override:
    override, _is_new = Override.objects.update_or_create(
        kind=target.kind,
        target=target.key,
        group=group,
        defaults={"ruling": ruling, "shown": target.shown, "created_by": by, "reason": "", "expires_at": until},
    )
    return override


def _mark(decision: Decision, *, is_decided: bool) -> None:
    """An effective decision for all groups is what rechecks look at; any leaves the queue."""
    at = decision.at if is_decided else None
    if decision.group is None:
        services.mark_decided(decision.url_hash, at)
    queue.refresh(decision.url_hash)


def _newest(url_hash: str) -> Sighting | None:
    return Sighting.objects.filter(url_hash=url_hash).order_by("-pk").first()


def _shown(url_hash: str) -> str:
    sighting = _newest(url_hash)
    return _short(sighting.url) if sighting else url_hash


def _short(url: str) -> str:
    return defang_url(url)[:200]


def _ids(group: Group | None) -> list[str]:
    return [str(group.pk)] if group else []
