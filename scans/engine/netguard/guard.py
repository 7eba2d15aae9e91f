"""The rules put together: which URL may be opened, and which addresses may be dialled for it."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network

from scans.engine import links
from scans.engine.links import InvalidLink, Link
from scans.engine.netguard.addresses import check_address, read_address
from scans.engine.netguard.blocked import Blocked, Unresolved
from scans.engine.netguard.lookup import Resolve, look_up
from scans.engine.netguard.names import check_name

# Where web pages of strangers live; every other port is somebody's mail, database or printer.
PORTS = (80, 443, 8080, 8443)
DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Guard:
    """What one client may reach."""

    resolve: Resolve = look_up
    extra_allow: tuple[IPv4Network | IPv6Network, ...] = ()
    """Networks allowed besides the public internet: for servers of tests, asked after the table."""
    ports: tuple[int, ...] = PORTS

    def read(self, url: str) -> Link:
        """The link of a web address on an allowed port; raises Blocked. Its host is not checked yet."""
        try:
            link = links.parse(str(url))
        except InvalidLink as error:
            raise Blocked(f"not a link: {error}") from None
        self.check_port(DEFAULT_PORTS[link.scheme] if link.port is None else link.port)
        return link

    def check_port(self, port: int) -> None:
        """Raise Blocked for a port where no web page is looked for."""
        if port not in self.ports:
            raise Blocked(f"port {port} is not a web server's")

    def check(self, ip: str) -> None:
        """Raise Blocked unless the address may be dialled."""
        try:
            check_address(ip)
        except Blocked:
            if not any(read_address(ip) in network for network in self.extra_allow):
                raise

    def addresses(self, host: str) -> list[str]:
        """The addresses to dial for a host, at least one, of which every one was checked; one lookup.

        Raises Blocked when any is refused: a name that means both sides is an attack, not a choice. Raises Unresolved
        when there is none.
        """
        answers = [host] if is_literal(host) else self._ask(host)
        for answer in answers:
            self.check(answer)
        return answers

    def _ask(self, host: str) -> list[str]:
        check_name(host)
        try:
            answers = [str(answer) for answer in self.resolve(host)]
        except (OSError, ValueError, LookupError, TypeError):  # the last: no list at all
            raise Unresolved(f"{host} has no address") from None
        if not answers:
            raise Unresolved(f"{host} has no address")
        return answers


def check_url(url: str, resolve: Resolve = look_up) -> str:
    """The address to dial for a http or https URL, after looking its host up once; raises Blocked."""
    guard = Guard(resolve=resolve)
    return guard.addresses(guard.read(url).host)[0]


def is_literal(host: str) -> bool:
    try:
        read_address(host)
    except Blocked:
        return False
    return True
