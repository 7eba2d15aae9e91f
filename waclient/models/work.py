"""What is put off from the event handler."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class WorkKind(models.TextChoices):
    GROUP_INFO = "group_info", _("read a group's facts")
    ALL_GROUPS = "all_groups", _("read the list of groups")
    INVITE = "invite", _("read a group's invitation")
    CONSENT = "consent", _("see whether an admin consented")
    BINDING = "binding", _("bind a moderators' chat")
    ANSWER = "answer", _("carry out what a moderators' chat answers")
    COMMAND = "command", _("carry out a command")
    MEDIA = "media", _("look for codes and links in a picture or document")


# Asked of WhatsApp by nobody: each has a step of its own.
NO_QUESTIONS = [WorkKind.MEDIA, WorkKind.COMMAND, WorkKind.BINDING, WorkKind.ANSWER]


class PendingWork(models.Model):
    """Work too slow for the event handler: gone when done, dropped after 24 h.

    `ref` holds ids; `payload`, encrypted with the installation key, what is needed to fetch a picture or document, who
    answers what in a moderators' chat, or a command with who wrote it.
    """

    kind = models.CharField(_("what"), max_length=12, choices=WorkKind)
    ref = models.CharField(_("on"), max_length=300, blank=True)
    payload = models.TextField(blank=True, editable=False)
    created_at = models.DateTimeField(_("asked"), default=timezone.now)
    due_at = models.DateTimeField(_("due"), default=timezone.now)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)

    class Meta:
        verbose_name = _("pending work")
        verbose_name_plural = _("pending work")
        ordering = ["due_at"]
        constraints = [models.UniqueConstraint(fields=["kind", "ref"], name="work_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.ref}".strip()

    @classmethod
    def want(cls, kind: WorkKind, ref: str, due_at: datetime) -> None:
        """Have it done at that time; earlier where that was asked for already."""
        row, is_new = cls.objects.get_or_create(kind=kind, ref=ref, defaults={"due_at": due_at})
        if not is_new:
            cls.objects.filter(pk=row.pk, due_at__gt=due_at).update(due_at=due_at)
