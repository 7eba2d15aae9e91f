"""Host names that are refused before anybody is asked for their address."""

from __future__ import annotations

import re

from scans.engine.netguard.blocked import Blocked

MAX_LABEL = 63  # RFC 1035; Python's own DNS and TLS calls raise UnicodeError above it
# What names of hosts are made of (RFC 1123), and the underscore that some use; a URL may hold 127.0.0.1;example.com.
PLAIN = re.compile(r"[a-z0-9._-]+")

# Names that mean something inside one network only, with everything below them.
INSIDE_SUFFIXES = frozenset({
    # RFC 6761, 6762, 7686, 8375, 9476 and ICANN's reservation of .internal
    "alt", "home.arpa", "internal", "invalid", "local", "localhost", "onion",
    "ipv4only.arpa", "resolver.arpa", "service.arpa",
    # RFC 6762, appendix G: in use on private networks
    "corp", "home", "intranet", "lan", "private",
    # Linux distributions, Kubernetes, Consul
    "consul", "localdomain", "localdomain4", "localdomain6", "svc",
    # Clouds' metadata under names that look public
    "metadata.goog", "metadata.packet.net", "metadata.platformequinix.com", "metadata.tencentyun.com",
})  # fmt: skip


def check_name(host: str) -> None:
    """Raise Blocked for a host name (lower case, no final dot) that cannot be a public one."""
    labels = host.split(".")
    if not all(1 <= len(label) <= MAX_LABEL for label in labels):
        raise Blocked("not a host name: an empty or an overlong part")
    if PLAIN.fullmatch(host) is None:
        raise Blocked("not a host name: characters that no host's name has")
    if len(labels) == 1:
        raise Blocked(f"{host} is a name of the local network")
    if _is_number(labels[-1]):
        raise Blocked("an IP address in disguise")
    for start in range(len(labels)):
        if ".".join(labels[start:]) in INSIDE_SUFFIXES:
            raise Blocked(f"{host} is a name for inside use")


def _is_number(label: str) -> bool:
    """What inet_aton would take for a part of an address; no top-level domain is one."""
    return label.isdigit() or label.startswith("0x")
