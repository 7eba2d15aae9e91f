"""What is known of the providers: keys, health, what was spent, what they answered."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from scans.engine.providers.provider import Span


class ProviderState(models.Model):
    """A provider's switch, key and circuit breaker; a row appears when there is something to remember.

    `is_on` None: as the provider's own file says. `key` is encrypted with the installation key and never shown.
    """

    name = models.CharField(_("provider"), max_length=40, primary_key=True)
    is_on = models.BooleanField(_("asked"), null=True, blank=True)
    key = models.TextField(blank=True, editable=False)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    failing_since = models.DateTimeField(null=True, editable=False)
    open_until = models.DateTimeField(_("not asked until"), null=True, blank=True)
    probe_until = models.DateTimeField(null=True, editable=False)
    last_answer_at = models.DateTimeField(_("last answer"), null=True, blank=True)
    last_failure_at = models.DateTimeField(_("last failure"), null=True, blank=True)
    last_error = models.CharField(_("last problem"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("provider")
        verbose_name_plural = _("providers")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Quota(models.Model):
    """What was spent with a provider in one span; `spent` counts requests by the moment its slice began."""

    provider = models.CharField(_("provider"), max_length=40)
    span = models.CharField(_("in a"), max_length=6, choices=[(one, one) for one in Span])
    limit = models.PositiveIntegerField(_("own limit"), null=True, blank=True)
    spent = models.JSONField(default=dict, editable=False)
    updated_at = models.DateTimeField(_("last spent"), default=timezone.now)

    class Meta:
        verbose_name = _("quota")
        verbose_name_plural = _("quotas")
        ordering = ["provider", "span"]
        constraints = [models.UniqueConstraint(fields=["provider", "span"], name="quota_once")]

    def __str__(self) -> str:
        return f"{self.provider} / {self.span}"


class ProviderTimes(models.Model):
    """How long calls to one provider took in one hour; `counts` by the step of scans.asking.latency they ended in."""

    provider = models.CharField(_("provider"), max_length=40)
    hour = models.DateTimeField(_("hour"), db_index=True)
    counts = models.JSONField(default=dict, editable=False)
    failed = models.PositiveIntegerField(_("failed"), default=0)

    class Meta:
        verbose_name = _("provider's times")
        verbose_name_plural = _("providers' times")
        ordering = ["-hour", "provider"]
        constraints = [models.UniqueConstraint(fields=["provider", "hour"], name="times_once")]

    def __str__(self) -> str:
        return f"{self.provider} {self.hour:%Y-%m-%d %H}"


class ProviderAnswer(models.Model):
    """A provider's answer about one subject, kept as long as its rules allow. Only the subject's hash is stored."""

    provider = models.CharField(_("provider"), max_length=40)
    subject_hash = models.CharField(_("subject"), max_length=64)
    facts = models.JSONField(_("facts"), default=dict)
    made_at = models.DateTimeField(_("answered"), default=timezone.now)
    expires_at = models.DateTimeField(_("kept until"), db_index=True)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["-made_at"]
        constraints = [models.UniqueConstraint(fields=["provider", "subject_hash"], name="answer_once")]

    def __str__(self) -> str:
        return f"{self.provider} {self.subject_hash[:12]}"
