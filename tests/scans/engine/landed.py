"""Pages as if they had been found at the end of a way."""

from __future__ import annotations

from scans.engine.journeys import Page
from scans.engine.links import Link
from scans.engine.pages import markup
from scans.engine.pages.landing import describe, offered


def read_page(body: bytes, content_type: str, link: Link) -> Page:
    """The facts of a page that was answered at a link."""
    return describe(markup.read(body, content_type), content_type, link, offered(link, content_type, ""))
