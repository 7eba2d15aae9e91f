"""A link in a message."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.models import Group
from overrides.models import Override
from overrides.rules import Subject
from scans.engine.defang import defang_host
from scans.engine.findings import Finding
from scans.models import VERDICT_CHOICES, Scan, Status
from waclient.models.campaign import Campaign

# The code of the finding that a sender joined lately; counted where a group weighs that, never said in the group.
NEWCOMER = "newcomer"


class Place(models.TextChoices):
    """Where in a message a link stood."""

    TEXT = "text", _("written in the message")
    QUOTED = "quoted", _("in the message it quotes")
    CODE = "code", _("in a QR code or barcode")
    DOCUMENT = "document", _("inside a document")
    GROUP = "group", _("in the group's name or description")


class Sighting(models.Model):
    """One link in one message of a group. The sender is a pseudonym; no message text is stored.

    `written` holds the findings about how the link was written in this message: they are added to what the scan,
    which many messages share, says about the link itself.

    `is_noteworthy` is false of those that no policy would say anything about: a replay passes them over.

    `sender_address` is the sender's WhatsApp address, encrypted, used only to act on that message, nulled after 72 h.
    """

    group = models.ForeignKey(Group, verbose_name=_("group"), on_delete=models.CASCADE, related_name="sightings")
    message_id = models.CharField(_("message"), max_length=200)
    url_hash = models.CharField(_("URL hash"), max_length=64)
    url = models.TextField(_("URL"))
    host = models.CharField(_("host"), max_length=255, db_index=True)
    registrable_domain = models.CharField(_("registrable domain"), max_length=255)
    sender = models.CharField(_("sender"), max_length=32, db_index=True)
    sender_alt = models.CharField(_("sender, other identity"), max_length=32, blank=True)
    sender_address = models.TextField(null=True, editable=False)
    place = models.CharField(_("place"), max_length=8, choices=Place, default=Place.TEXT)
    written = models.JSONField(_("how it was written"), default=list, blank=True)
    is_newcomer = models.BooleanField(_("first link of a newcomer"), default=False)
    is_own_invite = models.BooleanField(_("invites to this very group"), default=False)
    is_forwarded_often = models.BooleanField(_("forwarded many times"), default=False)
    quotes_us = models.BooleanField(_("answers the bot"), default=False)
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
    campaign = models.ForeignKey(
        Campaign, verbose_name=_("campaign"), null=True, blank=True, on_delete=models.SET_NULL, related_name="sightings"
    )
    verdict = models.CharField(_("verdict"), max_length=10, choices=VERDICT_CHOICES, null=True, blank=True)
    planned_at = models.DateTimeField(_("decided"), null=True, blank=True)
    facts = models.JSONField(_("facts"), default=dict, blank=True)
    is_noteworthy = models.BooleanField(_("a policy may act on it"), default=True, editable=False)

    class Meta:
        verbose_name = _("link seen")
        verbose_name_plural = _("links seen")
        ordering = ["-posted_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["group", "message_id", "url_hash"], name="sighting_once_per_message"),
        ]
        indexes = [
            models.Index(fields=["url_hash", "group", "verdict"], name="sighting_by_link"),
            models.Index(fields=["posted_at", "verdict", "group"], name="sighting_by_day"),
            models.Index(fields=["received_at"], name="sighting_received"),
            models.Index(
                fields=["is_history", "received_at"], condition=Q(planned_at__isnull=True), name="sighting_unplanned"
            ),
        ]

    def __str__(self) -> str:
        return defang_host(self.host)

    @property
    def subject(self) -> Subject:
        return Subject.of_parts(self.url_hash, self.host, self.registrable_domain, self.url)

    @property
    def spelling(self) -> list[Finding]:
        """The findings about how the link was written in this message."""
        return [Finding.from_dict(finding) for finding in self.written]

    @property
    def remarks(self) -> list[Finding]:
        """The findings about this message: how it was written, and where it weighed, that its sender is new."""
        weighed = [finding for finding in self.facts.get("findings", []) if finding.get("code") == NEWCOMER]
        return [*self.spelling, *map(Finding.from_dict, weighed)]

    @property
    def leads_to(self) -> str:
        """The last host on the link's way, empty when that is its own or not known."""
        end: str = self.scan.hops[-1]["host"] if self.scan is not None and self.scan.hops else self.host
        return end if end != self.host else ""

    @property
    def is_settled(self) -> bool:
        """Whether there is a verdict to act on."""
        if self.override_id is not None:
            return True
        return self.scan is not None and self.scan.status == Status.DONE
