"""End-to-end: the real neonize, the real worker, a real SQLite file, against the loopback WhatsApp server."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pytest_django.plugin import DjangoDbBlocker

from groups.models import Group
from groups.policy import State
from tests.e2e.installation import Installation, wait_for
from tests.sites import Sites
from tests.whatsapp_server.group import Group as WhatsAppGroup
from tests.whatsapp_server.outgoing import Sent, SentKind
from tests.whatsapp_server.server import WhatsAppServer
from waclient.models import Action, ActionKind, ActionState, Connection, Phase, Sighting, Wish

# Judged by the real heuristics, and opened: every name leads to the servers of `sites`.
DANGEROUS = "https://xn--pypal-4ve.com/login"
CLEAN = "https://www.example.org/programme"
LOG_SHOWN = 4_000  # characters


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents and item.get_closest_marker("bench") is None:
            item.add_marker(pytest.mark.e2e)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What the processes of a failed test's installation wrote, at the end, stands below its failure."""
    report = yield
    if report.failed:
        arguments = getattr(item, "funcargs", {}).values()
        scenes = [value.installation for value in arguments if isinstance(value, Scene)]
        for installation in {*scenes, *(value for value in arguments if isinstance(value, Installation))}:
            report.sections.extend(
                (log.name, log.read_text(errors="replace")[-LOG_SHOWN:]) for log in installation.folder.glob("*.log")
            )
    return report


@dataclass(frozen=True, slots=True)
class Pairing:
    """What one pairing left behind: the session on both sides, and a migrated database with its keys."""

    folder: Path
    jid: str
    lid: str


