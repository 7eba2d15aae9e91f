"""What a service that opens pages itself is told of a link: never a key, an invitation or somebody's e-mail address."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from binascii import Error as NotBase64

from scans.engine.kinds.lookonly import REMOVED, displayable, is_look_only
from scans.engine.links import Link

_ADDRESS = re.compile(r"[^/?&=;,:\s]{1,80}(?:@|%40)[A-Za-z0-9.-]{1,80}\.[A-Za-z]{2,20}", re.ASCII)
# Values that may be an address in base64; shorter ones hold none, longer ones hold more than that.
_CODED = re.compile(r"(?<=[=/])[A-Za-z0-9_+-]{12,160}(?:=|%3[Dd]){0,2}(?=$|[&/;])", re.ASCII)


def may_be_submitted(link: Link) -> bool:
    """Whether somebody else may open it: nothing happens by that, and it holds no key."""
    return not is_look_only(link) and REMOVED not in displayable(link)


def submitted_url(link: Link) -> str:
    """The URL with every e-mail address left out, also where it stands in base64."""
    shown = displayable(link)
    front = shown.index("/", shown.index("//") + 2)
    rest = _CODED.sub(lambda found: "" if _is_coded_address(found.group()) else found.group(), shown[front:])
    return shown[:front] + _ADDRESS.sub("", rest)


def _is_coded_address(value: str) -> bool:
    plain = value.replace("%3D", "=").replace("%3d", "=").replace("+", "-").rstrip("=")
    try:
        decoded = urlsafe_b64decode(plain + "=" * (-len(plain) % 4))
    except (NotBase64, ValueError):
        return False
    return _ADDRESS.fullmatch(decoded.decode("latin-1")) is not None
