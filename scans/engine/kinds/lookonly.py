"""Look, don't touch: links that do something or open a door when they are opened, and what may be shown of a link."""

from __future__ import annotations

from scans.engine.kinds import keys
from scans.engine.kinds.chat_starts import without_numbers
from scans.engine.kinds.keys import REMOVED, LinkClass
from scans.engine.kinds.link_classes import link_class, scheme_class
from scans.engine.links import MAX_URL, Link
from scans.engine.wrappers import peel

__all__ = ["REMOVED", "LinkClass", "displayable", "is_look_only", "link_class", "scheme_class"]

# Their path is the key, however short it is.
_KEY_IN_PATH = frozenset({LinkClass.GROUP_INVITE, LinkClass.TELEGRAM_INVITE, LinkClass.INVITE, LinkClass.MEETING})
# Words of such a path that are no key.
_PLAIN_WORDS = frozenset({
    "", "addlist", "channel", "g", "group", "i", "invitation", "invite", "j", "join", "joinchat", "l", "meet",
    "meetup-join", "r", "s", "shared_invite", "t", "team", "template", "ti", "voice", "video", "w", "wc",
})  # fmt: skip
# Their address is public and names the thing that is judged.
_PUBLIC = frozenset({LinkClass.CHANNEL_INVITE, LinkClass.APP_STORE})
# A few letters are the whole key where the path announces an act.
_SHORT_CODES = frozenset({LinkClass.ONE_TIME, LinkClass.LOGIN, LinkClass.SHARED})
# OneDrive writes its keys behind it: s!AbCdEf.
_KEY_MARK = "!"


def is_look_only(link: Link) -> bool:
    """Whether a link is judged by its address alone and never opened: one-time, signed, with a key, an invitation."""
    return link_class(link) is not None


def displayable(link: Link) -> str:
    """The URL that may be stored and shown: no user name; of a look-only link no key, e-mail address or invitation."""
    host = f"[{link.host}]" if ":" in link.host else link.host
    front = f"{link.scheme}://{host}{f':{link.port}' if link.port is not None else ''}"
    kind = link_class(link)
    if kind is None:
        return f"{front}{link.path}{'?' if link.query else ''}{link.query}"
    rest = "" if peel(link) else _shown_rest(link, kind)
    return f"{front}{rest}" if rest and len(front) + len(rest) <= MAX_URL else f"{front}/{REMOVED}"


def _shown_rest(link: Link, kind: LinkClass) -> str:
    path, query = link.path, link.query
    if kind is LinkClass.CHAT_START:
        path, query = without_numbers(path), without_numbers(query)
    path = "/".join(_shown_segment(segment, kind) for segment in path.split("/"))
    query = "&".join(_shown_parameter(parameter, kind) for parameter in query.split("&"))
    return f"{path}{'?' if query else ''}{query}"


def _shown_segment(segment: str, kind: LinkClass) -> str:
    if kind in _KEY_IN_PATH:
        return segment if segment.lower() in _PLAIN_WORDS else REMOVED
    if kind not in _PUBLIC and keys.is_secret_segment(segment):
        return REMOVED
    return REMOVED if _is_short_key(segment, kind) else segment


def _shown_parameter(parameter: str, kind: LinkClass) -> str:
    name, equals, value = parameter.partition("=")
    if keys.looks_like_key(name):
        return REMOVED
    if kind is LinkClass.MEETING and equals:
        return f"{name}={REMOVED}"
    return f"{name}{equals}{REMOVED}" if keys.is_secret(name, value) or _is_short_key(value, kind) else parameter


def _is_short_key(value: str, kind: LinkClass) -> bool:
    return kind in _SHORT_CODES and (keys.is_short_code(value) or _KEY_MARK in value)
