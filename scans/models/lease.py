"""One step of a periodic job at a time, over all processes and machines."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Lease(models.Model):
    """Who holds it may do the next step of the job until then; a crash frees it by time."""

    job = models.CharField(_("job"), max_length=40, primary_key=True)
    until = models.DateTimeField(_("until"))
    fence = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("lease")
        verbose_name_plural = _("leases")

    def __str__(self) -> str:
        return self.job
