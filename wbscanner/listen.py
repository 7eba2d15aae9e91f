"""Where the web server listens. No Django: gunicorn's configuration and a quick check before the start read it."""

from __future__ import annotations

import errno
import socket
import sys
from dataclasses import dataclass

from wbscanner import env

DEFAULT_BIND = "127.0.0.1:8000"
ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 (what an operator may have typed, never a default)


class BadBind(ValueError):
    """BIND is not HOST:PORT."""


@dataclass(frozen=True, slots=True)
class Address:
    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def local(self) -> Address:
        """How a program on this machine reaches it."""
        return Address(ANY_ADDRESS.get(self.host, self.host), self.port)


def parse(bind: str) -> Address:
    """HOST:PORT or [HOST]:PORT; raises BadBind."""
    host, _, port = bind.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65535:
        raise BadBind(f"BIND must look like {DEFAULT_BIND}, not {bind!r}")
    return Address(host.removeprefix("[").removesuffix("]"), int(port))


def address() -> Address:
    return parse(env.text("BIND", DEFAULT_BIND))


def explain_obstacle(wanted: Address) -> str | None:
    """Why the web server could not listen there, as a sentence for the person at the terminal; None when it could."""
    family = socket.AF_INET6 if ":" in wanted.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((wanted.host, wanted.port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return f"{wanted} is already in use. Another port: make run PORT={wanted.port + 1}"
            return f"Cannot listen on {wanted}: {error.strerror}. Set BIND in .env."
    return None


if __name__ == "__main__":
    sys.exit(explain_obstacle(address()))
