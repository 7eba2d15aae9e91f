"""Where a visitor comes from, when a reverse proxy stands in front: only a proxy that is known is believed."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

ANYBODY = "*"


def client_address(request: HttpRequest) -> str | None:
    """The address that failed log-ins are counted by.

    That of the connection; behind a known proxy the last one in X-Forwarded-For, which the proxy itself has written: a
    visitor may have sent what stands before it. Without https there is no proxy, and the header is not read.
    """
    peer = str(request.META.get("REMOTE_ADDR", ""))
    if settings.IS_HTTPS and _is_proxy(peer):
        named = request.headers.get("X-Forwarded-For", "").rpartition(",")[2]
        return _read(named) or peer or None
    return peer or None


def _is_proxy(peer: str) -> bool:
    known, read = settings.FORWARDED_ALLOW_IPS, _read(peer)
    return ANYBODY in known or (read is not None and any(ip_address(read) in ip_network(one) for one in known))


def _read(text: str) -> str | None:
    """The address as Python writes it; None when it is none."""
    try:
        return str(ip_address(text.strip()))
    except ValueError:
        return None
