"""Says what the owner is told by, and tries it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from wbscanner import alarms
from wbscanner.models import Delivery
from wbscanner.notify.deliveries import carry_out


class Command(BaseCommand):
    help = "Lists the channels to the owner; with --test sends a message over each and says whether it arrived."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--test", action="store_true", help="send a test message over every channel, now")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.ALARM_CHANNELS:
            raise CommandError("no channel is configured: docs/operations.md, Alarms")
        if not options["test"]:
            self.stdout.write("\n".join(settings.ALARM_CHANNELS))
            return
        rows = alarms.tell_test(timezone.now())
        outcomes = [self._try(row) for row in rows]
        if not all(outcomes):
            raise CommandError("not every channel works")

    def _try(self, row: Delivery) -> bool:
        """Once, here and now; the row says what came of it."""
        has_arrived = carry_out(row, timezone.now())
        row.refresh_from_db()
        self.stdout.write(f"{row.channel}: {'arrived' if has_arrived else row.problem}")
        return has_arrived
