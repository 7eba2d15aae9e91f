"""What the path promises: programs to install, and addresses too long to read."""

from __future__ import annotations

from scans.engine.findings import Finding
from scans.engine.links import Link
from scans.engine.names import suffixes

# Longer than this a reader cannot check the link; length by itself is no sign (11 % of honest links exceed 100).
LONG_URL = 500

_PROGRAMS = (
    ".exe .msi .msix .scr .pif .bat .cmd .ps1 .vbs .vbe .jse .wsf .hta .jar .iso .lnk .dll .dmg .pkg .deb .elf "
    ".sh .bin .cpl .mobileconfig"
)
_PROGRAM_ENDINGS = frozenset(_PROGRAMS.split())
_APK_ENDINGS = frozenset({".apk", ".xapk", ".apks", ".aab"})


def _weak_host_points(link: Link) -> int:
    """Two more points where nobody answers for the host: a bare number, a free host."""
    return 2 if link.is_ip or suffixes.split(link.host).is_private else 0


def _ending(link: Link, endings: frozenset[str]) -> str | None:
    if "." not in link.path:
        return None
    ending = "." + link.path.rstrip("/").rpartition(".")[2].lower()
    return ending if ending in endings else None


def executable_path(link: Link) -> Finding | None:
    """The link downloads a program or a script."""
    ending = _ending(link, _PROGRAM_ENDINGS)
    return None if ending is None else Finding.of("executable_path", 2 + _weak_host_points(link), extension=ending)


def apk_path(link: Link) -> Finding | None:
    """The link downloads an Android app past the app store."""
    ending = _ending(link, _APK_ENDINGS)
    return None if ending is None else Finding.of("apk_path", 3 + _weak_host_points(link), extension=ending)


def long_url(link: Link) -> Finding | None:
    """The link is too long to be checked by eye."""
    return Finding.of("long_url", 1, length=len(link.url)) if len(link.url) > LONG_URL else None
