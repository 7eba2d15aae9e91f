"""The way to the servers of a test, as plain data that may go to another process."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

import httpcore
import httpx

from scans.engine import netguard
from scans.engine.netguard.dialing import SocketOption

HERE = "127.0.0.1"


class MovedPorts(httpcore.AnyIOBackend):
    """Dials the servers' own ports of 127.0.0.1 instead of 80 and 443, which belong to root; changes nothing else."""

    def __init__(self, ports: dict[int, int]) -> None:
        self._ports = ports

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to the moved port."""
        moved = self._ports.get(port, port) if host == HERE else port
        return await super().connect_tcp(host, moved, timeout, local_address, socket_options)


@dataclass(slots=True)
class Directions:
    """Where servers listen, whom to trust, which names do not exist or are elsewhere, and if there is a network."""

    ports: dict[int, int] = field(default_factory=dict)
    roots: str = ""
    nowhere: list[str] = field(default_factory=list)
    elsewhere: dict[str, list[str]] = field(default_factory=dict)
    lookups: list[str] = field(default_factory=list)
    is_offline: bool = False

    def resolve(self, host: str) -> list[str]:
        """The addresses of a name; raises socket.gaierror for a name that does not exist."""
        self.lookups.append(host)
        if self.is_offline:
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        if host in self.nowhere:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return self.elsewhere.get(host, [HERE])

    def client(self) -> httpx.AsyncClient:
        """The product's guarded client, which looks names up here and trusts the test's authority."""
        made = netguard.client(resolve=self.resolve, extra_allow=(f"{HERE}/32",), extra_roots=self.roots)
        # The one place where the network itself is bent: below every check of the guard, as a firewall's rule would.
        made._transport._pool._network_backend._network = MovedPorts(self.ports)  # type: ignore[attr-defined]
        return made

    def to_json(self) -> str:
        """Everything, for from_json of another process."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Directions:
        """Read what to_json wrote."""
        data = json.loads(text)
        data["ports"] = {int(port): moved for port, moved in data["ports"].items()}
        return cls(**data)
