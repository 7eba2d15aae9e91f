"""`manage.py demo`: a month of five made-up groups to look at, without a phone."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from waclient.demo import upkeep
from waclient.simulator.client import is_phone_linked


class Command(BaseCommand):
    help = "Fills the desk with a month of five made-up groups; --reset removes them again and nothing else."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--reset", action="store_true", help="remove the demo's rows, leave all others")
        parser.add_argument(
            "--whatsapp", action="store_true", help="fill nothing; print which WHATSAPP a demo runs with: real where"
            " a phone is linked, otherwise simulated",
        )  # fmt: skip

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["whatsapp"]:
            self.stdout.write("real" if is_phone_linked() else "simulated")
            return
        if options["reset"]:
            self.stdout.write(f"The demo is gone: {upkeep.clear()} groups with everything of theirs.")
            return
        links = upkeep.ensure(timezone.now())
        if links is None:
            self.stdout.write("The demo was filled today already. Start again with: manage.py demo --reset")
        else:
            self.stdout.write(f"The demo is ready: 5 made-up groups, 30 days, {links} links.")
