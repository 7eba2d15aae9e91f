"""supervisord for `make run`, with shorter turns: a stop then takes one or two seconds instead of up to five.

supervisord looks once a second whether a child has ended, and each step of a stop needs a turn of its own. The length
of a turn is no option of it, so the class that waits is replaced by one that waits less.
"""

from __future__ import annotations

from supervisor import poller, supervisord  # type: ignore[import-untyped]

TURN_SECONDS = 0.2


class ImpatientPoller(poller.Poller):  # type: ignore[misc]  # supervisor has no types
    def poll(self, timeout: float) -> tuple[list[int], list[int]]:
        """File descriptors that can be read and written, after TURN_SECONDS at the latest."""
        readable, writable = super().poll(min(timeout, TURN_SECONDS))
        return readable, writable


if __name__ == "__main__":
    poller.Poller = ImpatientPoller
    supervisord.main()
