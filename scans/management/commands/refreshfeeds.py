"""`manage.py refreshfeeds`: the lists of known links, now instead of when the worker comes to it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from scans.lists import changes as list_changes
from scans.lists import choices as list_choices
from scans.lists import importing
from scans.lists import rows as list_rows
from scans.models import Feed, FeedState

# Fetching one list from a terminal may take longer than in the worker.
FETCH_SECONDS = 300.0
# How long another process may be at a step before this one gives up; a worker's step is shorter.
PATIENCE = 120.0
LOOK_AGAIN = 0.5


class Command(BaseCommand):
    help = (
        "Fetch, read and put into use the lists that are due, or those named, and have links that they change looked "
        "at again. Lists that are switched off are left alone. What cannot be fetched stays as it is in use."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("names", nargs="*", metavar="NAME", help="lists by their short names, due or not")
        parser.add_argument("--all", action="store_true", help="every list that is on or on trial, due or not")

    def handle(self, *args: Any, **options: Any) -> None:
        list_rows.sync()
        chosen = self._chosen(options["names"], options["all"])
        self._import([feed.name for feed in chosen])
        self._look_for_changes()
        failed = Feed.objects.filter(pk__in=[feed.pk for feed in chosen], failures__gt=0)
        if failed:
            for feed in failed:
                self.stderr.write(f"{feed.name}: {feed.error}")
            raise CommandError(
                f"{len(failed)} of {len(chosen)} lists could not be refreshed; nothing is lost, what was in use stays. "
                "Check that this machine reaches the addresses, or switch the lists off in the desk."
            )
        self.stdout.write(f"{len(chosen)} lists are up to date." if chosen else "No list is due; --all asks for all.")

    def _chosen(self, names: Sequence[str], are_all: bool) -> list[Feed]:
        """The lists to be refreshed, made due."""
        used, now = Feed.objects.exclude(state=FeedState.OFF), timezone.now()
        if not names and not are_all:
            return list(used.filter(list_rows.is_due(now)))
        known = {feed.name: feed for feed in Feed.objects.all()}
        if unknown := sorted(set(names) - set(known)):
            raise CommandError(f"No such list: {', '.join(unknown)}. There are: {', '.join(sorted(known))}.")
        if off := [name for name in names if known[name].state == FeedState.OFF]:
            raise CommandError(f"Switched off: {', '.join(off)}. Switch it on, or on trial, in the desk first.")
        chosen = list(used.filter(name__in=names) if names else used)
        for feed in chosen:
            list_choices.hasten(feed, now, is_wanted=feed.name in names)
        return chosen

    def _import(self, names: Sequence[str]) -> None:
        """Every step there is for these lists; waits for a process that is at one."""
        gives_up_at = time.monotonic() + PATIENCE
        while time.monotonic() < gives_up_at:
            done = importing.advance(timezone.now(), only=names, seconds=FETCH_SECONDS)
            if done is not None:
                gives_up_at = time.monotonic() + PATIENCE
                self.stdout.write(done.words)
            elif importing.is_at_work(timezone.now()):
                time.sleep(LOOK_AGAIN)
            else:
                return
        raise CommandError("Another process is importing lists and does not come to an end. Try again later.")

    def _look_for_changes(self) -> None:
        asked, gives_up_at = 0, time.monotonic() + FETCH_SECONDS
        while list_changes.is_due() and time.monotonic() < gives_up_at:  # the worker goes on with what is left
            asked += list_changes.look_for_changes(timezone.now())
        if asked:
            self.stdout.write(f"{asked} links are looked at again.")
