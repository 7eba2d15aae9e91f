"""One scam seen as many links."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from scans.engine.likeness import MAX_SHAPE, MarkKind

MARK_CHOICES = [
    (MarkKind.LINK, _("the exact address")),
    (MarkKind.SITE, _("the site it leads to")),
    (MarkKind.PAGE, _("the page there")),
    (MarkKind.SHAPE, _("the words of the path")),
]
LONGEST_HOST = 255


class Campaign(models.Model):
    """One scam seen as many links: its members are the sightings that point here, all of them taken for bad.

    It begins with the first bad link, alone; `host` is where that led. A decision about it is a Decision for each
    link and scope that points here.
    """

    host = models.CharField(_("host"), max_length=LONGEST_HOST)
    first_seen_at = models.DateTimeField(_("first seen"), default=timezone.now)
    last_seen_at = models.DateTimeField(_("last seen"), default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["-last_seen_at", "-id"]

    def __str__(self) -> str:
        return f"{_('Campaign')} {self.pk}"  # whose host it is may be another group's business


class CampaignMark(models.Model):
    """By what further links of a campaign are known (scans.engine.likeness); each belongs to one campaign."""

    campaign = models.ForeignKey(Campaign, verbose_name=_("campaign"), on_delete=models.CASCADE, related_name="marks")
    kind = models.CharField(_("what"), max_length=5, choices=MARK_CHOICES)
    value = models.CharField(_("value"), max_length=max(MAX_SHAPE, LONGEST_HOST))

    class Meta:
        verbose_name = _("mark of a campaign")
        verbose_name_plural = _("marks of campaigns")
        constraints = [models.UniqueConstraint(fields=["kind", "value"], name="campaign_mark_once")]

    def __str__(self) -> str:
        return str(self.get_kind_display())
