"""What belongs to the installation itself: the audit trail, keys of integrations, settings kept in the database."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_otp.models import Device, ThrottlingMixin


class AuditEntry(models.Model):
    """Who did what to what, when. Written through wbscanner.audit.record, never changed.

    Groups are named by their ids as plain strings, so that an entry outlives its group.
    """

    at = models.DateTimeField(_("when"), auto_now_add=True, db_index=True)
    actor = models.CharField(_("who"), max_length=150)
    action = models.CharField(_("what"), max_length=60)
    target = models.CharField(_("on"), max_length=200, blank=True)
    group_ids = models.JSONField(_("groups"), default=list, blank=True)
    details = models.JSONField(_("details"), default=dict, blank=True)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["action", "at"], name="audit_by_action"),
            models.Index(fields=["actor", "at"], name="audit_by_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.actor}: {self.action} {self.target}".strip()


class ApiToken(models.Model):
    """A key of an integration. Only the SHA-256 of its secret part is kept; wbscanner.auth issues and checks it."""

    name = models.CharField(_("name"), max_length=80)
    prefix = models.CharField(_("prefix"), max_length=16, unique=True)
    secret_hash = models.CharField(max_length=64)
    scopes = models.JSONField(_("scopes"), default=list)
    group_ids = models.JSONField(_("groups"), null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("made by"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(_("made"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class SecondFactor(ThrottlingMixin, Device):  # type: ignore[misc]  # django-otp has no types
    """A person's authenticator app: its key encrypted, its unused recovery codes as keyed hashes.

    wbscanner.second_factor makes and checks it; until the first code was right, `confirmed` is False and nothing asks.
    """

    sealed_key = models.TextField()
    last_step = models.BigIntegerField(default=-1)
    recovery = models.JSONField(default=list)

    class Meta:
        verbose_name = _("second factor")
        verbose_name_plural = _("second factors")
        constraints = [models.UniqueConstraint(fields=["user"], name="second_factor_one_a_person")]

    def get_throttle_factor(self) -> float:
        return 1.0


class Reader(models.Model):
    """How a person reads the desk. Empty: the language that the browser asks for, the installation's time zone."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    language = models.CharField(_("language"), max_length=8, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("reader")
        verbose_name_plural = _("readers")

    def __str__(self) -> str:
        return f"{self.user_id}: {self.language} {self.time_zone}".strip()


class Invitation(models.Model):
    """A one-time link: it makes a person with this role and these groups, or gives `user` a new password.

    Only the SHA-256 of its secret is kept; the row goes when the link is used or withdrawn.
    """

    token_hash = models.CharField(max_length=64, unique=True)
    name = models.CharField(_("for whom"), max_length=80)
    role = models.CharField(_("role"), max_length=10)
    group_ids = models.JSONField(_("groups"), default=list)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), null=True, on_delete=models.CASCADE, related_name="+"
    )
    created_by = models.CharField(_("made by"), max_length=150)
    expires_at = models.DateTimeField(_("expires"))

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["expires_at", "id"]

    def __str__(self) -> str:
        return self.name


class ErrandState(models.TextChoices):
    GOING_ON = "going_on", _("going on")
    ASKS = "asks", _("waits for your yes")
    DONE = "done", _("done")
    FAILED = "failed", _("broken off")


class Errand(models.Model):
    """A long piece of work that a person asked for; wbscanner.desk.errands carries it out in steps.

    `given` says what it is about and is emptied at its end, unless its kind keeps it; `place` is how far it is, written
    with the step itself. The claim of a worker ends at `until`; `fence` tells claims apart, `tries` counts those in a
    row that got it no further.
    """

    KEPT: ClassVar[timedelta] = timedelta(hours=24)

    kind = models.CharField(_("what"), max_length=30)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("asked by"), on_delete=models.CASCADE, related_name="+"
    )
    asked_at = models.DateTimeField(_("asked for"), auto_now_add=True)
    state = models.CharField(_("state"), max_length=8, choices=ErrandState, default=ErrandState.GOING_ON)
    given = models.JSONField(default=dict, blank=True)
    place = models.JSONField(default=dict, blank=True)
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("of"), default=0)
    problem = models.CharField(_("problem"), max_length=30, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    fence = models.PositiveIntegerField(default=0)
    until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("piece of work")
        verbose_name_plural = _("pieces of work")
        ordering = ["-asked_at", "-id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Setting(models.Model):
    """One value the installation keeps for itself, by key."""

    key = models.CharField(_("key"), max_length=60, primary_key=True)
    value = models.JSONField(_("value"))
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("setting")
        verbose_name_plural = _("settings")

    def __str__(self) -> str:
        return self.key


class Channel(models.TextChoices):
    EMAIL = "email", _("e-mail")
    WEBHOOK = "webhook", _("webhook")
    NTFY = "ntfy", _("ntfy")


class Alarm(models.Model):
    """Something the owner has to know, from its beginning to its end; `calm_since`: gone, but not for long enough."""

    kind = models.CharField(_("what"), max_length=20)
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text"), blank=True)
    began_at = models.DateTimeField(_("began"))
    calm_since = models.DateTimeField(_("calm since"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("alarm")
        verbose_name_plural = _("alarms")
        ordering = ["-began_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind"], condition=models.Q(ended_at__isnull=True), name="alarm_one_of_a_kind"
            )
        ]

    def __str__(self) -> str:
        return self.title


class DeliveryState(models.TextChoices):
    PENDING = "pending", _("waiting")
    SENT = "sent", _("sent")
    FAILED = "failed", _("failed")


class Delivery(models.Model):
    """One message to the owner over one channel outside of WhatsApp: outbox before, record after."""

    channel = models.CharField(_("channel"), max_length=8, choices=Channel)
    kind = models.CharField(_("what"), max_length=20)
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text"))
    state = models.CharField(_("state"), max_length=8, choices=DeliveryState, default=DeliveryState.PENDING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    problem = models.CharField(_("last problem"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("made"))
    due_at = models.DateTimeField(_("next attempt"))
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    class Meta:
        verbose_name = _("message to the owner")
        verbose_name_plural = _("messages to the owner")
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["due_at"], condition=models.Q(state="pending"), name="delivery_waiting")]

    def __str__(self) -> str:
        return f"{self.get_channel_display()}: {self.title}"
