"""The scan table: one row an analysis, kept with its evidence. The newest finished row of a url_hash is its verdict."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from scans.engine.ceiling import Ceiling
from scans.engine.defang import defang_host
from scans.engine.findings import Finding, NotChecked
from scans.engine.scoring import Assessment, Verdict
from scans.hops import Evidence, HopRow
from scans.looks import next_look

VERDICT_CHOICES = [
    (Verdict.BENIGN, _("nothing suspicious found")),
    (Verdict.SUSPICIOUS, _("suspicious")),
    (Verdict.MALICIOUS, _("dangerous")),
    (Verdict.UNKNOWN, _("not checked")),
]
CEILING_CHOICES = [
    (Ceiling.NOTHING, _("nothing")),
    (Ceiling.HASH, _("a hash prefix")),
    (Ceiling.HOST, _("the host")),
    (Ceiling.URL, _("the whole URL")),
]
LEASE = timedelta(seconds=30)  # a scan has 8 s; the sweep that rings for it comes each minute
# A lease that ends later than this was given by a clock that was ahead.
LONGEST_LEASE = LEASE * 10
MAX_ATTEMPTS = 3


class Status(models.TextChoices):
    QUEUED = "queued", _("queued")
    RUNNING = "running", _("running")
    DONE = "done", _("done")


class Priority(models.IntegerChoices):
    """The order in which run_scan takes queued scans, highest first."""

    HISTORY = 0, _("history")
    AGAIN = 5, _("looked at again")
    LIVE = 10, _("posted in a group")
    ASKED = 20, _("asked for by a person")


class Cause(models.TextChoices):
    """Why a scan was made; the timeline of a link says it."""

    POSTED = "posted", _("the link was posted")
    ASKED = "asked", _("a person asked")
    SCHEDULE = "schedule", _("looked at again, as planned")
    LISTS = "lists", _("a list of known links changed")
    REPORT = "report", _("a report arrived")


def _is_abandoned(now: datetime) -> Q:
    is_over = Q(lease_until__lt=now) | Q(lease_until__gt=now + LONGEST_LEASE)
    return Q(status=Status.RUNNING) & is_over


class ScanQuerySet(models.QuerySet["Scan"]):
    def pending(self) -> Self:
        """Scans that wait or are under way, by an index of them alone: SQLite takes none that names a status."""
        return self.filter(finished_at__isnull=True).exclude(status=Status.DONE)

    def newest_first(self) -> Self:
        """Finished scans; of one link the first is its verdict."""
        return self.filter(status=Status.DONE).order_by("-requested_at", "-pk")

    def untold(self) -> Self:
        """Scans that changed their link's verdict, which the groups have not been told yet; the oldest first."""
        return self.filter(changed_from__isnull=False, told_at__isnull=True).order_by("pk")

    def fresh(self, now: datetime) -> Self:
        return self.filter(status=Status.DONE, expires_at__gt=now)

    def abandoned(self, now: datetime) -> Self:
        """Running scans whose worker died."""
        return self.pending().filter(_is_abandoned(now))

    def claimable(self, now: datetime) -> Self:
        """Queued scans, and running ones whose worker died; the most urgent first."""
        waits = self.pending().filter(Q(status=Status.QUEUED) | _is_abandoned(now))
        return waits.order_by("-priority", "requested_at", "id")


