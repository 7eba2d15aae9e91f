"""supervisord for `make run`, with shorter turns: a stop then takes one or two seconds instead of up to five.

supervisord looks once a second whether a child has ended, and each step of a stop needs a turn of its own.
"""

from __future__ import annotations

import sys
from typing import Protocol

from supervisor.options import ServerOptions  # type: ignore[import-untyped]
from supervisor.supervisord import Supervisor  # type: ignore[import-untyped]

TURN_SECONDS = 0.2


class Poller(Protocol):
    def poll(self, timeout: float) -> tuple[list[int], list[int]]: ...


class ImpatientPoller:
    """supervisord's own poller, which waits no longer than TURN_SECONDS; everything else is passed on."""

    def __init__(self, poller: Poller) -> None:
        self._poller = poller

    def poll(self, timeout: float) -> tuple[list[int], list[int]]:
        return self._poller.poll(min(timeout, TURN_SECONDS))

    def __getattr__(self, name: str) -> object:
        return getattr(self._poller, name)


def main(arguments: list[str]) -> None:
    options = ServerOptions()
    options.realize(arguments, doc=__doc__)
    options.poller = ImpatientPoller(options.poller)
    Supervisor(options).main()


if __name__ == "__main__":
    main(sys.argv[1:])
