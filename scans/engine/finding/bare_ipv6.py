"""IPv6 addresses that stand in a URL without their brackets: http://2001:db8::1/path, which no browser takes."""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv6Address

_LOOKS_SO = re.compile(
    r"(?=[0-9A-Fa-f:.]{0,44}[0-9])[0-9A-Fa-f]{0,4}:[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:.]{0,36}(?<!\.)(?![\w:@-])"
)


def end_of_bare_ipv6(text: str, begin: int, end: int) -> int | None:
    """Where the address at text[begin:end] ends; None when none begins there."""
    found = _LOOKS_SO.match(text, begin, end)
    if found is None:
        return None
    try:
        IPv6Address(found.group())
    except AddressValueError:
        return None
    return found.end()


def bracketed(place: str) -> str:
    """An authority and what follows it, with the brackets that a URL needs around such an address."""
    end = end_of_bare_ipv6(place, 0, len(place))
    return place if end is None else f"[{place[:end]}]{place[end:]}"
