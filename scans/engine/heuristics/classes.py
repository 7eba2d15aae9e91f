"""What a link does that is never opened, so that a moderator sees it; no points, honest people share such links."""

from __future__ import annotations

from scans.engine.findings import Finding
from scans.engine.kinds.chat_starts import chat_start
from scans.engine.kinds.keys import LinkClass
from scans.engine.kinds.link_classes import link_class
from scans.engine.links import Link


def opens_no_page(link: Link) -> Finding | None:
    """The finding's code is the link's class: group_invite, payment, one_time, …"""
    kind = link_class(link)
    if kind is None:
        return None
    return _chat_start(link) if kind is LinkClass.CHAT_START else Finding.of(kind.value, 0, host=link.host)


def _chat_start(link: Link) -> Finding:
    """With the number, shortened, and the text that it prepares; neither for one inside a wrapper."""
    start = chat_start(link)
    if start is None or not start.number:
        return Finding.of("chat_start", 0, host=link.host)
    if not start.text:
        return Finding.of("chat_start_number", 0, host=link.host, number=start.number)
    return Finding.of("chat_start_text", 0, host=link.host, number=start.number, text=start.text)
