"""Somebody's wish to be forgotten, while it is carried out."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Erasure(models.Model):
    """Removes what is stored about a member (`keys`: code names) or a group (`group_key`: its row), step by step.

    It needs no memory of its steps: each takes what is still there. Whom it was about is gone when it ended.
    """

    keys = models.JSONField(default=list, editable=False)
    group_key = models.BigIntegerField(null=True, editable=False)
    asked_by = models.CharField(_("asked for by"), max_length=150)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    done = models.PositiveIntegerField(_("rows so far"), default=0)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        ordering = ["-asked_at", "-id"]
        indexes = [models.Index(fields=["id"], condition=models.Q(ended_at__isnull=True), name="erasure_open")]

    def __str__(self) -> str:
        return f"{_('Erasure')} {self.pk}"
