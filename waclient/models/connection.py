"""How the socket stands."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

HEARTBEAT_LATE = timedelta(seconds=30)


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

    `heard_at`: a message or news of a group came; `phone_at`: the phone itself was online; `well_at`: it was connected.
    `rhythm` is how regularly something is heard (waclient.rhythm).

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
    heard_at = models.DateTimeField(_("last message"), null=True, blank=True)
    phone_at = models.DateTimeField(_("phone last seen"), null=True, blank=True)
    well_at = models.DateTimeField(_("last well"), null=True, blank=True)
    rhythm = models.JSONField(default=dict, blank=True, editable=False)
    banned_until = models.DateTimeField(_("banned until"), null=True, blank=True)
    groups_listed_at = models.DateTimeField(_("list of groups read"), null=True, blank=True)
    paired_at = models.DateTimeField(_("linked"), null=True, blank=True)
    held_until = models.DateTimeField(_("sending stopped until"), null=True, blank=True)
    held_at = models.DateTimeField(_("sending stopped"), null=True, blank=True)
    held_because = models.CharField(_("sending stopped because"), max_length=200, blank=True)
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
