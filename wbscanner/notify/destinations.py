"""The way out to what the operator typed: public addresses only, but for the hosts named in DELIVERY_ALLOW_HOSTS.

A client of its own, apart from the guard for strangers' addresses, which no setting opens.
"""

from __future__ import annotations

import socket
from typing import Any

import httpx
from django.conf import settings

from scans.engine.netguard import Blocked, check_address

TIMEOUT_SECONDS = 10.0
USER_AGENT = "wbscanner"


class NotDelivered(Exception):
    """It did not arrive; the message says why, in few words without secrets."""


def is_allowed(host: str) -> bool:
    return host.lower() in settings.DELIVERY_ALLOW_HOSTS


def addresses_of(host: str) -> list[str]:
    """The addresses to dial, each checked, in the system's order; raises NotDelivered."""
    try:
        answers = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NotDelivered(f"{host} has no address") from None
    addresses = list(dict.fromkeys(str(answer[4][0]) for answer in answers))
    if not is_allowed(host):
        for address in addresses:
            _check(host, address)
    return addresses


def _check(host: str, answer: str) -> None:
    try:
        check_address(answer)
    except Blocked as error:
        raise NotDelivered(f"{host}: {error}. To allow it name the host in DELIVERY_ALLOW_HOSTS") from None


def post(url: str, **options: Any) -> None:
    """POST to the address that was checked; anything but success raises NotDelivered."""
    target = httpx.URL(url)
    if target.scheme != "https" and not is_allowed(target.host):
        raise NotDelivered("only https, but for hosts named in DELIVERY_ALLOW_HOSTS")
    dialled = [target.copy_with(host=address) for address in addresses_of(target.host)]
    headers = {"Host": target.netloc.decode("ascii"), "User-Agent": USER_AGENT, **options.pop("headers", {})}
    options |= {"headers": headers, "extensions": {"sni_hostname": target.host}}
    with httpx.Client(trust_env=False, timeout=TIMEOUT_SECONDS) as client:
        requests = [client.build_request("POST", one, **options) for one in dialled]
        status = _first_answer(client, requests, target.host)
    if not 200 <= status < 300:
        raise NotDelivered(f"{target.host} answered {status}")


def _first_answer(client: httpx.Client, requests: list[httpx.Request], host: str) -> int:
    """The status that the first address gives which can be connected to."""
    failure = "no address"
    for request in requests:
        try:
            return client.send(request).status_code
        except httpx.ConnectError as error:
            failure = type(error).__name__
        except httpx.HTTPError as error:
            raise NotDelivered(f"{host}: {type(error).__name__}") from error
    raise NotDelivered(f"{host}: {failure}")
