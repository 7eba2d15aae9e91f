"""What members ask: a link to be checked, a warning to be looked at again."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.models import Group
from waclient.models.sighting import Sighting


class ReportKind(models.TextChoices):
    CHECK = "check", _("asked for a check")
    APPEAL = "appeal", _("appealed")


class Report(models.Model):
    """A member's check or appeal; answered when a moderator decides about the link.

    `by` is the asker's pseudonym. `to` holds their message as encrypted JSON of a waclient.client.MessageRef, to answer
    it; emptied after 72 h.
    """

    kind = models.CharField(_("what"), max_length=6, choices=ReportKind)
    group = models.ForeignKey(Group, verbose_name=_("group"), on_delete=models.CASCADE, related_name="reports")
    url_hash = models.CharField(_("URL hash"), max_length=64, db_index=True)
    sighting = models.ForeignKey(
        Sighting, verbose_name=_("sighting"), null=True, blank=True, on_delete=models.SET_NULL, related_name="reports"
    )
    by = models.CharField(_("by"), max_length=32)
    to = models.TextField(blank=True, editable=False)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    class Meta:
        verbose_name = _("member's request")
        verbose_name_plural = _("members' requests")
        ordering = ["-asked_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["kind", "group", "url_hash", "by"], name="report_once_a_member")]

    def __str__(self) -> str:
        return str(self.get_kind_display())
