"""What stands for a link in Google's hash lists: up to 30 expressions of host and path, each as its SHA-256.

Rules: https://developers.google.com/safe-browsing/reference/URLs.and.Hashing (version 5; Web Risk has the same).
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
from urllib.parse import unquote_to_bytes

from scans.engine.links import Link
from scans.engine.names import suffixes

# Bytes of a hash that are sent: the only length that the server takes.
PREFIX_BYTES = 4
MAX_HOSTS = 5
MAX_FOLDERS = 4
# Rounds of decoding; each shortens the text, and no honest address needs more than two.
MAX_ROUNDS = 100

_DOTS = re.compile(r"\.{2,}")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_LAST_IPV4 = 0xFFFFFFFF
_PRINTABLE = range(0x21, 0x7F)
_ESCAPED = b"#%"


def full_hashes(link: Link) -> list[bytes]:
    """The SHA-256 of each expression of a link, at most 30, the most exact first."""
    return [hashlib.sha256(expression).digest() for expression in expressions(link)]


def expressions(link: Link) -> list[bytes]:
    """Host and path in every combination that a list may name, without scheme, user and port."""
    paths = _paths(link)
    return [host.encode("ascii") + path for host in _hosts(link) for path in paths]


def _hosts(link: Link) -> list[str]:
    """The host, and up to four names from the registrable domain upwards; an address stands for itself."""
    if link.is_ip:
        return [_address(link.host)]
    host = _DOTS.sub(".", link.host).strip(".")
    domain = suffixes.registrable_domain(host)
    above = host.removesuffix(domain).split(".")[:-1]
    names = [".".join([*above[place:], domain]) for place in range(len(above), -1, -1)]
    return list(dict.fromkeys([host, *names[: MAX_HOSTS - 1]]))


def _address(host: str) -> str:
    """IPv6 in brackets, but as the IPv4 address that it carries where it carries one."""
    if ":" not in host:
        return host
    address = ipaddress.IPv6Address(host)
    inner = address.ipv4_mapped
    if inner is None and address in _NAT64:
        inner = ipaddress.IPv4Address(int(address) & _LAST_IPV4)
    return str(inner) if inner else f"[{address.compressed}]"


def _paths(link: Link) -> list[bytes]:
    """The path with its query, without it, and the first four folders above it."""
    path = _escaped(_cleaned(_unescaped(link.path)))
    whole = [path + b"?" + _escaped(_unescaped(link.query))] if link.query else []
    parts = path.split(b"/")[1:-1]
    folders = [b"/" + b"".join(part + b"/" for part in parts[:depth]) for depth in range(MAX_FOLDERS)]
    return list(dict.fromkeys([*whole, path, *folders]))


def _unescaped(text: str) -> bytes:
    """Decoded until nothing is left to decode."""
    found = text.encode("ascii")
    for _ in range(MAX_ROUNDS):
        decoded = unquote_to_bytes(found)
        if decoded == found:
            break
        found = decoded
    return found


def _cleaned(path: bytes) -> bytes:
    """Without `.` and `..`, and with one slash where there are several."""
    kept: list[bytes] = []
    parts = path.split(b"/")
    for part in parts:
        if part == b"..":
            kept = kept[:-1]
        elif part not in {b"", b"."}:
            kept.append(part)
    is_folder = parts[-1] in {b"", b".", b".."}
    return b"/" + b"/".join(kept) + (b"/" if kept and is_folder else b"")


def _escaped(text: bytes) -> bytes:
    return b"".join(bytes([byte]) if byte in _PRINTABLE and byte not in _ESCAPED else b"%%%02X" % byte for byte in text)
