"""The lists of known links: which are used, where they come from, how their last import went."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from scans.engine.feeds.source import Format, Match, Use


class FeedState(models.TextChoices):
    """A list on trial is looked up and written down, and changes no verdict."""

    OFF = "off", _("off")
    WATCH = "watch", _("on trial")
    ON = "on", _("on")


class Stage(models.TextChoices):
    """Where an import stands; each stage ends in a row, so that a crash repeats one stage at most."""

    IDLE = "idle", _("waiting")
    FETCHED = "fetched", _("fetched, to be read")
    READ = "read", _("read, to be put into use")


class Feed(models.Model):
    """One list. Of a list that comes with the program everything but the choices stands in its source file."""

    name = models.SlugField(_("name"), max_length=40, unique=True)
    title = models.CharField(_("list"), max_length=80)
    state = models.CharField(_("use"), max_length=5, choices=FeedState, default=FeedState.OFF)
    is_own = models.BooleanField(_("a list of one's own"), default=False)
    url = models.TextField(_("address"), blank=True)
    file = models.CharField(_("file on this machine"), max_length=400, blank=True)
    pasted = models.TextField(_("pasted entries"), blank=True)
    format = models.CharField(_("format"), max_length=20, choices=[(one, one) for one in Format], blank=True)
    match = models.CharField(_("an entry stands for"), max_length=6, choices=[(one, one) for one in Match], blank=True)
    use = models.CharField(_("it lists"), max_length=5, choices=[(one, one) for one in Use], default=Use.BAD)
    key = models.TextField(_("key"), blank=True, editable=False)

    etag = models.CharField(max_length=300, blank=True, editable=False)
    last_modified = models.CharField(max_length=80, blank=True, editable=False)
    checked_at = models.DateTimeField(_("last asked"), null=True, blank=True)
    changed_at = models.DateTimeField(_("last changed"), null=True, blank=True)
    due_at = models.DateTimeField(_("next"), default=timezone.now)
    error = models.CharField(_("last problem"), max_length=300, blank=True)
    failures = models.PositiveIntegerField(_("problems in a row"), default=0)

    generation = models.PositiveIntegerField(_("generation in use"), default=0)
    entries = models.PositiveIntegerField(_("entries"), default=0)
    stage = models.CharField(_("import"), max_length=8, choices=Stage, default=Stage.IDLE)
    progress = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        verbose_name = _("list")
        verbose_name_plural = _("lists")
        ordering = ["is_own", "name"]
        indexes = [models.Index(fields=["due_at"], condition=~Q(state="off"), name="feed_due")]

    def __str__(self) -> str:
        return self.title or self.name


class Generation(models.Model):
    """One imported version of a list; the one in use and the one before it are kept on disk."""

    feed = models.ForeignKey(Feed, verbose_name=_("list"), on_delete=models.CASCADE, related_name="generations")
    number = models.PositiveIntegerField(_("number"))
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    entries = models.PositiveIntegerField(_("entries"))
    added = models.PositiveIntegerField(_("new"), default=0)
    removed = models.PositiveIntegerField(_("no longer listed"), default=0)
    is_kept = models.BooleanField(_("still on disk"), default=True)

    class Meta:
        verbose_name = _("generation")
        verbose_name_plural = _("generations")
        ordering = ["-made_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["feed", "number"], name="generation_once")]

    def __str__(self) -> str:
        return f"{self.feed_id} {self.number}"
