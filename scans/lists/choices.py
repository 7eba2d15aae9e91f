"""What a person chooses about the lists: each choice with its audit entry, carried out by the worker at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django_q.tasks import async_task

from scans.engine.feeds.source import Format, Match, Use
from scans.models import Feed, FeedState, Generation, Stage
from wbscanner import audit, secrets

REFRESH = "scans.tasks.refresh_feeds"
OWN_PREFIX = "own-"
# After going back a list is left alone for so long: what was wrong with the newer version is often still in it.
HELD_BACK = timedelta(hours=24)
MAX_NAME = 40


class NotChosen(Exception):
    """The choice cannot be carried out; the message says why."""


@dataclass(frozen=True, slots=True)
class OwnList:
    """A list of one's own as it was described: exactly one of `url`, `file` and `pasted` is set."""

    title: str
    format: Format
    match: Match
    use: Use = Use.BAD
    state: FeedState = FeedState.ON
    url: str = ""
    file: str = ""
    pasted: str = ""


def put(feed: Feed, state: FeedState, *, by: str) -> None:
    """Switch a list off, on trial or on; what was read of it stays, and is in use again at once when it returns."""
    feed.state = state
    fields = ["state"]
    if state == FeedState.OFF:
        feed.stage, feed.progress = Stage.IDLE, {}
        fields += ["stage", "progress"]
    elif not feed.generation:
        feed.due_at = timezone.now()
        fields.append("due_at")
    feed.save(update_fields=fields)
    _note(feed, "state", by, state=str(state))
    ring()


def refresh(feed: Feed, *, by: str) -> None:
    """Ask for a list now, whatever waits."""
    if feed.state == FeedState.OFF:
        raise NotChosen(_("it is switched off."))
    hasten(feed, timezone.now(), is_wanted=True)
    _note(feed, "refresh", by)
    ring()


def hasten(feed: Feed, now: datetime, *, is_wanted: bool = False) -> None:
    """Make a list due; one that `is_wanted` by name is read even when it is the version that was gone back from."""
    feed.due_at = now
    fields = ["due_at"]
    if is_wanted and feed.stage == Stage.IDLE and feed.generations.filter(number__gt=feed.generation).exists():
        feed.etag, feed.last_modified = "", ""
        fields += ["etag", "last_modified"]
    feed.save(update_fields=fields)


def before(feed: Feed) -> Generation | None:
    """The version before the one in use, while it is kept."""
    kept = feed.generations.filter(is_kept=True, number__lt=feed.generation)
    return kept.order_by("-number").first()


def roll_back(feed: Feed, *, by: str) -> Generation:
    """Use the version before again, and leave the list alone for a day; the version that was in use stays kept."""
    version = before(feed)
    if version is None:
        raise NotChosen(_("there is no version before it."))
    left = feed.generation
    feed.generation, feed.entries = version.number, version.entries
    feed.stage, feed.progress = Stage.IDLE, {}
    feed.due_at, feed.changed_at = timezone.now() + HELD_BACK, timezone.now()
    feed.save(update_fields=["generation", "entries", "stage", "progress", "due_at", "changed_at"])
    _note(feed, "roll_back", by, left=left, used=version.number)
    ring()
    return version


def set_key(feed: Feed, key: str, *, by: str) -> None:
    """Keep a key, encrypted; nobody reads it again."""
    feed.key = secrets.encrypt(settings.INSTALLATION_KEY, key.strip())
    feed.due_at = timezone.now()
    feed.save(update_fields=["key", "due_at"])
    _note(feed, "set_key", by)
    ring()


def remove_key(feed: Feed, *, by: str) -> None:
    """Forget the key that was set in the desk; one from the environment stays."""
    feed.key = ""
    feed.save(update_fields=["key"])
    _note(feed, "remove_key", by)


def add(own: OwnList, *, by: str) -> Feed:
    """A list of one's own, asked for at once."""
    with transaction.atomic():
        feed = Feed.objects.create(
            name=_free_name(own.title),
            title=own.title,
            state=own.state,
            is_own=True,
            url=own.url,
            file=str(Path(own.file)) if own.file else "",
            pasted=own.pasted,
            format=own.format,
            match=own.match,
            use=own.use,
        )
        _note(feed, "add", by, state=str(own.state))
    ring()
    return feed


def remove(feed: Feed, *, by: str) -> None:
    """Delete a list of one's own; its entries leave the lists in use with the next step."""
    if not feed.is_own:
        raise NotChosen(_("it comes with the program; switch it off instead."))
    _note(feed, "remove", by)
    feed.delete()
    ring()


def ring() -> None:
    """Have the worker carry a choice out once it is stored, instead of within a minute."""
    transaction.on_commit(lambda: async_task(REFRESH))


def _free_name(title: str) -> str:
    stem = f"{OWN_PREFIX}{slugify(title) or 'list'}"[: MAX_NAME - len("-99")].rstrip("-")
    taken = set(Feed.objects.filter(name__startswith=stem).values_list("name", flat=True))
    numbered = (f"{stem}-{number}" for number in range(2, len(taken) + 3))
    return next(name for name in (stem, *numbered) if name not in taken)


def _note(feed: Feed, what: str, by: str, **details: object) -> None:
    audit.record(by, f"feed.{what}", feed.title or feed.name, details={"list": feed.name, **details})
