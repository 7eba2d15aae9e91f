"""Everything between installing and starting; safe to run again, also while the installation runs."""

from __future__ import annotations

import os
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from scans.lists import rows as list_rows
from wbscanner import schedules
from wbscanner.setup import make_roles

OWNER_ONLY = 0o077


class Command(BaseCommand):
    help = "Bring database, static files, periodic jobs and roles up to date; then say where the desk is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-link", action="store_true", help="do not print the address and the set-up link")

    def handle(self, *args: Any, **options: Any) -> None:
        os.umask(OWNER_ONLY)
        self.stdout.write("Preparing the database ...")
        call_command("migrate", interactive=False, verbosity=0)
        self.stdout.write("Collecting static files ...")
        call_command("collectstatic", interactive=False, verbosity=0)
        self.stdout.write(f"Periodic jobs: {schedules.sync()}")
        self.stdout.write(f"Lists: {list_rows.sync()}")
        make_roles()
        if not options["no_link"]:
            call_command("welcome")
