"""The health check of container images and monitors."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from wbscanner import probes

PROBES = {"web": probes.web_answers, "worker": probes.worker_runs_jobs, "socket": probes.socket_beats}


class Command(BaseCommand):
    help = "Exit 0 when the process is at work, 1 when it is not."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("process", choices=sorted(PROBES))

    def handle(self, *args: Any, **options: Any) -> None:
        process = options["process"]
        if not PROBES[process]():
            raise CommandError(f"{process} does not answer")
        self.stdout.write(f"{process} is at work")
