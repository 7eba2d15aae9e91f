"""A mail server on the loopback, of the few commands that a client needs; keeps what it was given."""

from __future__ import annotations

import base64
import email
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message


@dataclass
class MailServer:
    """`login`: user and password it insists on; `refuses`: it takes no message."""

    tls: ssl.SSLContext | None = None
    login: tuple[str, str] | None = None
    refuses: bool = False
    port: int = 0
    received: list[Message] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    was_encrypted: list[bool] = field(default_factory=list)

    @contextmanager
    def running(self) -> Iterator[MailServer]:
        mail = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                talk = _Talk(mail, self)
                try:
                    talk.run()
                finally:
                    talk.close()

        with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
            server.daemon_threads = True
            self.port = server.server_address[1]
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
            yield self
            server.shutdown()


class _Talk:
    """One connection."""

    def __init__(self, mail: MailServer, handler: socketserver.StreamRequestHandler) -> None:
        self.mail, self.handler, self.is_encrypted = mail, handler, False
        self.encrypted: ssl.SSLSocket | None = None
        self.reader, self.writer = handler.rfile, handler.wfile
        self.is_logged_in = mail.login is None

    def close(self) -> None:
        if self.encrypted is not None:
            self.encrypted.close()

    def run(self) -> None:
        self.say("220 mail.test")
        while line := self.reader.readline():
            verb = line.strip().decode().upper()
            if verb.startswith("QUIT"):
                self.say("221 bye")
                return
            self.answer(verb, line.strip().decode())

    def answer(self, verb: str, line: str) -> None:
        if verb.startswith("EHLO"):
            offers = [*(["STARTTLS"] if self.mail.tls and not self.is_encrypted else []), "AUTH PLAIN"]
            self.say("250-mail.test", *(f"250-{offer}" for offer in offers[:-1]), f"250 {offers[-1]}")
        elif verb.startswith("STARTTLS"):
            self.encrypt()
        elif verb.startswith("AUTH PLAIN"):
            _, user, password = base64.b64decode(line.split(" ")[2]).decode().split("\0")
            self.is_logged_in = (user, password) == self.mail.login
            self.say("235 welcome" if self.is_logged_in else "535 wrong password")
        elif verb.startswith("RCPT"):
            self.mail.recipients.append(line.partition("<")[2].partition(">")[0])
            self.say("250 ok")
        elif verb.startswith("DATA"):
            self.take()
        else:
            self.say("250 ok" if self.is_logged_in and not self.mail.refuses else "550 not from you")

    def encrypt(self) -> None:
        assert self.mail.tls is not None
        self.say("220 go on")
        connection = self.mail.tls.wrap_socket(self.handler.connection, server_side=True)
        self.encrypted = connection
        self.reader, self.writer, self.is_encrypted = connection.makefile("rb"), connection.makefile("wb"), True

    def take(self) -> None:
        self.say("354 go on")
        lines = iter(self.reader.readline, b".\r\n")
        self.mail.received.append(email.message_from_bytes(b"".join(lines)))
        self.mail.was_encrypted.append(self.is_encrypted)
        self.say("250 taken")

    def say(self, *lines: str) -> None:
        self.writer.write("".join(f"{line}\r\n" for line in lines).encode())
        self.writer.flush()
