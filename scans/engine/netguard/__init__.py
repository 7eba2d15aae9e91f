"""The one way out to addresses that strangers chose: nothing behind it reaches any network but the public internet.

    Blocked                     refused by a rule; the message names host or address and the rule, never path or user
    Unresolved                  a Blocked: the name has no address at all (the client says httpx.ConnectError instead)
    BadCertificate              a httpx.ConnectError: the server's certificate is not valid for the host
    check_address(ip)           raises Blocked unless the address belongs to the public internet
    check_url(url, resolve)     the address to dial for a URL; raises Blocked
    client(resolve=…)           an httpx.AsyncClient that obeys all of it on every request

What a request may raise: Blocked, and httpx.HTTPError for everything that went wrong on the way. No setting and no
environment variable changes a rule; `extra_allow` and `extra_roots` are arguments that only tests pass.
"""

from __future__ import annotations

from scans.engine.netguard.addresses import check_address
from scans.engine.netguard.blocked import Blocked, Unresolved
from scans.engine.netguard.guard import PORTS, check_url
from scans.engine.netguard.guarded import client
from scans.engine.netguard.transport import BadCertificate

__all__ = ["PORTS", "BadCertificate", "Blocked", "Unresolved", "check_address", "check_url", "client"]
