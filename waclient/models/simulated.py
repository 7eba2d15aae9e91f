"""Chats that are only played: what people and the bot said where there is no WhatsApp."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SimulatedKind(models.TextChoices):
    SAID = "said", _("said")
    EDITED = "edited", _("edited")
    DELETED = "deleted", _("deleted")
    REACTED = "reacted", _("reacted")


class SimulatedMessage(models.Model):
    """One thing that happened in a simulated chat, in order of the primary key. An empty author is the bot.

    `about` is the message_id that is edited, deleted, reacted to or replied to; `heard_at` is empty until the bot's
    client passed it on.
    """

    chat = models.CharField(_("chat"), max_length=80, db_index=True)
    message_id = models.CharField(_("message"), max_length=80, unique=True)
    author = models.CharField(_("author"), max_length=40, blank=True)
    kind = models.CharField(_("what"), max_length=8, choices=SimulatedKind, default=SimulatedKind.SAID)
    text = models.TextField(_("text"), blank=True)
    about = models.CharField(_("about"), max_length=80, blank=True)
    at = models.DateTimeField(_("when"), default=timezone.now)
    heard_at = models.DateTimeField(_("heard"), null=True, blank=True)

    class Meta:
        verbose_name = _("simulated message")
        verbose_name_plural = _("simulated messages")
        ordering = ["pk"]
        indexes = [models.Index(fields=["id"], condition=models.Q(heard_at__isnull=True), name="simulated_unheard")]

    def __str__(self) -> str:
        return f"{self.author or 'bot'}: {self.get_kind_display()}"
