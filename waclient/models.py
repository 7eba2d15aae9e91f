"""What WhatsApp brought and what is sent back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.models import Group
from overrides.models import Override
from overrides.rules import Subject
from scans.engine.defang import defang_host
from scans.engine.scoring import Verdict
from scans.models import VERDICT_CHOICES, Scan, Status

HEARTBEAT_LATE = timedelta(seconds=30)


class Sighting(models.Model):
    """One link in one message of a group. The sender is a pseudonym; no message text is stored.

    `sender_address` is the sender's WhatsApp address, encrypted, used only to act on that message, nulled after 72 h.
    """

    group = models.ForeignKey(Group, verbose_name=_("group"), on_delete=models.CASCADE, related_name="sightings")
    message_id = models.CharField(_("message"), max_length=200)
    url_hash = models.CharField(_("URL hash"), max_length=64, db_index=True)
    url = models.TextField(_("URL"))
    host = models.CharField(_("host"), max_length=255, db_index=True)
    registrable_domain = models.CharField(_("registrable domain"), max_length=255)
    sender = models.CharField(_("sender"), max_length=32, db_index=True)
    sender_alt = models.CharField(_("sender, other identity"), max_length=32, blank=True)
    sender_address = models.TextField(null=True, editable=False)
    posted_at = models.DateTimeField(_("posted"), db_index=True)
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    is_history = models.BooleanField(_("history"), default=False)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    scan = models.ForeignKey(
        Scan, verbose_name=_("scan"), null=True, blank=True, on_delete=models.SET_NULL, related_name="sightings"
    )
    override = models.ForeignKey(
        Override, verbose_name=_("override"), null=True, blank=True, on_delete=models.SET_NULL, related_name="sightings"
    )
    verdict = models.CharField(_("verdict"), max_length=10, choices=VERDICT_CHOICES, null=True, blank=True)
    planned_at = models.DateTimeField(_("decided"), null=True, blank=True)
    facts = models.JSONField(_("facts"), default=dict, blank=True)

    class Meta:
        verbose_name = _("sighting")
        verbose_name_plural = _("sightings")
        ordering = ["-posted_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["group", "message_id", "url_hash"], name="sighting_once_per_message"),
        ]
        indexes = [
            models.Index(fields=["received_at"], condition=Q(planned_at__isnull=True), name="sighting_unplanned")
        ]

    def __str__(self) -> str:
        return defang_host(self.host)

    @property
    def subject(self) -> Subject:
        return Subject.of_parts(self.url_hash, self.host, self.registrable_domain, self.url)

    @property
    def is_settled(self) -> bool:
        """Whether there is a verdict to act on."""
        if self.override_id is not None:
            return True
        return self.scan is not None and self.scan.status == Status.DONE


class ActionKind(models.TextChoices):
    REACT = "react", _("reaction")
    REPLY = "reply", _("reply")
    DELETE = "delete", _("deletion")
    NOTICE = "notice", _("arrival notice")


class ActionState(models.TextChoices):
    """pending -> sending -> sent; an Action found in `sending` after a crash is uncertain, never repeated blindly."""

    PENDING = "pending", _("waiting")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    UNCERTAIN = "uncertain", _("uncertain")
    FAILED = "failed", _("failed")
    SKIPPED = "skipped", _("not sent")


class Action(models.Model):
    """One thing said or done in a group: outbox before, record after."""

    group = models.ForeignKey(Group, verbose_name=_("group"), on_delete=models.CASCADE, related_name="actions")
    sighting = models.ForeignKey(
        Sighting, verbose_name=_("sighting"), null=True, blank=True, on_delete=models.CASCADE, related_name="actions"
    )
    kind = models.CharField(_("what"), max_length=8, choices=ActionKind)
    text = models.TextField(_("text"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=ActionState, default=ActionState.PENDING)
    reason = models.CharField(_("why"), max_length=200, blank=True)
    asked_by = models.CharField(_("asked for by"), max_length=150, blank=True)
    created_at = models.DateTimeField(_("planned"), default=timezone.now)
    claimed_at = models.DateTimeField(_("claimed"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    wa_message_id = models.CharField(_("WhatsApp message"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("action")
        verbose_name_plural = _("actions")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["sighting", "kind"], name="action_once_per_sighting"),
            models.UniqueConstraint(fields=["group"], condition=Q(kind="notice"), name="action_one_notice_per_group"),
        ]
        indexes = [
            models.Index(fields=["created_at"], condition=Q(state="pending"), name="action_pending"),
            models.Index(fields=["sent_at"], name="action_sent"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.get_state_display()}"

    def move(self, before: ActionState, after: ActionState, **values: object) -> bool:
        """Change the state if it still is `before`; False when another process or a person was first."""
        moved = type(self).objects.filter(pk=self.pk, state=before).update(state=after, **values)
        return bool(moved)


class Phase(models.TextChoices):
    """Where the socket stands. From LOGGED_OUT on, a person has to ask before anything connects again."""

    NEVER_PAIRED = "never_paired", _("no phone linked yet")
    STARTING = "starting", _("starting")
    PAIRING = "pairing", _("waiting for the phone")
    CONNECTED = "connected", _("connected")
    RECONNECTING = "reconnecting", _("reconnecting")
    UNREACHABLE = "unreachable", _("WhatsApp cannot be reached")
    STOPPED = "stopped", _("stopped")
    LOGGED_OUT = "logged_out", _("logged out by the phone")
    REPLACED = "replaced", _("opened somewhere else")
    BANNED = "banned", _("temporarily banned by WhatsApp")
    OUTDATED = "outdated", _("WhatsApp refuses this version")
    PAIRING_ENDED = "pairing_ended", _("pairing ended without a phone")


class Wish(models.TextChoices):
    """What the desk asks of the socket."""

    NONE = "", _("nothing")
    QR = "qr", _("link by QR code")
    CODE = "code", _("link by phone code")
    CONNECT = "connect", _("connect again")


class Connection(models.Model):
    """The one row about the socket: its phase, heartbeat, and while pairing what the page must show.

    `qr_text` and `pair_code` let anyone link the account: they are blanked as soon as they are of no use.
    """

    SOLE_ID: ClassVar[int] = 1

    phase = models.CharField(_("phase"), max_length=14, choices=Phase, default=Phase.NEVER_PAIRED)
    detail = models.CharField(_("detail"), max_length=300, blank=True)
    jid = models.CharField(_("own address"), max_length=80, blank=True)
    lid = models.CharField(_("own LID"), max_length=80, blank=True)
    beat_at = models.DateTimeField(_("last heartbeat"), null=True, blank=True)
    connected_at = models.DateTimeField(_("connected"), null=True, blank=True)
    event_at = models.DateTimeField(_("last event"), null=True, blank=True)
    banned_until = models.DateTimeField(_("banned until"), null=True, blank=True)
    failures = models.PositiveIntegerField(_("failed attempts"), default=0)
    retry_at = models.DateTimeField(_("next attempt"), null=True, blank=True)

    wish = models.CharField(_("asked for"), max_length=8, choices=Wish, default=Wish.NONE, blank=True)
    wish_phone = models.CharField(max_length=20, blank=True, editable=False)
    qr_text = models.TextField(blank=True, editable=False)
    qr_number = models.PositiveSmallIntegerField(default=0, editable=False)
    qr_expires_at = models.DateTimeField(null=True, editable=False)
    pair_code = models.CharField(max_length=16, blank=True, editable=False)
    pairing_ends_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("connection")
        verbose_name_plural = _("connection")

    def __str__(self) -> str:
        return str(self.get_phase_display())

    @classmethod
    def get(cls) -> Connection:
        return cls.objects.get_or_create(pk=cls.SOLE_ID)[0]

    @classmethod
    def write(cls, **values: object) -> None:
        """Set fields of the one row without touching what others write at the same time."""
        if not cls.objects.filter(pk=cls.SOLE_ID).update(**values):
            cls.get()
            cls.objects.filter(pk=cls.SOLE_ID).update(**values)

    def is_alive(self, now: datetime) -> bool:
        return self.beat_at is not None and now - self.beat_at < HEARTBEAT_LATE


NEEDS_A_PERSON = frozenset(
    {Phase.NEVER_PAIRED, Phase.LOGGED_OUT, Phase.REPLACED, Phase.BANNED, Phase.OUTDATED, Phase.PAIRING_ENDED}
)
NO_CODES = {"qr_text": "", "qr_number": 0, "qr_expires_at": None, "pair_code": "", "pairing_ends_at": None}
NO_WISH = {"wish": Wish.NONE, "wish_phone": ""}
NO_PAIRING = {**NO_CODES, **NO_WISH}


class Answer(models.TextChoices):
    CONFIRM = "confirm", _("it is a scam")
    FINE = "fine", _("it is fine")
    UNSURE = "unsure", _("not sure")


class Decision(models.Model):
    """What a moderator said about a link, for one group or (owner only) for all of them; undoing keeps the row."""

    url_hash = models.CharField(_("URL hash"), max_length=64, db_index=True)
    group = models.ForeignKey(
        Group,
        verbose_name=_("only in group"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="decisions",
    )
    answer = models.CharField(_("answer"), max_length=8, choices=Answer)
    by = models.CharField(_("by"), max_length=150)
    at = models.DateTimeField(_("when"), default=timezone.now)
    applies_at = models.DateTimeField(_("applies from"), default=timezone.now)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    override = models.ForeignKey(Override, null=True, blank=True, on_delete=models.SET_NULL, related_name="decisions")
    replaced = models.JSONField(null=True, editable=False)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return str(self.get_answer_display())


class QueueItem(models.Model):
    """One link over all groups, with the rank that orders the moderators' queue."""

    url_hash = models.CharField(_("URL hash"), max_length=64, unique=True)
    url = models.TextField(_("URL"))
    host = models.CharField(_("host"), max_length=255)
    verdict = models.CharField(_("verdict"), max_length=10, choices=VERDICT_CHOICES, default=Verdict.UNKNOWN)
    reach = models.PositiveIntegerField(_("groups"), default=1)
    posted_at = models.DateTimeField(_("last posted"))
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    rank = models.FloatField(_("rank"), default=0)

    class Meta:
        verbose_name = _("link to decide")
        verbose_name_plural = _("queue")
        ordering = ["-rank", "-id"]
        indexes = [models.Index(fields=["-rank"], condition=Q(decided_at__isnull=True), name="queue_rank")]

    def __str__(self) -> str:
        return defang_host(self.host)


class WorkKind(models.TextChoices):
    GROUP_INFO = "group_info", _("read a group's facts")
    ALL_GROUPS = "all_groups", _("read the list of groups")
    CONSENT = "consent", _("see whether an admin consented")


class PendingWork(models.Model):
    """Work too slow for the event handler: ids only, gone when done, dropped after 24 h."""

    kind = models.CharField(_("what"), max_length=12, choices=WorkKind)
    ref = models.CharField(_("on"), max_length=150, blank=True)
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
