"""The address itself: numbers instead of a name, and unusual ports."""

from __future__ import annotations

import ipaddress

from scans.engine.findings import Finding
from scans.engine.links import Link

# Ports that web servers use in the open; 8080 and 8443 are common for small honest ones.
COMMON_PORTS = frozenset({80, 443, 8080, 8443})

# Where addresses of home and office networks live (RFC 1918, 3927, 6598, 4193, 4291) and this machine itself.
_HOME_NETWORKS = tuple(
    ipaddress.ip_network(network)
    for network in (
        *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10", "127.0.0.0/8"),
        *("fc00::/7", "fe80::/10", "::1/128"),
    )
)
# Resolvers with a web page of their own at their well-known number.
_PUBLIC_RESOLVERS = frozenset({"1.1.1.1", "1.0.0.1", "8.8.8.8", "8.8.4.4", "9.9.9.9"})


def ip_host(link: Link) -> Finding | None:
    """The host is a number (IPv4 or IPv6) instead of a name; in a home or office network that is ordinary.

    An IPv4 number wrapped into IPv6 (::ffff:7f00:1) is only written to get past filters.
    """
    if not link.is_ip or link.host in _PUBLIC_RESOLVERS:
        return None
    address = ipaddress.ip_address(link.host)
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return Finding.of("ip_host", 9, host=link.host)
    at_home = any(address in network for network in _HOME_NETWORKS)
    return Finding.of("ip_host", 1 if at_home else 4, host=link.host)


def uncommon_port(link: Link) -> Finding | None:
    """A port that public web sites do not use."""
    if link.port is None or link.port in COMMON_PORTS:
        return None
    return Finding.of("uncommon_port", 2, port=link.port)
