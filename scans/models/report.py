"""Reports that take a provider long: asked for, waited for, and what they brought."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from scans.models.scan import Scan


class ReportState(models.TextChoices):
    """A submission found in `sending` after a crash is uncertain: it is not sent a second time by itself."""

    WANTED = "wanted", _("to be asked for")
    SENDING = "sending", _("being asked for")
    WAITING = "waiting", _("waited for")
    DONE = "done", _("arrived")
    FAILED = "failed", _("failed")
    UNCERTAIN = "uncertain", _("uncertain")


class PendingReport(models.Model):
    """A report about the link of a scan. The periodic step submits, polls, and ends it in a new Scan."""

    scan = models.ForeignKey(Scan, verbose_name=_("scan"), on_delete=models.CASCADE, related_name="reports")
    url_hash = models.CharField(_("URL hash"), max_length=64)
    provider = models.CharField(_("provider"), max_length=40)
    state = models.CharField(_("state"), max_length=9, choices=ReportState, default=ReportState.WANTED)
    reference = models.CharField(_("their number"), max_length=120, blank=True, db_index=True)
    asked_at = models.DateTimeField(_("wanted"), default=timezone.now)
    submitted_at = models.DateTimeField(_("asked for"), null=True, blank=True)
    due_at = models.DateTimeField(_("next look"), default=timezone.now)
    attempts = models.PositiveSmallIntegerField(_("looks"), default=0)
    error = models.CharField(_("last problem"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "url_hash"],
                condition=Q(state__in=["wanted", "sending", "waiting"]),
                name="report_one_pending",
            )
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state__in=["wanted", "sending", "waiting"]), name="report_due")
        ]

    def __str__(self) -> str:
        return f"{self.provider} · {self.get_state_display()}"


class ArtifactKind(models.TextChoices):
    SCREENSHOT = "screenshot", _("picture of the page")
    DOM = "dom", _("text of the page")


class Artifact(models.Model):
    """Evidence that a report brought: kept for a while, only ever handed out as a download that nothing opens."""

    report = models.ForeignKey(
        PendingReport, verbose_name=_("report"), on_delete=models.CASCADE, related_name="artifacts"
    )
    kind = models.CharField(_("what"), max_length=10, choices=ArtifactKind)
    content = models.BinaryField(editable=False)
    size = models.PositiveIntegerField(_("bytes"))
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField(_("fetched"), default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("artifact")
        verbose_name_plural = _("artifacts")
        ordering = ["-made_at"]
        constraints = [models.UniqueConstraint(fields=["report", "kind"], name="artifact_once")]

    def __str__(self) -> str:
        return self.get_kind_display()
