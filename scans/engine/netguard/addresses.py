"""Which addresses belong to the public internet, by a table of our own.

Python's `ipaddress.is_global` depends on the age of the interpreter and calls NAT64, 6to4, multicast and more public.
Sources: IANA IPv4 and IPv6 Special-Purpose Address Registries, RFC 5214 (ISATAP).
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from scans.engine.netguard.blocked import Blocked

Address = IPv4Address | IPv6Address

NOT_PUBLIC_IPV4 = tuple(
    IPv4Network(written)
    for written in (
        "0.0.0.0/8",  # this network; Linux dials 0.0.0.0 as itself
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT; Alibaba's metadata
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local: most clouds' metadata
        "172.16.0.0/12",
        # Whole, although the registry calls .9 and .10 globally reachable: the anycast addresses of port control and
        # TURN end at the nearest box, which is the operator's own router, and no web page lives there.
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "168.63.129.16/32",  # Azure's wire server: a public number that answers inside the cloud only
    )
)
# Every other block (mapped, compatible, NAT64, unique local, link-local, multicast) is refused by not being in it.
PUBLIC_IPV6 = IPv6Network("2000::/3")
NOT_PUBLIC_IPV6 = tuple(
    IPv6Network(written)
    for written in (
        # Protocol assignments: Teredo, benchmarking, ORCHID and, as in 192.0.0.0/24, anycast to the nearest box.
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",  # 6to4
        "3fff::/20",
    )
)
# The upper half of an interface identifier whose lower half is an IPv4 address, local and global: RFC 5214, 6.1.
ISATAP = frozenset({0x0000_5EFE, 0x0200_5EFE})
LOW_32_BITS = 0xFFFF_FFFF


def check_address(ip: str) -> None:
    """Raise Blocked unless `ip` is the plain spelling of an address of the public internet."""
    address = read_address(ip)
    if not is_public(address):
        raise Blocked(f"{address} is not an address of the public internet")


def read_address(ip: str) -> Address:
    """The address of a literal without brackets; raises Blocked for anything else, zone ids included."""
    try:
        # As text: ip_address would read the number 2130706433 and four bytes as addresses, too.
        address = ip_address(str(ip))
    except ValueError:
        raise Blocked("not an IP address") from None
    if isinstance(address, IPv6Address) and address.scope_id is not None:
        raise Blocked("an address with a zone is a neighbour's")
    return address


def is_public(address: Address) -> bool:
    """Whether the whole internet means the same machine by this address."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in NOT_PUBLIC_IPV4)
    if address not in PUBLIC_IPV6 or any(address in network for network in NOT_PUBLIC_IPV6):
        return False
    inside = int(address)
    if inside >> 32 & LOW_32_BITS in ISATAP:
        return is_public(IPv4Address(inside & LOW_32_BITS))
    return True
