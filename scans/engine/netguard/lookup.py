"""Asking the system for the addresses of a name, without waiting for those who never answer."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from threading import Thread

from scans.engine.netguard.patience import OF_THE_SYSTEM

# Host name -> its addresses in the order to try them; OSError, ValueError or LookupError when it has none.
Resolve = Callable[[str], Iterable[str]]


def look_up(host: str) -> list[str]:
    """The addresses of a name, as every program of this machine would be told; raises OSError."""
    # The final dot says that the name is complete, so that no search domain of the local network is put behind it.
    found = socket.getaddrinfo(f"{host}.", None, type=socket.SOCK_STREAM)
    OF_THE_SYSTEM.found()
    return list(dict.fromkeys(str(answer[4][0]) for answer in found))


async def in_thread(ask: Callable[[str], list[str]], host: str) -> list[str]:
    """`ask(host)` in a thread of its own, which nobody waits for once the caller has gone.

    Not in the event loop's executor: asyncio.run and the interpreter's exit wait for that one, and a name server that
    keeps silent holds getaddrinfo for half a minute.
    """
    promise: Future[list[str]] = Future()
    promise.set_running_or_notify_cancel()
    Thread(target=_keep, args=(promise, ask, host), name="lookup", daemon=True).start()
    return await asyncio.wrap_future(promise)


def _keep(promise: Future[list[str]], ask: Callable[[str], list[str]], host: str) -> None:
    try:
        promise.set_result(ask(host))
    except Exception as error:  # noqa: BLE001 - handed over to the one who waits, not swallowed
        promise.set_exception(error)