class Scan(models.Model):
    """One analysis of one link.

    `url` is the stripped form that may be shown; `fetch_url` what is opened: the exact first-seen one but for a user
    name and password in it, purged, and null for links that are judged but never opened. What the exact URL looked like
    by itself stays in `seen_findings`, the addresses on its way in `hops`. `fence` grows with every claim: a worker
    that was given up cannot write.

    `changed_from` is the verdict before where this one differs: the groups' corrections are planned until `told_at`.
    `list_keys` are the lists' 8-byte keys of all addresses on the way; `page_hash` is the same for copies of one page.
    """

    url_hash = models.CharField(_("URL hash"), max_length=64)
    url = models.TextField(_("URL"))
    fetch_url = models.TextField(null=True, editable=False)
    seen_findings = models.JSONField(null=True, editable=False)
    host = models.CharField(_("host"), max_length=255, db_index=True)
    registrable_domain = models.CharField(_("registrable domain"), max_length=255, db_index=True)
    ceiling = models.CharField(_("may be disclosed"), max_length=8, choices=CEILING_CHOICES, default=Ceiling.HOST)
    priority = models.SmallIntegerField(_("priority"), choices=Priority, default=Priority.LIVE)

    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.QUEUED)
    requested_at = models.DateTimeField(_("requested"), default=timezone.now)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    lease_until = models.DateTimeField(null=True, editable=False)
    fence = models.PositiveIntegerField(default=0, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)

    verdict = models.CharField(_("verdict"), max_length=10, choices=VERDICT_CHOICES, null=True, blank=True)
    score = models.PositiveSmallIntegerField(_("score"), null=True, blank=True)
    risk = models.FloatField(_("local probability"), null=True, blank=True)
    findings = models.JSONField(_("findings"), default=list, blank=True)
    not_checked = models.JSONField(_("not checked"), default=list, blank=True)
    expires_at = models.DateTimeField(_("reused until"), null=True, blank=True)

    hops = models.JSONField(_("on the way"), default=list, blank=True)
    watched = models.JSONField(_("what lists on trial say"), default=list, blank=True)
    list_keys = models.BinaryField(null=True, editable=False)
    page_hash = models.CharField(max_length=64, blank=True, editable=False)

    cause = models.CharField(_("why"), max_length=8, choices=Cause, default=Cause.POSTED)
    passes_caches = models.BooleanField(_("past every cache"), default=False)
    changed_from = models.CharField(_("verdict before"), max_length=10, choices=VERDICT_CHOICES, null=True, blank=True)
    told_at = models.DateTimeField(_("change passed on"), null=True, blank=True)
    looked_from = models.DateTimeField(_("second looks counted from"), null=True, blank=True)
    look_again_at = models.DateTimeField(_("looked at again"), null=True, blank=True)

    last_seen_at = models.DateTimeField(_("last seen"), default=timezone.now, db_index=True)
    decided_at = models.DateTimeField(_("decided by a person"), null=True, blank=True)

    objects: ClassVar[models.Manager[Scan]] = ScanQuerySet.as_manager()

    class Meta:
        verbose_name = _("scan")
        verbose_name_plural = _("scans")
        ordering = ["-requested_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["url_hash"], condition=Q(status__in=["queued", "running"]), name="scan_one_pending_per_url"
            ),
        ]
        indexes = [
            models.Index(fields=["url_hash", "-requested_at"], name="scan_newest"),
            models.Index(
                fields=["-priority", "requested_at", "id"],
                condition=Q(finished_at__isnull=True),
                name="scan_unfinished",
            ),
            models.Index(fields=["look_again_at"], condition=Q(look_again_at__isnull=False), name="scan_look_again"),
            models.Index(
                fields=["id"], condition=Q(changed_from__isnull=False, told_at__isnull=True), name="scan_changed"
            ),
            models.Index(fields=["finished_at"], condition=Q(changed_from__isnull=False), name="scan_changed_lately"),
        ]

    def __str__(self) -> str:
        return defang_host(self.host)

    @classmethod
    def claim(cls, now: datetime) -> Scan | None:
        """Take the most urgent scan that waits; None when there is none. Safe against other workers."""
        for scan in ScanQuerySet(cls).claimable(now)[:5]:
            taken = (
                cls.objects.filter(pk=scan.pk, fence=scan.fence)
                .exclude(status=Status.DONE)
                .update(
                    status=Status.RUNNING,
                    started_at=now,
                    lease_until=now + LEASE,
                    fence=F("fence") + 1,
                    attempts=F("attempts") + 1,
                )
            )
            if taken:
                return cls.objects.get(pk=scan.pk)
        return None

    def finish(self, assessment: Assessment, now: datetime, evidence: Evidence | None = None) -> bool:
        """Store the outcome, its expiry and the next look; False when another worker has taken this scan over since.

        A verdict other than that of the scan before is noted as changed.
        """
        expiry: Mapping[str, timedelta] = settings.SCAN_EXPIRY
        others = ScanQuerySet(type(self)).filter(url_hash=self.url_hash).exclude(pk=self.pk)
        before = others.newest_first().values_list("verdict", flat=True).first()
        looked_from = self.looked_from or now
        is_ours = bool(
            type(self)
            .objects.filter(pk=self.pk, fence=self.fence, status=Status.RUNNING)
            .update(
                status=Status.DONE,
                finished_at=now,
                lease_until=None,
                expires_at=now + expiry[assessment.verdict],
                verdict=assessment.verdict,
                score=assessment.score,
                risk=assessment.risk,
                findings=[finding.as_dict() for finding in assessment.findings],
                not_checked=[gap.as_dict() for gap in assessment.not_checked],
                changed_from=before if before != assessment.verdict else None,
                looked_from=looked_from,
                look_again_at=None if self.decided_at else next_look(looked_from, self.last_seen_at, now),
                **(evidence.columns if evidence else {}),
            )
        )
        if is_ours:
            others.filter(look_again_at__isnull=False).update(look_again_at=None)
        return is_ours

    @property
    def reasons(self) -> list[Finding]:
        return [Finding.from_dict(finding) for finding in self.findings]

    @property
    def seen(self) -> list[Finding] | None:
        """What the heuristics found in the exact URL and in what it wraps; None when they must look at `url`."""
        return None if self.seen_findings is None else [Finding.from_dict(finding) for finding in self.seen_findings]

    @property
    def keeps_exact_link(self) -> bool:
        """Whether `fetch_url` is the link as it was posted: not forgotten, and there was no password in it."""
        return self.fetch_url is not None and hashlib.sha256(self.fetch_url.encode()).hexdigest() == self.url_hash

    @property
    def way(self) -> list[HopRow]:
        """The addresses on the way, first the posted one; empty when there is no other than that."""
        return [HopRow.from_dict(hop) for hop in self.hops]

    @property
    def gaps(self) -> list[NotChecked]:
        return [NotChecked.from_dict(gap) for gap in self.not_checked]

    @property
    def is_conclusive(self) -> bool:
        """Whether a finding is certain enough for the bot to delete by itself."""
        return any(finding.conclusive for finding in self.reasons)
