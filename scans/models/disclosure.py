"""What left the house."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from scans.models.scan import Scan


class DisclosureKind(models.TextChoices):
    VISIT = "visit", _("the link was opened")
    HASH = "hash", _("a hash prefix was told")
    HOST = "host", _("the host was told")
    URL = "url", _("the whole URL was told")


class Disclosure(models.Model):
    """What left the house for one scan: who was told what, and when. `provider` is empty for a visit."""

    scan = models.ForeignKey(Scan, verbose_name=_("scan"), on_delete=models.CASCADE, related_name="disclosures")
    kind = models.CharField(_("what"), max_length=8, choices=DisclosureKind)
    provider = models.CharField(_("to whom"), max_length=40, blank=True)
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("disclosure")
        verbose_name_plural = _("disclosures")
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.provider}".strip()
