"""One question to one name server over UDP (TCP where the answer is cut), and what may be made of its answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import dns.asyncquery
import dns.exception
import dns.message
import dns.rcode
import dns.rdatatype
import dns.resolver

from scans.engine.providers.provider import ProviderError, Trouble

# Seconds that each try of a question waits: a packet that was lost is sent again soon, 0.4 s are all there is.
ASK_SECONDS = (0.12, 0.28)
DNS_PORT = 53
# Addresses of one answer that are read.
MOST_ADDRESSES = 20


@dataclass(frozen=True, slots=True)
class Server:
    """Where a name server listens."""

    address: str
    port: int = DNS_PORT


@dataclass(frozen=True, slots=True)
class Said:
    """An answer: whether the name exists, and its IPv4 addresses."""

    exists: bool
    addresses: tuple[str, ...]


async def ask(name: str, server: Server, tries: Sequence[float] = ASK_SECONDS) -> Said:
    """The IPv4 addresses of a name according to a server; raises ProviderError for silence, refusal and nonsense.

    The message of the error never holds the name, in which a key may stand.
    """
    *earlier, last = tries
    for seconds in earlier:
        try:
            return await _asked(name, server, seconds)
        except ProviderError as error:
            if error.trouble is not Trouble.SILENT:
                raise
    return await _asked(name, server, last)


async def _asked(name: str, server: Server, seconds: float) -> Said:
    try:
        question = dns.message.make_query(f"{name}.", dns.rdatatype.A)
        answer, _ = await dns.asyncquery.udp_with_fallback(
            question, server.address, timeout=seconds, port=server.port, ignore_unexpected=True, ignore_errors=True
        )
    except (dns.exception.Timeout, TimeoutError):
        raise ProviderError("no answer in time", Trouble.SILENT) from None
    except (dns.exception.DNSException, OSError, EOFError, ValueError) as error:
        raise ProviderError(f"no answer ({type(error).__name__})") from None
    return read(answer)


def read(answer: dns.message.Message) -> Said:
    """What an answer says; raises ProviderError when the server could not tell."""
    code = answer.rcode()
    if code not in {dns.rcode.NOERROR, dns.rcode.NXDOMAIN}:
        raise ProviderError(f"it could not tell ({dns.rcode.to_text(code)})")
    found = [item.address for rows in answer.answer if rows.rdtype == dns.rdatatype.A for item in rows]
    return Said(code == dns.rcode.NOERROR, tuple(found[:MOST_ADDRESSES]))


def of_this_machine() -> Sequence[Server]:
    """The name servers that this machine is set to use; raises ProviderError when there are none."""
    try:
        settings = dns.resolver.Resolver()
    except dns.exception.DNSException as error:
        raise ProviderError(f"this machine names no name server ({type(error).__name__})") from None
    servers = [Server(str(address), settings.port) for address in settings.nameservers if isinstance(address, str)]
    if not servers:
        raise ProviderError("this machine names no name server")
    return servers
