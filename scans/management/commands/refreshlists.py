"""`manage.py refreshlists`: the newest public suffixes and top-level domains, from their publishers."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
from django.core.management.base import BaseCommand, CommandError

from scans.engine import netguard
from scans.engine.names.list_refresh import NotRefreshed, refresh
from scans.engine.names.published_lists import PUBLISHED


class Command(BaseCommand):
    help = (
        "Fetch the Public Suffix List and IANA's list of top-level domains into DATA_DIR/lists. Programs use them from "
        "their next start. Without it, or when it fails, the copies in the package or from the last time are used."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if not asyncio.run(self._refresh_all(netguard.client())):
            raise CommandError(
                "A list was not refreshed; nothing is lost, the copy in use stays. Check that this machine reaches the "
                "address over https, or put the file into DATA_DIR/lists yourself, and run this again."
            )

    async def _refresh_all(self, client: httpx.AsyncClient) -> bool:
        """Whether all of them arrived; one that fails does not keep the others back."""
        succeeded = True
        async with client:
            for published in PUBLISHED:
                try:
                    found = await refresh(published, client)
                except NotRefreshed as reason:
                    succeeded = False
                    self.stderr.write(f"{published.file}: not refreshed from {published.url}: {reason}")
                else:
                    state = "new, used from the next start" if found.is_new else "already in use"
                    self.stdout.write(f"{published.file}: version {found.version}, {state}")
        return succeeded
