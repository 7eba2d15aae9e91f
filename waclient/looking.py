"""The thread that looks into pictures and documents: fetching one may take a minute and must hold up no answer."""

from __future__ import annotations

import logging
import threading
from dataclasses import replace
from typing import Protocol

from django.db import transaction
from django.utils import timezone

from groups.models import Group
from waclient import ingest, media_rows
from waclient.client import Passage, Unavailable
from waclient.decoding.contents import Contents, Source
from waclient.decoding.process import look_into
from waclient.media import Media, NotFetched
from waclient.media_rows import Waiting
from waclient.media_size import check_size
from waclient.models import Place
from waclient.rosters import Rosters
from waclient.turns import repeat

log = logging.getLogger(__name__)

IDLE_SECONDS = 1.0
PLACES = {Source.CODE: Place.CODE, Source.DOCUMENT: Place.DOCUMENT}


class Fetcher(Protocol):
    """What this thread needs of WhatsApp."""

    @property
    def is_ready(self) -> bool: ...

    def fetch(self, media: Media) -> bytes:
        """The decrypted file, its hashes verified. Raises NotFetched for good, Unavailable for now."""


class Looking:
    """Takes one waiting file after the other: fetch, read in a process of its own, hand the texts to ingest."""

    def __init__(self, until: threading.Event, rosters: Rosters) -> None:
        self._until, self._rosters = until, rosters

    def start(self, client: Fetcher) -> threading.Thread:
        thread = threading.Thread(
            target=repeat, args=(lambda: self.turn(client), self._until, IDLE_SECONDS), name="looking", daemon=True
        )
        thread.start()
        return thread

    def turn(self, client: Fetcher) -> bool:
        """One file; whether there was one. What cannot be read now is tried again, what never can is dropped."""
        waiting = media_rows.claim(timezone.now()) if client.is_ready else None
        if waiting is None:
            return False
        group = Group.objects.filter(jid=waiting.message.chat).first()
        if group is None or not group.is_watched:
            media_rows.done(waiting.row)
            return True
        try:
            check_size(waiting.media)
            contents = look_into(client.fetch(waiting.media))
        except Unavailable as error:
            log.warning("a file could not be fetched now: %s", error)
            return True
        except NotFetched as error:
            log.info("a file is not looked into: %s", error)
            contents = Contents()
        self._hand_over(waiting, contents)
        return True

    def _hand_over(self, waiting: Waiting, contents: Contents) -> None:
        """The texts become part of the message they came with, unless it was deleted meanwhile."""
        if contents.troubles:
            log.info("a file was not read wholly: %s", ", ".join(contents.troubles))
        passages = tuple(Passage(found.text, PLACES[found.source]) for found in contents.found)
        with transaction.atomic():
            if media_rows.done(waiting.row) and passages:
                ingest.receive(replace(waiting.message, passages=passages), self._rosters)
