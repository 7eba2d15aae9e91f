"""A moderator's allow or deny."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from groups.models import Group
from overrides import rules
from overrides.rules import Kind, Rule, Ruling, Subject
from scans.engine.defang import defang_host

KIND_CHOICES = [
    (Kind.URL, _("exactly this URL")),
    (Kind.HOST, _("this host")),
    (Kind.DOMAIN, _("this domain with all its hosts")),
    (Kind.PATTERN, _("pattern with *")),
]
RULING_CHOICES = [(Ruling.ALLOW, _("allow")), (Ruling.DENY, _("deny"))]


class Override(models.Model):
    """`target` is the key that is looked up: a url_hash, host, domain or pattern; `shown` is its defanged form."""

    kind = models.CharField(_("applies to"), max_length=8, choices=KIND_CHOICES)
    target = models.CharField(_("target"), max_length=255)
    shown = models.CharField(_("link"), max_length=300, blank=True)
    ruling = models.CharField(_("ruling"), max_length=5, choices=RULING_CHOICES)
    group = models.ForeignKey(
        Group,
        verbose_name=_("only in group"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="overrides",
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    created_by = models.CharField(_("made by"), max_length=150, blank=True)
    created_at = models.DateTimeField(_("made"), auto_now_add=True)
    expires_at = models.DateTimeField(_("ends"), null=True, blank=True)

    class Meta:
        verbose_name = _("override")
        verbose_name_plural = _("overrides")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "target"], condition=Q(group__isnull=True), name="override_once_globally"
            ),
            models.UniqueConstraint(
                fields=["kind", "target", "group"], condition=Q(group__isnull=False), name="override_once_per_group"
            ),
        ]
        indexes = [models.Index(fields=["target", "kind"], name="override_lookup")]

    def __str__(self) -> str:
        return f"{self.get_ruling_display()} {self.shown or defang_host(self.target)}"

    def is_active(self, now: datetime) -> bool:
        return self.expires_at is None or now < self.expires_at

    @classmethod
    def match(cls, hops: Sequence[Subject], group: Group | None, now: datetime) -> Override | None:
        """The override that decides a link (its hops, first to final) in a group; None when none does."""
        return cls.match_all([hops], group, now)[0]

    @classmethod
    def match_all(
        cls, chains: Sequence[Sequence[Subject]], group: Group | None, now: datetime
    ) -> list[Override | None]:
        """For each link (its hops, first to final) the override that decides it in a group.

        One indexed query reads the exact candidates and the few patterns; precedence is overrides.rules'.
        """
        keys = {key for hops in chains for hop in hops for key in rules.candidates(hop)}
        exact = Q(target__in={target for _kind, target in keys})
        scope = Q(group__isnull=True) | Q(group=group) if group else Q(group__isnull=True)
        alive = Q(expires_at__isnull=True) | Q(expires_at__gt=now)
        rows = {row.pk: row for row in cls.objects.filter((exact | Q(kind=Kind.PATTERN)) & scope & alive)}
        known = [row.as_rule() for row in rows.values()]
        decided = [rules.over_hops(known, hops) for hops in chains]
        return [rows[rule.id] if rule else None for rule in decided]

    def as_rule(self) -> Rule:
        return Rule(self.pk, Kind(self.kind), self.target, Ruling(self.ruling), self.group_id is not None)
