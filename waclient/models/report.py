"""What members ask about a link: a check, or an appeal against what was said."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.models import Group
from scans.engine.defang import defang_host
from scans.models import Scan
from waclient.models.sighting import Sighting


class ReportKind(models.TextChoices):
    CHECK = "check", _("check")
    APPEAL = "appeal", _("appeal")


class ReportState(models.TextChoices):
    OPEN = "open", _("waits")
    ANSWERED = "answered", _("answered")
    CLOSED = "closed", _("closed without an answer")


class Report(models.Model):
    """A member's question about one link; none of their words is kept.

    `group` is the one it is about, None where nobody posted the link in any. `by` is the pseudonym of who asked,
    `address` where the answer goes: encrypted, nulled after 72 h like a sighting's. `quotes` is the message that asked;
    with `is_direct` it stands in that person's own chat with the bot. `scan` is the one whose verdict a check waits
    for; `told_at`: when the verdict was passed on (a person's answer may come later).
    """

    kind = models.CharField(_("what"), max_length=6, choices=ReportKind)
    state = models.CharField(_("state"), max_length=8, choices=ReportState, default=ReportState.OPEN)
    group = models.ForeignKey(
        Group, verbose_name=_("group"), null=True, blank=True, on_delete=models.CASCADE, related_name="reports"
    )
    sighting = models.ForeignKey(
        Sighting, verbose_name=_("link seen"), null=True, blank=True, on_delete=models.SET_NULL, related_name="reports"
    )
    scan = models.ForeignKey(
        Scan, verbose_name=_("scan"), null=True, blank=True, on_delete=models.SET_NULL, related_name="asked"
    )
    url_hash = models.CharField(_("URL hash"), max_length=64, db_index=True)
    url = models.TextField(_("URL"))
    host = models.CharField(_("host"), max_length=255)
    by = models.CharField(_("asked by"), max_length=32)
    address = models.TextField(null=True, editable=False)
    quotes = models.CharField(_("message"), max_length=200)
    is_direct = models.BooleanField(_("asked in private"), default=False)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    told_at = models.DateTimeField(_("told what was found"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.CharField(_("answered by"), max_length=150, blank=True)

    class Meta:
        verbose_name = _("question of a member")
        verbose_name_plural = _("questions of members")
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "by", "url_hash", "group"], condition=Q(state="open"), name="report_one_open_of_a_kind"
            ),
        ]
        indexes = [models.Index(fields=["asked_at"], condition=Q(state="open"), name="report_open")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {defang_host(self.host)}"
