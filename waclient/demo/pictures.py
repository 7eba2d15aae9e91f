"""A report about a link of the demo with a picture of its page, which is drawn here: nobody was asked."""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Iterator
from datetime import datetime, timedelta

from scans import services
from scans.engine.links import parse
from scans.models import Artifact, ArtifactKind, PendingReport, ReportState
from waclient.demo import story
from waclient.demo.events import DEMO, Reported

WIDTH, HEIGHT = 480, 320
PAPER, INK, LINE, BUTTON, BAND = (250, 250, 248), (60, 66, 70), (205, 210, 212), (192, 52, 44), (28, 98, 72)
# Left, top, right, bottom, colour: a band, a headline, lines of text, two fields and a button.
BOXES = (
    (0, 0, 480, 48, BAND), (24, 18, 140, 30, PAPER), (120, 72, 360, 88, INK),
    (120, 100, 352, 106, LINE), (120, 112, 330, 118, LINE),
    (120, 140, 360, 168, LINE), (122, 142, 358, 166, PAPER), (120, 180, 360, 208, LINE), (122, 182, 358, 206, PAPER),
    (120, 224, 360, 256, BUTTON), (190, 237, 290, 243, PAPER), (120, 284, 250, 290, LINE),
)  # fmt: skip
UNTIL_ARRIVED = timedelta(minutes=1)


def report(event: Reported, at: datetime) -> None:
    """The report arrived and brought a picture."""
    link = parse(event.url)
    scan = services.newest(link.url_hash)
    assert scan is not None, "it is reported after it was posted"
    kept = PendingReport.objects.create(
        scan=scan, url_hash=link.url_hash, provider=story.REPORTER, state=ReportState.DONE, reference=DEMO,
        asked_at=at, submitted_at=at, due_at=at, attempts=1,
    )  # fmt: skip
    content = page()
    digest = hashlib.sha256(content).hexdigest()
    Artifact.objects.create(
        report=kept, kind=ArtifactKind.SCREENSHOT, content=content, size=len(content), sha256=digest,
        made_at=at + UNTIL_ARRIVED,
    )  # fmt: skip


def page() -> bytes:
    """A page that asks for a login, as a PNG (RFC 2083) without words."""
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    rows = b"".join(b"\0" + b"".join(_row(y)) for y in range(HEIGHT))
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def _row(y: int) -> Iterator[bytes]:
    line = [PAPER] * WIDTH
    for left, top, right, bottom, colour in BOXES:
        if top <= y < bottom:
            line[left:right] = [colour] * (right - left)
    return (bytes(colour) for colour in line)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
