"""Who joined a group lately."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.models import Group


class Newcomer(models.Model):
    """A member, by code name, who joined a group that weighs newcomers' first links.

    Gone with the first link, when the member leaves, and after NEWCOMER_FOR. Nothing else is kept of anybody.
    """

    group = models.ForeignKey(Group, verbose_name=_("group"), on_delete=models.CASCADE, related_name="newcomers")
    member = models.CharField(_("member"), max_length=32)
    joined_at = models.DateTimeField(_("joined"), default=timezone.now)

    class Meta:
        verbose_name = _("newcomer")
        verbose_name_plural = _("newcomers")
        constraints = [models.UniqueConstraint(fields=["group", "member"], name="newcomer_once")]

    def __str__(self) -> str:
        return self.member[:8]
