"""A small name server on the loopback, for tests: it answers from a table, or as a test says."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

from scans.engine.providers.dns_asking import Server

Answering = Callable[[dns.message.Message], bytes | None]
LONGEST = 4096


def by_table(table: Mapping[str, str], *, otherwise: dns.rcode.Rcode = dns.rcode.NXDOMAIN) -> Answering:
    """Answers with the address of a name; a name that is not in the table gets the code `otherwise`."""

    def answering(question: dns.message.Message) -> bytes:
        name = question.question[0].name.to_text(omit_final_dot=True)
        answer = dns.message.make_response(question, recursion_available=True)
        if name in table:
            answer.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", "A", table[name]))
        else:
            answer.set_rcode(otherwise)
        return answer.to_wire()

    return answering


@contextmanager
def name_server(answering: Answering) -> Iterator[Server]:
    """A name server while the context lasts; None as answer is silence."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.settimeout(0.05)
        ended = threading.Event()

        def serve() -> None:
            while not ended.is_set():
                try:
                    packet, sender = listening.recvfrom(LONGEST)
                except TimeoutError:
                    continue
                answer = answering(dns.message.from_wire(packet))
                if answer is not None:
                    listening.sendto(answer, sender)

        thread = threading.Thread(target=serve, name="name-server", daemon=True)
        thread.start()
        try:
            yield Server("127.0.0.1", listening.getsockname()[1])
        finally:
            ended.set()
            thread.join(timeout=5)