@pytest.fixture(scope="session")
def live_rows(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The tests look into files that are not the test database."""
    with django_db_blocker.unblock():
        yield


@pytest.fixture(scope="session")
def whatsapp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WhatsAppServer]:
    server = WhatsAppServer.start(tmp_path_factory.mktemp("whatsapp"))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def sites() -> Iterator[Sites]:
    """The rest of the internet: a plain page at every address."""
    with Sites.start() as sites:
        sites.everywhere()
        yield sites


@pytest.fixture(scope="session")
def template(
    whatsapp: WhatsAppServer, sites: Sites, live_rows: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """A migrated database with its keys, made once."""
    installation = Installation(tmp_path_factory.mktemp("template"), whatsapp, sites)
    installation.manage("migrate", "--verbosity", "0")
    installation.manage("shell", "-c", "")  # makes the keys
    yield installation.data
    installation.close()


@pytest.fixture(scope="session")
def pairing(
    whatsapp: WhatsAppServer, sites: Sites, template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Pairing:
    """The real runwaclient paired by QR code, once for the whole run; every test that needs a phone reuses it."""
    folder = tmp_path_factory.mktemp("pairing")
    installation = Installation(folder, whatsapp, sites, template)
    try:
        socket = installation.start_socket()
        pair_by_qr(installation)
        row = wait_for(lambda: (row := installation.connection).lid and row, "our own addresses")
        assert socket.stop() == 0
        whatsapp.save_pairing(installation.session, folder)
    finally:
        installation.close()
    return Pairing(folder, row.jid, row.lid)


def pair_by_qr(installation: Installation) -> None:
    installation.wait_phase(Phase.NEVER_PAIRED)
    wait_for(lambda: installation.connection.beat_at, "a heartbeat")
    installation.wish(wish=Wish.QR)
    row = wait_for(lambda: (row := installation.connection).qr_text and row, "a QR code")
    installation.server.scan(row.qr_text)
    installation.wait_phase(Phase.CONNECTED)


@pytest.fixture
def fresh(whatsapp: WhatsAppServer, sites: Sites, template: Path, tmp_path: Path) -> Iterator[Installation]:
    """An installation that never had a phone; nothing runs yet."""
    whatsapp.reset()
    installation = Installation(tmp_path / "fresh", whatsapp, sites, template)
    yield installation
    installation.close()
    whatsapp.reset()


@pytest.fixture
def paired(
    whatsapp: WhatsAppServer, sites: Sites, pairing: Pairing, template: Path, tmp_path: Path
) -> Iterator[Installation]:
    """An installation of its own with a linked phone; nothing runs yet. For tests that kill, drop and ban."""
    whatsapp.reset()
    whatsapp.accept_logins()
    installation = Installation(tmp_path / "paired", whatsapp, sites, template)
    _link(installation, pairing)
    yield installation
    installation.close()
    whatsapp.reset()
    whatsapp.accept_logins()


def _link(installation: Installation, pairing: Pairing) -> None:
    installation.server.load_pairing(pairing.folder, installation.session)
    installation.wish(phase=Phase.STOPPED, jid=pairing.jid, lid=pairing.lid)


class Scene:
    """A running installation as tests talk about it: groups with a state, and what the bot said there."""

    def __init__(self, installation: Installation) -> None:
        self.installation, self.server = installation, installation.server

    def group(self, name: str, state: State, *, bot_is_admin: bool = False, addressing: str = "lid") -> WhatsAppGroup:
        """A new WhatsApp group, chosen in the desk; its arrival notice is out when this returns."""
        group = self.server.group(name, ["Bob", "Eve"], bot_is_admin=bot_is_admin, addressing=addressing)
        self.choose(group, state)
        return group

    def choose(self, group: WhatsAppGroup, state: State, **policy: object) -> None:
        rows = self.installation.rows(Group).filter(jid=str(group.jid))
        wait_for(lambda: rows.exclude(seen_at=None).exists(), f"the row of {group.subject}")
        rows.update(state=state, **policy)
        if state in {State.WATCH, State.LIVE}:
            notices = self.installation.rows(Action).filter(kind=ActionKind.NOTICE, group__jid=str(group.jid))
            wait_for(lambda: notices.filter(state=ActionState.SENT).exists(), "the arrival notice")

    def sightings(self, group: WhatsAppGroup) -> list[Sighting]:
        return list(self.installation.rows(Sighting).filter(group__jid=str(group.jid)).order_by("pk"))

    def wait_planned(self, group: WhatsAppGroup, count: int = 1) -> list[Sighting]:
        """Wait until that many links of a group are recorded and decided on, and return them."""
        planned = self.installation.rows(Sighting).filter(group__jid=str(group.jid), planned_at__isnull=False)
        wait_for(lambda: planned.count() >= count, f"{count} decided links in {group.subject}")
        return list(planned.order_by("pk"))

    def wait_heard(self, group: WhatsAppGroup) -> None:
        """Wait until all that was said in a group so far has been read: one more link, the last, is decided on."""
        last = group.member(group.people[0].name).says(f"{CLEAN}?last={group.jid.user}")
        rows = self.installation.rows(Sighting).filter(message_id=last.id, planned_at__isnull=False)
        wait_for(rows.exists, f"the last message in {group.subject}")

    def wait_actions_done(self) -> None:
        open_states = [ActionState.PENDING, ActionState.SENDING]
        wait_for(lambda: not self.installation.rows(Action).filter(state__in=open_states).exists(), "an empty outbox")

    def said(self, group: WhatsAppGroup) -> list[Sent]:
        """What the bot did in a group, its arrival notice aside."""
        return [sent for sent in self.server.sent_to(group) if sent.kind is not SentKind.TEXT]

    def wait_said(self, group: WhatsAppGroup, count: int = 1) -> list[Sent]:
        wait_for(lambda: len(self.said(group)) >= count, f"{count} answers in {group.subject}")
        return self.said(group)


@pytest.fixture(scope="module")
def scene(
    whatsapp: WhatsAppServer,
    sites: Sites,
    pairing: Pairing,
    template: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Scene]:
    """One running installation for the tests of a module: linked phone, worker and socket up."""
    whatsapp.reset()
    installation = Installation(tmp_path_factory.mktemp("scene") / "installation", whatsapp, sites, template)
    _link(installation, pairing)
    installation.start_worker()
    installation.start_socket()
    installation.wait_phase(Phase.CONNECTED)
    yield Scene(installation)
    installation.close()
    whatsapp.reset()
    said = installation.log_of("socket") + installation.log_of("worker")
    assert "Traceback" not in said
    assert "database is locked" not in said
    assert (whatsapp.exchange.errors, whatsapp.exchange.unreadable) == ([], [])


@pytest.fixture
def running(paired: Installation) -> Callable[..., Scene]:
    """Starts worker and socket of the test's own installation, with settings of its own."""

    def start(**settings: str) -> Scene:
        paired.start_worker(**settings)
        paired.start_socket(**settings)
        paired.wait_phase(Phase.CONNECTED)
        return Scene(paired)

    return start


__all__ = ["CLEAN", "DANGEROUS", "Connection"]
