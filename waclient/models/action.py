"""What is said or done in a group: the outbox before, the record after."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.models import Group
from waclient.models.sighting import Sighting


class ActionKind(models.TextChoices):
    REACT = "react", _("reaction")
    REPLY = "reply", _("reply")
    DELETE = "delete", _("deletion")
    NOTICE = "notice", _("arrival notice")
    FOLLOW_UP = "follow_up", _("late warning")
    RETRACT = "retract", _("retraction")
    ANSWER = "answer", _("answer to a person")
    QUESTION = "question", _("question to moderators")
    SIGN = "sign", _("sign in answer to a person")
    ALERT = "alert", _("alert to the moderators")


class ActionState(models.TextChoices):
    """pending -> sending -> sent; an Action found in `sending` after a crash is uncertain, never repeated blindly."""

    PENDING = "pending", _("waiting")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    UNCERTAIN = "uncertain", _("uncertain")
    FAILED = "failed", _("failed")
    SKIPPED = "skipped", _("not sent")


UNSENT = [ActionState.SKIPPED, ActionState.FAILED]
TO_A_PERSON = frozenset({ActionKind.ANSWER, ActionKind.SIGN})


class Action(models.Model):
    """One thing said or done in a group: outbox before, record after. `url_hash` is set of corrections.

    `severity` is 2 for what is about a dangerous link, 1 for a suspicious one, 0 for all else.

    An answer to a person `quotes` the message that asked (its id); `address` is who wrote that one, encrypted and
    nulled like a sighting's. Without a group it goes to that person's own chat with the bot, which they began.

    What is said in a moderators' `chat` goes where that is bound when it is sent; `group` is the WhatsApp group it is.
    """

    group = models.ForeignKey(
        Group, verbose_name=_("group"), null=True, blank=True, on_delete=models.CASCADE, related_name="actions"
    )
    sighting = models.ForeignKey(
        Sighting, verbose_name=_("link seen"), null=True, blank=True, on_delete=models.CASCADE, related_name="actions"
    )
    chat = models.ForeignKey(
        "waclient.ModeratorsChat",
        verbose_name=_("moderators' chat"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="actions",
    )
    kind = models.CharField(_("what"), max_length=9, choices=ActionKind)
    url_hash = models.CharField(_("URL hash"), max_length=64, blank=True)
    quotes = models.CharField(_("answers"), max_length=200, blank=True)
    address = models.TextField(null=True, editable=False)
    text = models.TextField(_("text"), blank=True)
    severity = models.PositiveSmallIntegerField(_("severity"), default=0)
    state = models.CharField(_("state"), max_length=10, choices=ActionState, default=ActionState.PENDING)
    reason = models.CharField(_("why"), max_length=200, blank=True)
    asked_by = models.CharField(_("asked for by"), max_length=150, blank=True)
    created_at = models.DateTimeField(_("planned"), default=timezone.now)
    typing_at = models.DateTimeField(_("typing shown"), null=True, blank=True)
    claimed_at = models.DateTimeField(_("claimed"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    wa_message_id = models.CharField(_("WhatsApp message"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("thing the bot did")
        verbose_name_plural = _("what the bot did")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["sighting", "kind"], name="action_once_per_sighting"),
            models.CheckConstraint(
                condition=~Q(kind__in=["answer", "sign"]) | ~Q(quotes=""), name="action_answers_somebody"
            ),
            models.UniqueConstraint(fields=["group"], condition=Q(kind="notice"), name="action_one_notice_per_group"),
            models.UniqueConstraint(
                fields=["group", "url_hash", "kind"],
                condition=Q(kind__in=["follow_up", "retract"]),
                name="action_one_correction_per_link_and_group",
            ),
        ]
        indexes = [
            models.Index(fields=["created_at"], condition=Q(state="pending"), name="action_pending"),
            models.Index(fields=["sent_at"], name="action_sent"),
            models.Index(fields=["quotes"], condition=~Q(quotes=""), name="action_quotes"),
            models.Index(fields=["wa_message_id"], condition=~Q(wa_message_id=""), name="action_said"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.get_state_display()}"

    def move(self, before: ActionState, after: ActionState, **values: object) -> bool:
        """Change the state if it still is `before`; False when another process or a person was first."""
        moved = type(self).objects.filter(pk=self.pk, state=before).update(state=after, **values)
        return bool(moved)
