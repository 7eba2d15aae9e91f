"""5,000 old messages with links, replayed over the loopback server: how long they take; nothing is said to them.

It takes minutes, and most of them the library's: each message is decrypted by itself. So it is no part of `make test`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from groups.policy import Response, State
from scans.models import Scan
from tests.e2e.conftest import DANGEROUS, Scene
from tests.e2e.installation import Installation, wait_for
from tests.e2e.test_old_messages import assert_all_scanned_and_nothing_said
from tests.whatsapp_server import messages
from tests.whatsapp_server.member import Stanza
from waclient.models import Sighting

REPLAYED, LINKS, SECONDS = 5000, 250, 1200.0


@pytest.mark.bench
@pytest.mark.timeout(SECONDS)
def test_five_thousand_replayed_messages_are_scanned_and_none_is_answered(
    running: Callable[[], Scene], paired: Installation
) -> None:
    scene = running()
    group = scene.group("Replayed", State.LIVE, bot_is_admin=True)
    scene.choose(group, State.LIVE, on_malicious=Response.DELETE)
    texts = [messages.conversation(f"{DANGEROUS}?replayed={number % LINKS}") for number in range(REPLAYED)]
    started = time.monotonic()

    group.member("Eve").sends_all(texts, Stanza(sent_at=datetime.now(UTC) - timedelta(days=3)))
    wait_for(lambda: paired.rows(Sighting).count() == REPLAYED, "every message read", SECONDS)
    read = time.monotonic() - started
    assert_all_scanned_and_nothing_said(paired, REPLAYED, SECONDS)
    decided = time.monotonic() - started

    assert paired.rows(Scan).count() == LINKS
    assert scene.said(group) == []
    print(f"\n{REPLAYED} replayed messages: read in {read:.0f} s, decided on in {decided:.0f} s, 0 sent")
