"""A WhatsApp group with its policy, and who of the back office may see it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.policy import LinkRule, Policy, Preset, QuietHours, Response, State
from scans.engine.ceiling import Ceiling
from wbscanner import house
from wbscanner.languages import LANGUAGES

STATE_CHOICES = [
    (State.OFF, _("off: nothing is read")),
    (State.WATCH, _("watch: links are checked, nothing is said")),
    (State.LIVE, _("live: the bot answers")),
    (State.PAUSED, _("paused: the group objected")),
]
SUSPICIOUS_CHOICES = [
    (Response.NOTHING, _("nothing")),
    (Response.ALERT, _("tell the moderators")),
    (Response.REACT, _("react")),
    (Response.REPLY, _("reply")),
]
MALICIOUS_CHOICES = [*SUSPICIOUS_CHOICES, (Response.DELETE, _("delete and say so"))]
PRESET_CHOICES = [
    (Preset.WATCH, _("Watch only")),
    (Preset.QUIET, _("Quiet")),
    (Preset.FAMILY, _("Family and school")),
    (Preset.NEIGHBOURHOOD, _("Neighbourhood")),
    (Preset.MARKETPLACE, _("Marketplace and crypto")),
    (Preset.OWN, _("My own")),
]
CEILING_CHOICES = [
    (Ceiling.NOTHING, _("nothing leaves this machine")),
    (Ceiling.HASH, _("a hash prefix")),
    (Ceiling.HOST, _("the host")),
    (Ceiling.URL, _("the whole URL")),
]


class Group(models.Model):
    """Of a group that is off only name, size, our admin flag and the timer of its messages are kept."""

    jid = models.CharField(_("WhatsApp id"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    size = models.PositiveIntegerField(_("members"), default=0)
    bot_is_admin = models.BooleanField(_("the bot is admin"), default=False)
    disappears_after = models.PositiveIntegerField(_("messages disappear after (seconds)"), default=0)
    left_at = models.DateTimeField(_("the bot left"), null=True, blank=True)
    seen_at = models.DateTimeField(_("last read from WhatsApp"), null=True, blank=True)

    state = models.CharField(_("state"), max_length=8, choices=STATE_CHOICES, default=State.OFF)
    on_suspicious = models.CharField(
        _("on a suspicious link"), max_length=8, choices=SUSPICIOUS_CHOICES, default=Response.REACT
    )
    on_malicious = models.CharField(
        _("on a dangerous link"), max_length=8, choices=MALICIOUS_CHOICES, default=Response.REPLY
    )
    preset = models.CharField(_("policy"), max_length=13, choices=PRESET_CHOICES, default=Preset.QUIET)
    on_invites = models.CharField(
        _("on an invitation to another group"), max_length=8, choices=SUSPICIOUS_CHOICES, default=Response.NOTHING
    )
    on_payments = models.CharField(
        _("on a payment link"), max_length=8, choices=SUSPICIOUS_CHOICES, default=Response.NOTHING
    )
    on_installers = models.CharField(
        _("on a link to an app or program"), max_length=8, choices=SUSPICIOUS_CHOICES, default=Response.NOTHING
    )
    on_shorteners = models.CharField(
        _("on a shortened link"), max_length=8, choices=SUSPICIOUS_CHOICES, default=Response.NOTHING
    )
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_to = models.TimeField(_("quiet until"), null=True, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    exempts_admins = models.BooleanField(_("admins' messages are never deleted"), default=True)
    weighs_newcomers = models.BooleanField(_("the first link of somebody who joined lately weighs more"), default=False)
    # Of the group's own invitation, as waclient.invitations makes it; empty while it is not known.
    invite_hash = models.CharField(max_length=64, blank=True, editable=False)
    trusted = models.JSONField(_("trusted members"), default=list, blank=True)
    language = models.CharField(_("language of the answers"), max_length=2, choices=LANGUAGES, blank=True)
    texts = models.JSONField(_("texts of its own"), default=dict, blank=True)
    suggested_language = models.CharField(max_length=2, choices=LANGUAGES, blank=True, editable=False)
    ceiling = models.CharField(
        _("may be told to checking services"), max_length=8, choices=CEILING_CHOICES, default=Ceiling.HOST
    )
    muted_until = models.DateTimeField(_("muted until"), null=True, blank=True)
    watched_since = models.DateTimeField(_("watched since"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("first seen"), auto_now_add=True)

    class Meta:
        verbose_name = _("group")
        verbose_name_plural = _("groups")
        ordering = ["name", "jid"]

    def __str__(self) -> str:
        return self.name or f"Group {self.pk}"  # old WhatsApp ids hold a phone number

    @property
    def policy(self) -> Policy:
        return Policy(
            state=State(self.state),
            on_suspicious=Response(self.on_suspicious),
            on_malicious=Response(self.on_malicious),
            muted_until=self.muted_until,
            max_age=settings.REPLY_MAX_AGE,
            rules=(
                (LinkRule.INVITES, Response(self.on_invites)),
                (LinkRule.PAYMENTS, Response(self.on_payments)),
                (LinkRule.INSTALLERS, Response(self.on_installers)),
                (LinkRule.SHORTENERS, Response(self.on_shorteners)),
            ),
            quiet=self._quiet_hours,
            exempts_admins=self.exempts_admins,
            link_cooldown=settings.LINK_COOLDOWN,
            hourly=settings.GROUP_REPLIES_HOURLY,
            daily=settings.GROUP_REPLIES_DAILY,
            campaign_cooldown=settings.CAMPAIGN_COOLDOWN,
            delete_window=settings.DELETE_WINDOW,
            weighs_newcomers=self.weighs_newcomers,
        )

    @property
    def _quiet_hours(self) -> QuietHours | None:
        if self.quiet_from is None or self.quiet_to is None:
            return None
        return QuietHours(self.quiet_from, self.quiet_to, self.time_zone or house.read().time_zone)

    @property
    def reply_language(self) -> str:
        """The language of everything that the bot says here."""
        return self.language or house.read().language

    @property
    def is_watched(self) -> bool:
        return self.state in {State.WATCH, State.LIVE}

    def is_muted(self, now: datetime) -> bool:
        return self.muted_until is not None and now < self.muted_until

    def mute(self, length: timedelta) -> None:
        """Say nothing in this group for `length` from now; links are still checked."""
        self.muted_until = timezone.now() + length
        self.save(update_fields=["muted_until"])

    def unmute(self) -> None:
        self.muted_until = None
        self.save(update_fields=["muted_until"])


class Membership(models.Model):
    """Lets a back-office user see and decide one group; owners (superusers) need none."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.CASCADE, related_name="memberships"
    )
    group = models.ForeignKey(Group, verbose_name=_("group"), on_delete=models.CASCADE, related_name="memberships")
    created_at = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [models.UniqueConstraint(fields=["user", "group"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.group}"


class GoLiveAnswer(models.TextChoices):
    LIVE = "live", _("go live")
    STAY = "stay", _("stay watching")


class GoLiveQuestion(models.Model):
    """Moderators were asked whether a watched group shall go live: once a group. `figures` are what they were told."""

    group = models.OneToOneField(
        Group, verbose_name=_("group"), on_delete=models.CASCADE, related_name="go_live_question"
    )
    asked_at = models.DateTimeField(_("asked"))
    figures = models.JSONField(_("figures"), default=dict)
    told_at = models.DateTimeField(_("said in the moderators' chat"), null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=4, choices=GoLiveAnswer, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.CharField(_("by"), max_length=150, blank=True)

    class Meta:
        verbose_name = _("question whether to go live")
        verbose_name_plural = _("questions whether to go live")
        ordering = ["asked_at"]

    def __str__(self) -> str:
        return str(self.group)

    def figure(self, name: str) -> int:
        number = self.figures.get(name)
        return number if isinstance(number, int) else 0
