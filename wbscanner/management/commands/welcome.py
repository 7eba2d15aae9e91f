"""The last thing `make run` says: where the desk is and, while nobody owns it, how to become its owner."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from wbscanner import listen, probes
from wbscanner.setup import make_setup_link

PAUSE_SECONDS = 0.5


class Command(BaseCommand):
    help = "Print the desk's address, and a new one-time set-up link while there is no owner."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--wait", type=float, default=0, help="seconds to wait for the web server first")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["wait"] and not self._wait_for_web(options["wait"]):
            self.stderr.write(f"The web server does not answer on {listen.address().local}; its lines above say why.")
        link = make_setup_link()
        lines = [f"wbscanner: {settings.BASE_URL}"]
        if link:
            lines += ["Nobody owns this installation yet. Open this link once to become its owner:", f"  {link}"]
        rule = "-" * max(len(line) for line in lines)
        self.stdout.write("\n".join([rule, *lines, rule]))

    def _wait_for_web(self, seconds: float) -> bool:
        ends_at = time.monotonic() + seconds
        while not (is_up := probes.web_answers()) and time.monotonic() < ends_at:
            time.sleep(PAUSE_SECONDS)
        return is_up
