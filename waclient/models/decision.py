"""What moderators said about a link, and what waits for them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.models import Group
from overrides.models import Override
from scans.engine.defang import defang_host
from scans.engine.scoring import Verdict
from scans.models import VERDICT_CHOICES
from waclient.models.campaign import Campaign


class Answer(models.TextChoices):
    CONFIRM = "confirm", _("it is a scam")
    FINE = "fine", _("it is fine")
    UNSURE = "unsure", _("not sure")


class Decision(models.Model):
    """What a moderator said about a link, for one group or (owner only) for all of them; undoing keeps the row.

    From `applies_at` on, when nobody took it back, the bot acts on the messages of before; `applied_at` is when it did.
    """

    url_hash = models.CharField(_("URL hash"), max_length=64)
    group = models.ForeignKey(
        Group,
        verbose_name=_("only in group"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="decisions",
    )
    answer = models.CharField(_("answer"), max_length=8, choices=Answer)
    by = models.CharField(_("by"), max_length=150)
    at = models.DateTimeField(_("when"), default=timezone.now)
    applies_at = models.DateTimeField(_("acts from"), null=True, blank=True)
    applied_at = models.DateTimeField(_("acted on"), null=True, blank=True)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    override = models.ForeignKey(Override, null=True, blank=True, on_delete=models.SET_NULL, related_name="decisions")
    replaced = models.JSONField(null=True, editable=False)
    campaign = models.ForeignKey(
        Campaign, verbose_name=_("campaign"), null=True, blank=True, on_delete=models.SET_NULL, related_name="decisions"
    )

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["url_hash", "group"], name="decision_by_link"),
            models.Index(
                fields=["applies_at"],
                condition=Q(applied_at__isnull=True, undone_at__isnull=True, applies_at__isnull=False),
                name="decision_to_act_on",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_answer_display())


class QueueItem(models.Model):
    """One link over all groups, with the rank that orders the moderators' queue."""

    url_hash = models.CharField(_("URL hash"), max_length=64, unique=True)
    url = models.TextField(_("URL"))
    host = models.CharField(_("host"), max_length=255)
    verdict = models.CharField(_("verdict"), max_length=10, choices=VERDICT_CHOICES, default=Verdict.UNKNOWN)
    reach = models.PositiveIntegerField(_("groups"), default=1)
    posted_at = models.DateTimeField(_("last posted"))
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    rank = models.FloatField(_("rank"), default=0)

    class Meta:
        verbose_name = _("link to decide")
        verbose_name_plural = _("queue")
        ordering = ["-rank", "-id"]
        indexes = [models.Index(fields=["rank"], name="queue_by_rank")]

    def __str__(self) -> str:
        return defang_host(self.host)
