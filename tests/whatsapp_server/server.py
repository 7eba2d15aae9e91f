"""WhatsAppServer: the synchronous face of the loopback server, for tests. See README.md for a tour."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Self

from tests.whatsapp_server.account import Account
from tests.whatsapp_server.exchange import Exchange
from tests.whatsapp_server.group import Addressing, Group, Rank
from tests.whatsapp_server.listener import Listener
from tests.whatsapp_server.loop_thread import LoopThread
from tests.whatsapp_server.media_host import HOSTS as MEDIA_HOSTS
from tests.whatsapp_server.media_host import MediaHost
from tests.whatsapp_server.member import Member, MessageRef
from tests.whatsapp_server.outgoing import Sent
from tests.whatsapp_server.pairing import WrongCode, read_qr
from tests.whatsapp_server.pairing_stage import PairingStage
from tests.whatsapp_server.person import Person
from tests.whatsapp_server.proxy import Proxy
from tests.whatsapp_server.tls import HOST, make_certificates
from tests.whatsapp_server.tokens import read_tokens
from tests.whatsapp_server.troubles import Troubles

PROJECT_ROOT = Path(__file__).resolve().parents[2]
ACCOUNT_FILE, SESSION_FILE = "account.json", "session.sqlite3"
PRIVATE_FILE = 0o600
DEFAULT_WAIT_SECONDS = 60.0


class WhatsAppServer(Troubles):
    """A server in a background thread; start() it once per test run, load_pairing() and reset() between tests."""

    def __init__(self, directory: Path) -> None:
        """Listen on three ports of 127.0.0.1; certificates go into the directory."""
        certificates = make_certificates(directory, MEDIA_HOSTS)
        self.ca_file = certificates.authority_file
        self.exchange = Exchange()
        self.loop = LoopThread()
        self._listener = Listener(self.exchange, read_tokens())
        self._media_host = MediaHost(self.exchange)
        media_port = self.loop.call(self._media_host.start(certificates.server_context()))
        ports = dict.fromkeys(MEDIA_HOSTS, media_port)
        ports[HOST] = self.loop.call(self._listener.start(certificates.server_context()))
        self.proxy = Proxy(ports)
        self.proxy_url = f"http://127.0.0.1:{self.loop.call(self.proxy.start())}"
        self.noise_key_hex = self._listener.root.public.hex()

    @classmethod
    def start(cls, directory: Path) -> Self:
        """Start a server whose files lie in an existing directory."""
        return cls(directory)

    def stop(self) -> None:
        """End every connection, both ports and the thread."""
        self.loop.call(self._set_gate(True))
        self.loop.call(self._listener.stop())
        self.loop.call(self._media_host.stop())
        self.loop.call(self.proxy.stop())
        self.loop.stop()

    def reset(self) -> None:
        """Between tests: drop the client, forget groups, traffic and faults; people and the pairing stay."""
        self.loop.call(self._reset())

    # How a program under test is started

    def env(self) -> dict[str, str]:
        """Return this process's environment with what makes the Go library come here."""
        search = os.pathsep.join(part for part in (str(PROJECT_ROOT), os.environ.get("PYTHONPATH", "")) if part)
        own = {"HTTPS_PROXY": self.proxy_url, "SSL_CERT_FILE": str(self.ca_file), "NO_PROXY": "", "no_proxy": ""}
        return {**os.environ, **own, "PYTHONPATH": search}

    def command(self, *program: str) -> list[str]:
        """Return the command line for a Python file and its arguments, e.g. command("manage.py", "runwaclient")."""
        wrapper = [sys.executable, "-u", "-m", "tests.whatsapp_server.child", "--key", self.noise_key_hex, "--"]
        return [*wrapper, str(PROJECT_ROOT / program[0]), *program[1:]]

    # Pairing

    @property
    def bot(self) -> Account:
        """The account the client is linked to; `.pn` and `.lid` are its fixed identities."""
        return self.exchange.account

    @property
    def pair_requests(self) -> list[PairingStage]:
        """The clients that wait to be linked; `.phone` is set when one asked for a phone code."""
        return list(self.exchange.pairings)

    def wait_for_pair_request(self, *, by_phone: bool = False, timeout: float = DEFAULT_WAIT_SECONDS) -> PairingStage:
        """Wait for a client that wants to be linked (by phone code); raises TimeoutError."""
        waiting: list[PairingStage] = []

        def found() -> bool:
            waiting[:] = [stage for stage in self.exchange.pairings if stage.phone or not by_phone]
            return bool(waiting)

        self.exchange.wait_for(found, timeout, lambda: "no client asks to be linked")
        return waiting[-1]

    def scan(self, qr_text: str) -> None:
        """Do what a moderator's phone does with the QR code; raises WrongCode for a stale or foreign one."""
        code = read_qr(qr_text)
        stage = next((stage for stage in self.exchange.pairings if code.ref in stage.refs), None)
        if stage is None:
            raise WrongCode("no waiting client shows this QR code")
        self.loop.call(stage.scan(code))

    def enter_code(self, phone_code: str) -> None:
        """Type the eight letters the client shows into the phone; raises WrongCode."""
        stage = next((stage for stage in self.exchange.pairings if stage.phone), None)
        if stage is None:
            raise WrongCode("no waiting client asked for a phone code")
        self.loop.call(stage.enter_code(phone_code))

    def save_pairing(self, session_file: Path, directory: Path) -> None:
        """Keep the client's session file and the server's side of it, for load_pairing()."""
        self.exchange.account.save(directory / ACCOUNT_FILE)
        _copy_database(session_file, directory / SESSION_FILE)

    def load_pairing(self, directory: Path, session_file: Path) -> None:
        """Put the saved session where the client looks for it and make the server know it again."""
        self.exchange.account = Account.load(directory / ACCOUNT_FILE)
        session_file.unlink(missing_ok=True)
        _copy_database(directory / SESSION_FILE, session_file)

    # Groups

    def group(
        self,
        subject: str,
        members: Sequence[str] = ("Bob",),
        *,
        bot_is_admin: bool = False,
        addressing: Addressing | str = Addressing.LID,
        shares_numbers: bool = True,
    ) -> Group:
        """Make a group with the client's account in it; a client that is logged in is told that it was added.

        The first member owns it. Names are people of the whole server: "Bob" is the same in every group.
        """
        group = Group(self, subject, Addressing(addressing), shares_numbers=shares_numbers)
        for name in members:
            group.ranks[self.exchange.person(name).lid] = Rank.MEMBER if group.ranks else Rank.OWNER
        group.ranks[self.exchange.account.lid] = Rank.ADMIN if bot_is_admin else Rank.MEMBER
        self.exchange.groups[group.jid] = group
        if self.is_logged_in:
            group.announces_itself()
        return group

    def phone(self, group: Group) -> Member:
        """Return the client's own phone, to write in a group on it; the client sees its account's own message."""
        phone = Person(0, "phone", self.bot.phone_key)
        phone.lid, phone.pn = self.bot.lid, self.bot.pn
        return Member(group, phone)

    # What is seen

    @property
    def is_logged_in(self) -> bool:
        """Whether the client has a socket that is logged in and active."""
        return self.exchange.logged_in is not None

    @property
    def refused_hosts(self) -> list[str]:
        """Every other host the client tried to reach through the proxy."""
        return list(self.proxy.refused_hosts)

    def wait_logged_in(self, timeout: float = DEFAULT_WAIT_SECONDS) -> None:
        """Wait until the client is logged in; raises TimeoutError."""
        self.exchange.wait_for(lambda: self.is_logged_in, timeout, lambda: f"not logged in; {self._complaints()}")

    def wait_logged_out(self, timeout: float = DEFAULT_WAIT_SECONDS) -> None:
        """Wait until the client has no socket that is logged in, as after its end; raises TimeoutError."""
        self.exchange.wait_for(lambda: not self.is_logged_in, timeout, lambda: "still logged in")

    def wait_for_logins(self, count: int, timeout: float = DEFAULT_WAIT_SECONDS) -> None:
        """Wait until `logins` has reached a number; raises TimeoutError."""
        self.exchange.wait_for(
            lambda: self.logins >= count, timeout, lambda: f"{self.logins} logins; {self._complaints()}"
        )

    @property
    def logins(self) -> int:
        """How often a client has logged in since the server was started."""
        return self.exchange.logins

    def sent_to(self, chat: Group | Member) -> list[Sent]:
        """Return what the client sent to a group, or to a member privately, decrypted and in order."""
        addresses = {chat.jid} if isinstance(chat, Group) else {chat.lid, chat.pn}
        return [sent for sent in self.exchange.sent if sent.chat in addresses]

    def wait_for_sent(self, chat: Group | Member, count: int = 1, timeout: float = DEFAULT_WAIT_SECONDS) -> list[Sent]:
        """Wait for at least `count` messages of the client; raises TimeoutError with what there is instead."""
        self.exchange.wait_for(
            lambda: len(self.sent_to(chat)) >= count,
            timeout,
            lambda: f"wanted {count} messages, got {self.sent_to(chat)}; {self._complaints()}",
        )
        return self.sent_to(chat)

    def wait_acknowledged(self, messages: Iterable[MessageRef], timeout: float = DEFAULT_WAIT_SECONDS) -> None:
        """Wait until the client's library has acknowledged every one of these messages; raises TimeoutError."""
        wanted = {message.id for message in messages}

        def missing() -> set[str]:
            return wanted - self.exchange.acknowledged.keys()

        self.exchange.wait_for(lambda: not missing(), timeout, lambda: f"{len(missing())} are not acknowledged")

    def _complaints(self) -> str:
        exchange = self.exchange
        return f"unreadable {exchange.unreadable}, errors {exchange.errors}, retries {dict(exchange.retry_requests)}"

    async def _reset(self) -> None:
        self.proxy.refusing = False
        self.proxy.refused_hosts.clear()
        await self._set_gate(True)
        self.exchange.reset()
        await self._drop()


def _copy_database(source: Path, target: Path) -> None:
    """Copy an SQLite file consistently, readable for its owner only."""
    target.touch(PRIVATE_FILE)
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
