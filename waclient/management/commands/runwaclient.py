"""manage.py runwaclient: the WhatsApp socket."""

from __future__ import annotations

import logging
import os
import signal
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from waclient.host import AlreadyRunning, Host, lock
from waclient.simulator import client as simulator

log = logging.getLogger(__name__)


def _log_unraisable(unraisable: Any) -> None:
    """What a callback raised inside the Go library would only be printed."""
    log.error("in a callback: %s", unraisable.err_msg or "", exc_info=unraisable.exc_value)


class Command(BaseCommand):
    """Exit codes: 0 stopped, 70 logged out, 71 replaced, 72 banned, 73 outdated, 74 unreachable, 75 pairing ended."""

    help = "Connects to WhatsApp as a linked device; waits while no phone is linked. One per session."

    def handle(self, *args: Any, **options: Any) -> None:
        os.umask(0o077)
        sys.unraisablehook = _log_unraisable
        try:
            held = lock(settings.WHATSAPP_DIR)
        except AlreadyRunning as error:
            raise CommandError(str(error)) from error
        self._choose()
        host = Host(settings.WHATSAPP_DIR / "session.sqlite3")
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda _number, _frame: host.stop())
        host.run()
        held.close()

    @staticmethod
    def _choose() -> None:
        """WhatsApp itself or the simulated chats; the two are never mixed."""
        if settings.WHATSAPP not in {"real", "simulated"}:
            raise CommandError("WHATSAPP is either real or simulated.")
        if not settings.IS_SIMULATED:
            simulator.give_up()
            return
        try:
            simulator.prepare()
        except ValueError as error:
            raise CommandError(str(error)) from error
