"""What in an address is a key: whoever has it may act as somebody, so it is neither used nor stored."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from importlib.resources import files
from urllib.parse import unquote


class LinkClass(StrEnum):
    """What a link that is never opened does."""

    GROUP_INVITE = "group_invite"
    CHANNEL_INVITE = "channel_invite"
    CHAT_START = "chat_start"
    TELEGRAM_INVITE = "telegram_invite"
    INVITE = "invite"
    PAYMENT = "payment"
    APP_STORE = "app_store"
    OTHER_APP = "other_app"
    ONE_TIME = "one_time"
    LOGIN = "login"
    SIGNED = "signed"
    MEETING = "meeting"
    SHARED = "shared"


# Stands for what was taken out of an address that is kept; such an address is no more opened than the whole one was.
REMOVED = "[removed]"


def _table(section: Mapping[str, str]) -> dict[str, LinkClass]:
    return {name: LinkClass(kind) for kind, names in section.items() for name in names.split()}


_LISTS = tomllib.loads(files("scans.engine.data").joinpath("keys.toml").read_text(encoding="utf-8"))
_ALWAYS = _table(_LISTS["always"])
_MAYBE = _table(_LISTS["maybe"])
SCHEMES: Mapping[str, LinkClass] = _table(_LISTS["schemes"])

# Some pages choose between a few contents by a parameter of such a name: ?pwd=1.
_PASSWORDS = frozenset({"passcode", "passwd", "password", "pwd"})
_LEAST_PASSWORD = 4

# Words of a path, in lower case, that announce an act; with something that looks like a key beside them they are
# one-time links.
_ACT = re.compile(
    r"(?:^|[/._-])(?:(log-?in|sign-?in|sso|magic(?:-?link)?|otp|one-?time|passwordless)|activat(?:e|ion)"
    r"|confirm(?:ation)?|opt-?out|re-?set(?:-?password)?|password-?reset|recover(?:y)?|unlock|unsubscribe"
    r"|verif(?:y|ication)|approve|cancel(?:lation)?|decline|delete|reject|rsvp|unsub"
    r"|abmelden|best(?:ae|%c3%a4)tigen|passwort-?zur(?:ue|%c3%bc)cksetzen|k(?:ue|%c3%bc)ndigen|stornieren"
    r"|cancelar|confirmar|desinscription|recuperar|restablecer|verificar"
    r"|(invit(?:e|ation)s?|join|convite|einladung|invitacion|invito|uitnodiging))(?=$|[/._-])"
)
# The same as a whole segment, followed by a last segment that is a short code: /verify/482913, /invite/aB3xY9.
_SHORT_CODE = re.compile(
    r"(?:^|[/._-])(?:log-?in|sign-?in|magic(?:-?link)?|otp|one-?time|activat(?:e|ion)|confirm(?:ation)?|opt-?out"
    r"|re-?set(?:-?password)?|password-?reset|recover|unlock|unsubscribe|verif(?:y|ication)(?:-?email)?"
    r"|invit(?:e|ation)|join)/([0-9A-Za-z]{4,})/?$",
    re.IGNORECASE,
)
_UNSUBSCRIBE = "unsub"
# Codes that people type from a message; four digits are as often a year.
_TYPED_CODE = re.compile(r"\d{5,8}")
_LEAST_CODE = 6
# A word with a number behind it: step2, version10, iphone15.
_NUMBERED_WORD = re.compile(r"[A-Za-z]+\d{1,4}|\d{1,4}[A-Za-z]{1,2}")

# The shortest run of key characters that is taken for a key; vouchers, ids and words are shorter or of one kind.
SHORTEST_KEY = 16
_KEY = re.compile(rf"[0-9A-Za-z_.~+/=%-]{{{SHORTEST_KEY},}}")
# Words with hyphens between them are a title, whatever number stands behind.
_SLUG = re.compile(r"(?:^|-)[a-z]{3,}-(?:[^-]*-){0,20}[a-z]{3,}(?:-|$)")
_MIXED = re.compile(r"[A-Za-z]\d|\d[A-Za-z]")
_MIXED_CASE = re.compile(r"[a-z][A-Z].*[a-z][A-Z]|[A-Z]{2,}[a-z]+[A-Z]")
_BOTH_CASES = re.compile(r"(?=.*[a-z])(?=.*[A-Z])(?!.*[a-z]{3})")
# A session that old servers write behind a path: /basket;jsessionid=9F86D081884C7D65.
_SESSION = re.compile(r";(?:jsessionid|phpsessid|sid)=[\w.!-]{8,}", re.IGNORECASE | re.ASCII)
# Parameters whose value people type off a message, and what an address that was copied out of HTML puts before a name.
_TYPED = frozenset({"code", "pin"})
_HTML = "amp;"
# A signed statement about somebody (RFC 7519): three parts of base64, the first always begins so.
_JWT = re.compile(r"(?<![\w-])eyJ[\w-]{10,}\.[\w-]{10,}\.", re.ASCII)
# A key of an address inside an address, once or twice encoded.
_INNER_KEY = re.compile(rf"[?&;#](?:{'|'.join(sorted(map(re.escape, _ALWAYS)))})=[^&\s]", re.IGNORECASE)
# What stands between the parts of an address inside a parameter.
_PARTS = re.compile(r"[/?&=#:]+")
_EMAIL = re.compile(r"@|%40", re.IGNORECASE)


def parameters(query: str) -> list[tuple[str, str]]:
    """Names in lower case and decoded, values as they are written."""
    parts = (parameter.partition("=") for parameter in query.split("&") if parameter)
    return [(_plain(name), value) for name, _, value in parts]


def _plain(name: str) -> str:
    return unquote(name).lower().removeprefix(_HTML)


def kind_of_parameter(name: str, value: str) -> LinkClass | None:
    """What the key is for when this parameter is one; the name in lower case."""
    if not value:
        return None
    if name in _ALWAYS:
        return None if name in _PASSWORDS and len(value) < _LEAST_PASSWORD else _ALWAYS[name]
    if name in _MAYBE and looks_like_key(value):
        return _MAYBE[name]
    if "eyJ" in value and _JWT.search(value):
        return LinkClass.LOGIN
    return LinkClass.ONE_TIME if _holds_inner_key(value) else None


def _holds_inner_key(value: str) -> bool:
    """Whether a value is an address that carries a key of its own."""
    return ("=" in value or "%3d" in value.lower()) and _INNER_KEY.search(unquote(unquote(value))) is not None


def kind_of_act(path: str, query: str) -> LinkClass | None:
    """What a path that announces an act does, when something that looks like a key stands beside it."""
    if ";" in path and _SESSION.search(path):
        return LinkClass.LOGIN
    act = _ACT.search(path.lower())  # ASCII, so that places stay where they are; ignoring case takes twice as long
    if act is None:
        return LinkClass.LOGIN if "eyJ" in path and _JWT.search(path) else None
    given = parameters(query)
    values = [value or name for name, value in given if not _is_path(value)]
    has_key = any(map(looks_like_key, [*path[act.end() :].split("/"), *values])) or _ends_in_short_code(path)
    has_key = has_key or any(name in _TYPED and _TYPED_CODE.fullmatch(value) for name, value in given)
    if not has_key and not (_UNSUBSCRIBE in path.lower() and _EMAIL.search(query)):
        return None
    if act.group(1):
        return LinkClass.LOGIN
    return LinkClass.INVITE if act.group(2) else LinkClass.ONE_TIME


def _is_path(value: str) -> bool:
    """Whether a value is a place on the same site, as log-in pages are given: /account/Settings2."""
    return value[:1] == "/" or value[:3].lower() == "%2f"


def _ends_in_short_code(path: str) -> bool:
    found = _SHORT_CODE.search(path)
    return found is not None and is_short_code(found.group(1))


def is_short_code(value: str) -> bool:
    """Whether a few letters and digits are no word: 482913, aB3xY9, x7k2q9, aBcDeF; not step2, welcome or 2026."""
    if _TYPED_CODE.fullmatch(value):
        return True
    if len(value) < _LEAST_CODE or not value.isalnum() or _NUMBERED_WORD.fullmatch(value):
        return False
    return _MIXED.search(value) is not None or _BOTH_CASES.match(value) is not None


def looks_like_key(value: str) -> bool:
    """Whether a value is long and mixed as only machines write, whatever of it is percent-encoded."""
    value = unquote(value)
    if _KEY.fullmatch(value) is None or _SLUG.search(value) is not None:
        return False
    return _MIXED.search(value) is not None or _MIXED_CASE.search(value) is not None


def is_secret(name: str, value: str) -> bool:
    """Whether a parameter of an address that is never opened must not be kept; the name as written."""
    if kind_of_parameter(_plain(name), value) is not None or _EMAIL.search(value) is not None:
        return True
    return looks_like_key(value) or any(map(looks_like_key, _PARTS.split(unquote(value))))


def is_secret_segment(segment: str) -> bool:
    """Whether a part of the path of such an address must not be kept."""
    return looks_like_key(segment) or any(mark.search(segment) for mark in (_EMAIL, _JWT, _SESSION))
