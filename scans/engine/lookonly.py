"""Look, don't touch: links that do something or open a door when they are opened, and what may be shown of a link."""

from __future__ import annotations

import re

from scans.engine.links import Link

# Stands for what was taken out of a displayed URL.
REMOVED = "[removed]"

# Invitations: opening one may join, and the path is the key. A path pattern, or None for every path but the home page.
_INVITATIONS: dict[str, re.Pattern[str] | None] = {
    "chat.whatsapp.com": None,
    "call.whatsapp.com": None,
    "discord.gg": None,
    "signal.group": None,
    "discord.com": re.compile(r"/invite/.", re.IGNORECASE),
    "t.me": re.compile(r"/(?:\+|joinchat/).", re.IGNORECASE),
    "telegram.me": re.compile(r"/(?:\+|joinchat/).", re.IGNORECASE),
    "telegram.dog": re.compile(r"/(?:\+|joinchat/).", re.IGNORECASE),
    "teams.microsoft.com": re.compile(r"/l/meetup-join/.", re.IGNORECASE),
    "teams.live.com": re.compile(r"/meet/.", re.IGNORECASE),
}
# Words of an invitation's path that are no key.
_INVITATION_WORDS = frozenset({"", "invite", "joinchat", "l", "meet", "meetup-join"})
# Opens a chat with a number; nothing to learn from fetching it, and the number is somebody's.
_CHAT_STARTERS = frozenset({"wa.me", "api.whatsapp.com"})

# Parameters whose value is a key whatever it looks like: signatures, passwords, share keys, one-time codes.
_KEYS = frozenset({
    "access_token", "apikey", "api_key", "auth_token", "authkey", "confirmation_token", "id_token", "invite_token",
    "jwt", "key-pair-id", "login_token", "magic", "magic_token", "onetime", "oobcode", "otp", "passcode", "passwd",
    "password", "pwd", "refresh_token", "reset_token", "resourcekey", "rlkey", "secret", "session_token",
    "sharing_key", "sig", "signature", "token", "x-amz-credential", "x-amz-security-token", "x-amz-signature",
    "x-goog-credential", "x-goog-signature",
})  # fmt: skip
# Parameters that are a key only when the value looks like one (`code=SAVE20` is a voucher).
_MAYBE_KEYS = frozenset({
    "auth", "code", "confirm", "credential", "hash", "invite", "key", "login", "nonce", "reset", "session",
    "sessionid", "share", "sid", "ticket", "tk", "verify",
})  # fmt: skip

# Words of a path that announce an act; with something that looks like a key beside them they are one-time links.
_ACTS = re.compile(
    r"(?:^|[/._-])(?:activat(?:e|ion)|confirm(?:ation)?|invit(?:e|ation)s?|join|log-?in|magic(?:-?link)?|one-?time|opt-?out|otp"
    r"|passwordless|re-?set|recover(?:y)?|sign-?in|sso|unsubscribe|verif(?:y|ication))(?=$|[/._-])",
    re.IGNORECASE,
)

# The shortest run of key characters that is taken for a key; vouchers, ids and words are shorter or of one kind.
SHORTEST_KEY = 16
_KEY = re.compile(rf"[0-9A-Za-z_.~+/=%-]{{{SHORTEST_KEY},}}")
# Words with hyphens between them are a title, whatever number stands behind.
_SLUG = re.compile(r"(?:^|-)[a-z]{3,}-(?:[^-]*-){0,20}[a-z]{3,}(?:-|$)")
_DIGITS_IN_A_ROW_OF_LETTERS = re.compile(r"[A-Za-z]\d|\d[A-Za-z]")
_MIXED_CASE = re.compile(r"[a-z][A-Z].*[a-z][A-Z]|[A-Z]{2,}[a-z]+[A-Z]")
_EMAIL = re.compile(r"@|%40", re.IGNORECASE)


def is_look_only(link: Link) -> bool:
    """Whether a link is judged by its address alone and never opened: one-time, signed, with a key, an invitation."""
    if link.host in _CHAT_STARTERS or _is_invitation(link):
        return True
    if any(_is_secret(name, value) for name, value in _parameters(link.query)):
        return True
    if _ACTS.search(link.path) is None:
        return False
    values = [value or name for name, value in _parameters(link.query)]
    return any(map(_looks_like_key, [*link.path.split("/"), *values]))


def displayable(link: Link) -> str:
    """The URL that may be stored and shown: no user name; of a look-only link no key, e-mail address or invitation."""
    host = f"[{link.host}]" if ":" in link.host else link.host
    port = f":{link.port}" if link.port is not None else ""
    path, query = link.path, link.query
    if is_look_only(link):
        hidden = _is_invitation(link)
        path = "/".join(_shown_segment(segment, hidden=hidden) for segment in path.split("/"))
        query = "&".join(_shown_parameter(parameter) for parameter in query.split("&"))
    return f"{link.scheme}://{host}{port}{path}{'?' if query else ''}{query}"


def _is_invitation(link: Link) -> bool:
    if link.host not in _INVITATIONS:
        return False
    pattern = _INVITATIONS[link.host]
    return pattern.match(link.path) is not None if pattern else link.path != "/"


def _parameters(query: str) -> list[tuple[str, str]]:
    """Names and values as they are written, not decoded."""
    parts = (parameter.partition("=") for parameter in query.split("&") if parameter)
    return [(name, value) for name, _, value in parts]


def _is_secret(name: str, value: str) -> bool:
    name = name.lower()
    return bool(value) and (name in _KEYS or (name in _MAYBE_KEYS and _looks_like_key(value)))


def _looks_like_key(value: str) -> bool:
    """Whether a value is long and mixed as only machines write."""
    if _KEY.fullmatch(value) is None or _SLUG.search(value) is not None:
        return False
    return _DIGITS_IN_A_ROW_OF_LETTERS.search(value) is not None or _MIXED_CASE.search(value) is not None


def _shown_segment(segment: str, *, hidden: bool) -> str:
    if hidden and segment.lower() not in _INVITATION_WORDS:
        return REMOVED
    return REMOVED if _looks_like_key(segment) or _EMAIL.search(segment) else segment


def _shown_parameter(parameter: str) -> str:
    name, equals, value = parameter.partition("=")
    if _looks_like_key(name):
        return REMOVED
    secret = _is_secret(name, value) or _looks_like_key(value) or _EMAIL.search(value) is not None
    return f"{name}{equals}{REMOVED}" if secret else parameter
