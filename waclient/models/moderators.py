"""Where moderators are told of bad links and answer: their chats, and what was told there."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.models import Group
from scans.models import VERDICT_CHOICES
from waclient.models.action import Action
from waclient.models.decision import Decision
from waclient.models.sighting import Sighting
from wbscanner.permissions import visible_groups, within


class ChatKind(models.TextChoices):
    GROUP = "group", _("WhatsApp group")
    DIRECT = "direct", _("chat with one person")


class ModeratorsChat(models.Model):
    """A WhatsApp chat that is told of the bad links of some groups and may decide about them.

    `key` and `other_key` are the pseudonyms it is recognised by, of the group or of the one person (LID and phone);
    `address` is where it is written to, encrypted. All three are empty unless it is bound. Only a hash of the code that
    binds it is stored. It never has more rights than `vouched_by`, who chose its groups last.
    """

    name = models.CharField(_("name"), max_length=80)
    groups = models.ManyToManyField(Group, verbose_name=_("groups it decides for"), related_name="moderators_chats")
    vouched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("set up by"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    kind = models.CharField(_("kind"), max_length=6, choices=ChatKind, blank=True)
    key = models.CharField(max_length=32, blank=True, editable=False)
    other_key = models.CharField(max_length=32, blank=True, editable=False)
    address = models.TextField(null=True, editable=False)
    code_hash = models.CharField(max_length=32, blank=True, editable=False)
    code_expires_at = models.DateTimeField(_("code expires"), null=True, blank=True)
    bound_at = models.DateTimeField(_("bound"), null=True, blank=True)
    created_at = models.DateTimeField(_("made"), default=timezone.now)

    class Meta:
        verbose_name = _("moderators' chat")
        verbose_name_plural = _("moderators' chats")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=~Q(key=""), name="moderators_chat_bound_once"),
        ]
        indexes = [models.Index(fields=["other_key"], condition=~Q(other_key=""), name="moderators_chat_other")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_bound(self) -> bool:
        return self.key != ""

    def has_code(self, now: datetime) -> bool:
        """Whether a code that was made may still be used."""
        return self.code_hash != "" and self.code_expires_at is not None and now < self.code_expires_at

    def own_groups(self) -> QuerySet[Group]:
        """The groups it is told of and decides for: those chosen that whoever vouches for it may decide for."""
        may = visible_groups(self.vouched_by) if isinstance(self.vouched_by, User) else []
        return self.groups.filter(within(may, "pk"))


class Alert(models.Model):
    """One thing a chat is told once: `subject` says what (waclient.alerts.raising), `number` is what people answer to.

    The number is given when the alert goes into a message (`action`). `unsaid` is why it never did.
    """

    chat = models.ForeignKey(ModeratorsChat, on_delete=models.CASCADE, related_name="alerts")
    subject = models.CharField(_("subject"), max_length=64, db_index=True)
    url_hash = models.CharField(_("URL hash"), max_length=64)
    sighting = models.ForeignKey(Sighting, null=True, on_delete=models.CASCADE, related_name="alerts")
    groups = models.ManyToManyField(Group, related_name="+")
    verdict = models.CharField(_("verdict"), max_length=10, choices=VERDICT_CHOICES)
    severity = models.PositiveSmallIntegerField(_("severity"), default=0)
    number = models.PositiveIntegerField(_("number"), null=True)
    created_at = models.DateTimeField(_("raised"), default=timezone.now)
    due_at = models.DateTimeField(_("due"))
    action = models.ForeignKey(Action, null=True, on_delete=models.SET_NULL, related_name="alerts")
    unsaid = models.CharField(_("not said"), max_length=20, blank=True)
    decisions = models.ManyToManyField(Decision, related_name="alerts")

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(action__isnull=True, unsaid=""), name="alert_waiting"),
            models.Index(fields=["chat", "number"], name="alert_number"),
        ]

    def __str__(self) -> str:
        return f"{self.chat} {self.number or '-'}"
