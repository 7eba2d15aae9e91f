"""The loopback WhatsApp server proves itself against the real neonize library, in a child process of its own."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.whatsapp_server.binary_xml import Jid, Node, decode, encode
from tests.whatsapp_server.child import EXIT_KEY_NOT_FOUND
from tests.whatsapp_server.crypto import IdentityKey
from tests.whatsapp_server.go_memory import Region, UnsupportedLayout, find_exactly_once
from tests.whatsapp_server.group import Addressing
from tests.whatsapp_server.member import Member, MessageRef
from tests.whatsapp_server.outgoing import SentKind
from tests.whatsapp_server.pairing import WrongCode
from tests.whatsapp_server.probe_process import ProbeProcess, make_pairing
from tests.whatsapp_server.protobufs import e2e
from tests.whatsapp_server.sender_keys import SenderKeys
from tests.whatsapp_server.server import PROJECT_ROOT, SESSION_FILE, WhatsAppServer
from tests.whatsapp_server.signal_sessions import Bundle, SignalSessions, Undecryptable
from tests.whatsapp_server.tokens import read_tokens
from tests.whatsapp_server.wire_fields import pack

pytestmark = pytest.mark.e2e

BURST = 300
# neonize numbers WhatsApp's ban codes 101, 102, 103, 104 and 106 from 1 to 5.
TEMPORARY_BAN_OF_103 = 3


@pytest.fixture(scope="module")
def running_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WhatsAppServer]:
    """One server for the whole module."""
    server = WhatsAppServer.start(tmp_path_factory.mktemp("server"))
    yield server
    server.stop()


@pytest.fixture(scope="module")
def pairing(running_server: WhatsAppServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One pairing for the whole module."""
    directory = tmp_path_factory.mktemp("pairing")
    make_pairing(running_server, directory)
    return directory


@pytest.fixture
def server(running_server: WhatsAppServer) -> Iterator[WhatsAppServer]:
    """The server as new; whatever it could not understand fails the test."""
    running_server.reset()
    yield running_server
    assert running_server.exchange.errors == []
    assert running_server.exchange.unreadable == []
    assert running_server.refused_hosts == []


@pytest.fixture
def probe(server: WhatsAppServer, pairing: Path, tmp_path: Path) -> Iterator[ProbeProcess]:
    """A real client, logged in with the reused pairing."""
    server.load_pairing(pairing, tmp_path / SESSION_FILE)
    server.wait_logged_out()
    with ProbeProcess(server, tmp_path / SESSION_FILE) as process:
        process.wait_for("connected")
        yield process


# Pairing and login


def test_a_client_is_linked_by_scanning_its_qr_code(server: WhatsAppServer, tmp_path: Path) -> None:
    with ProbeProcess(server, tmp_path / SESSION_FILE) as process:
        server.scan(process.wait_for("qr")["text"])
        process.wait_for("connected")

    assert server.bot.linked


def test_a_client_is_linked_by_the_code_it_shows(server: WhatsAppServer, tmp_path: Path) -> None:
    with ProbeProcess(server, tmp_path / SESSION_FILE) as process:
        process.wait_for("qr")
        code = process.ask("code", phone=f"+{server.bot.pn.user}")
        requested = server.wait_for_pair_request(by_phone=True)
        server.enter_code(code)
        process.wait_for("connected")

    assert requested.phone == server.bot.pn.user


def test_a_wrong_phone_code_links_nothing(server: WhatsAppServer, tmp_path: Path) -> None:
    with ProbeProcess(server, tmp_path / SESSION_FILE) as process:
        process.wait_for("qr")
        code = process.ask("code", phone=f"+{server.bot.pn.user}")
        wrong = code.translate(str.maketrans("123456789", "234567891"))[::-1]
        with pytest.raises(WrongCode, match="another code"):
            server.enter_code(wrong)

    assert not server.is_logged_in


def test_a_qr_code_of_a_client_that_is_gone_links_nothing(server: WhatsAppServer, tmp_path: Path) -> None:
    with ProbeProcess(server, tmp_path / SESSION_FILE) as process:
        text = process.wait_for("qr")["text"]
    server.drop_socket()

    with pytest.raises(WrongCode, match="no waiting client"):
        server.scan(text)


def test_a_reused_pairing_logs_in_without_a_new_one(server: WhatsAppServer, probe: ProbeProcess) -> None:
    assert server.is_logged_in
    assert probe.seen("qr") == []


def test_a_copied_session_can_send_after_another_copy_already_did(
    server: WhatsAppServer, pairing: Path, tmp_path: Path
) -> None:
    group = server.group("Street 12", ["Bob", "Eve"])
    for number in (1, 2):
        server.load_pairing(pairing, tmp_path / f"copy-{number}")
        with ProbeProcess(server, tmp_path / f"copy-{number}") as process:
            process.wait_for("connected")
            process.ask("text", chat=group.jid, text=f"copy {number}")

    assert [(sent.text, sent.read_by) for sent in server.sent_to(group)] == [
        ("copy 1", ("Bob", "Eve")),
        ("copy 2", ("Bob", "Eve")),
    ]


# What members send


def test_a_message_arrives_with_both_identities_of_its_sender(server: WhatsAppServer, probe: ProbeProcess) -> None:
    group = server.group("Street 12", ["Bob", "Eve"])
    bob = group.member("Bob")
    sent_at = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

    message = bob.says("see https://a.example/x", sent_at=sent_at)

    seen = probe.wait_for("message")
    assert (seen["id"], seen["chat"], seen["text"]) == (message.id, group.jid, "see https://a.example/x")
    assert (seen["sender"], seen["alt"]) == (bob.lid, bob.pn)
    assert seen["milliseconds"] == sent_at.timestamp() * 1000
    server.wait_acknowledged([message])


@pytest.mark.parametrize(("shares_numbers", "alternative"), [(True, "33611"), (False, "")])
def test_a_lid_group_may_hide_phone_numbers(
    server: WhatsAppServer, probe: ProbeProcess, shares_numbers: bool, alternative: str
) -> None:
    bob = server.group("Street 12", shares_numbers=shares_numbers).member("Bob")

    bob.says("hello")

    seen = probe.wait_for("message")
    assert seen["sender"] == bob.lid
    assert seen["alt"][:5] == alternative


def test_a_phone_number_group_names_members_by_number(server: WhatsAppServer, probe: ProbeProcess) -> None:
    group = server.group("Old group", ["Bob", "Eve"], addressing=Addressing.PN, bot_is_admin=True)
    bob = group.member("Bob")

    message = bob.says("hello")
    seen = probe.wait_for("message")
    probe.ask("reply", chat=group.jid, text="careful", to=message.id, author=bob.pn)
    probe.ask("revoke", chat=group.jid, author=bob.pn, to=message.id)

    assert (seen["sender"], seen["alt"]) == (bob.pn, bob.lid)
    reply, deletion = server.wait_for_sent(group, 2)
    assert (reply.kind, reply.quoted_sender, reply.read_by) == (SentKind.REPLY, bob.pn, ("Bob", "Eve"))
    assert (deletion.kind, deletion.target_sender) == (SentKind.DELETE, bob.pn)
    assert probe.ask("group", chat=group.jid)[0] == [bob.pn, bob.lid, bob.pn, True]


KINDS: list[tuple[str, Callable[[Member], MessageRef], str, bytes]] = [
    ("extended", lambda bob: bob.says_extended("t", matched_text="https://m.example"), "extendedTextMessage", b"m.ex"),
    ("image", lambda bob: bob.sends_image("see https://i.example"), "imageMessage", b"i.example"),
    ("video", lambda bob: bob.sends_video("see https://v.example"), "videoMessage", b"v.example"),
    ("document", lambda bob: bob.sends_document("see https://d.example", "a.pdf"), "documentMessage", b"d.example"),
    ("ephemeral", lambda bob: bob.says("https://e.example", ephemeral=True), "conversation", b"e.example"),
    ("reply", lambda bob: bob.says("yes", quoting=bob.says("https://q.example")), "extendedTextMessage", b"q.example"),
    ("forward", lambda bob: bob.forwards("https://f.example"), "extendedTextMessage", b"f.example"),
    ("edit", lambda bob: bob.edits(bob.says("one"), "https://n.example"), "protocolMessage", b"n.example"),
    ("deletion", lambda bob: bob.deletes(bob.says("one")), "protocolMessage", b""),
    ("removal", lambda bob: bob.group.member("Eve").deletes(bob.says("one")), "protocolMessage", b"@lid"),
    ("reaction", lambda bob: bob.reacts(bob.says("one"), "👍"), "reactionMessage", "👍".encode()),
]


@pytest.mark.parametrize(("send", "field", "content"), [row[1:] for row in KINDS], ids=[row[0] for row in KINDS])
def test_every_kind_of_message_arrives(
    server: WhatsAppServer, probe: ProbeProcess, send: Callable[[Member], MessageRef], field: str, content: bytes
) -> None:
    message = send(server.group("Street 12", ["Bob", "Eve"]).member("Bob"))

    server.wait_acknowledged([message])
    seen = probe.wait_for("message", id=message.id)
    assert field in seen["fields"]
    assert content in bytes.fromhex(seen["proto"])


def test_a_repeated_message_keeps_its_id_and_is_seen_twice(server: WhatsAppServer, probe: ProbeProcess) -> None:
    bob = server.group("Street 12").member("Bob")

    bob.repeats(bob.says("hello"))

    probe.wait_for("message", count=2)
    assert len({report["id"] for report in probe.seen("message")}) == 1


def test_what_is_said_while_the_client_is_away_comes_as_an_offline_batch(
    server: WhatsAppServer, probe: ProbeProcess
) -> None:
    bob = server.group("Street 12").member("Bob")
    probe.wait_for("offline_completed")

    with server.offline():
        messages = [bob.says(f"old {n}", sent_at=datetime.now(UTC) - timedelta(hours=2)) for n in range(25)]

    assert probe.wait_for("offline_preview")["total"] >= len(messages)
    assert probe.wait_for("offline_completed", count=2)["count"] >= len(messages)
    server.wait_acknowledged(messages)
    assert probe.wait_for("message", count=25)["text"] == "old 24"


def test_a_client_that_starts_later_gets_what_it_missed(server: WhatsAppServer, pairing: Path, tmp_path: Path) -> None:
    server.load_pairing(pairing, tmp_path / SESSION_FILE)
    message = server.group("Street 12").member("Bob").says("early")

    with ProbeProcess(server, tmp_path / SESSION_FILE) as process:
        assert process.wait_for("message")["id"] == message.id


def test_what_a_killed_client_never_acknowledged_comes_again(
    server: WhatsAppServer, probe: ProbeProcess, tmp_path: Path
) -> None:
    bob = server.group("Street 12").member("Bob")
    probe.freeze()
    messages = [bob.says(f"message {n}") for n in range(3)]
    probe.kill()
    server.wait_logged_out()

    with ProbeProcess(server, tmp_path / SESSION_FILE) as process:
        process.wait_for("message", count=3)

    assert [one["id"] for one in process.seen("message")] == [message.id for message in messages]


def test_a_burst_arrives_whole_and_in_order(server: WhatsAppServer, probe: ProbeProcess) -> None:
    bob = server.group("Street 12").member("Bob")

    messages = bob.says_all([f"message {n}" for n in range(BURST)])

    server.wait_acknowledged(messages)
    probe.wait_for("message", count=BURST)
    assert [report["id"] for report in probe.seen("message")] == [one.id for one in messages]


def test_a_private_message_can_be_answered_privately(server: WhatsAppServer, probe: ProbeProcess) -> None:
    bob = server.group("Street 12").member("Bob")

    bob.writes_privately("!check https://p.example")
    seen = probe.wait_for("message")
    probe.ask("text", chat=bob.lid, text="not checked")

    assert (seen["chat"], seen["sender"], seen["alt"]) == (bob.lid, bob.lid, bob.pn)
    assert server.wait_for_sent(bob)[0].text == "not checked"
    assert server.sent_to(bob.group) == []


# What the client sends


def test_reply_reaction_and_deletion_are_read_by_every_member(server: WhatsAppServer, probe: ProbeProcess) -> None:
    group = server.group("Street 12", ["Bob", "Eve", "Ann"], bot_is_admin=True)
    bob = group.member("Bob")
    message = bob.says("https://a.example")

    ids = [
        probe.ask("reply", chat=group.jid, text="careful", to=message.id, author=bob.lid),
        probe.ask("react", chat=group.jid, author=bob.lid, to=message.id, emoji="❌"),
        probe.ask("revoke", chat=group.jid, author=bob.lid, to=message.id),
    ]

    reply, reaction, deletion = server.wait_for_sent(group, 3)
    assert [sent.message_id for sent in server.sent_to(group)] == ids
    assert {sent.read_by for sent in server.sent_to(group)} == {("Bob", "Eve", "Ann")}
    assert (reply.kind, reply.text, reply.quoted_id) == (SentKind.REPLY, "careful", message.id)
    assert (reply.quoted_sender, reply.quoted.conversation) == (bob.lid, "link")
    assert (reaction.kind, reaction.text, reaction.target_id) == (SentKind.REACTION, "❌", message.id)
    assert (deletion.kind, deletion.target_id, deletion.edit) == (SentKind.DELETE, message.id, "8")
    assert (deletion.target_sender, deletion.target_from_me) == (bob.lid, False)


def test_groups_do_not_see_each_others_messages(server: WhatsAppServer, probe: ProbeProcess) -> None:
    first, second = server.group("First", ["Bob"]), server.group("Second", ["Bob", "Eve"])

    probe.ask("text", chat=first.jid, text="to the first")
    probe.ask("text", chat=second.jid, text="to the second")
    probe.ask("text", chat=first.jid, text="again to the first")

    assert [sent.text for sent in server.wait_for_sent(first, 2)] == ["to the first", "again to the first"]
    assert [sent.text for sent in server.wait_for_sent(second)] == ["to the second"]


def test_the_client_learns_its_groups_and_their_members(server: WhatsAppServer, probe: ProbeProcess) -> None:
    street = server.group("Street 12", ["Bob", "Eve"], bot_is_admin=True)
    club = server.group("Club")
    bob, eve = street.member("Bob"), street.member("Eve")

    assert probe.wait_for("joined", count=2)["name"] == "Club"
    assert probe.ask("groups") == {street.jid: "Street 12", club.jid: "Club"}
    assert probe.ask("group", chat=street.jid) == [
        [bob.lid, bob.lid, bob.pn, True],
        [eve.lid, eve.lid, eve.pn, False],
        [server.bot.lid, server.bot.lid, server.bot.pn, True],
    ]


def test_changes_of_a_group_are_told(server: WhatsAppServer, probe: ProbeProcess) -> None:
    group = server.group("Street 12", ["Bob", "Eve"], bot_is_admin=True)
    group.renames("Street 14")
    group.promotes(group.member("Eve"))
    group.demotes(server.bot)
    group.adds("Zoe")
    group.removes(group.member("Zoe"))

    probe.wait_for("group_info", count=5)
    rename, promote, demote, join, leave = [one["text"] for one in probe.seen("group_info")]
    assert "Street 14" in rename
    assert ("Promote" in promote, "Demote" in demote, "Join" in join, "Leave" in leave) == (True,) * 4
    assert probe.ask("groups") == {group.jid: "Street 14"}
    assert [row[3] for row in probe.ask("group", chat=group.jid)] == [True, True, False]


def test_an_admin_client_can_remove_a_member_and_another_cannot(server: WhatsAppServer, probe: ProbeProcess) -> None:
    group = server.group("Street 12", ["Bob", "Eve"], bot_is_admin=True)
    eve = group.member("Eve")

    assert probe.ask("remove", chat=group.jid, author=eve.lid) == 1
    group.demotes(server.bot)
    with pytest.raises(RuntimeError, match="403"):
        probe.ask("remove", chat=group.jid, author=group.member("Bob").lid)

    assert [person.name for person in group.people] == ["Bob"]


def test_a_refused_message_fails_in_the_client_and_reaches_nobody(server: WhatsAppServer, probe: ProbeProcess) -> None:
    group = server.group("Street 12")
    server.fail_next_sends(code=420)

    with pytest.raises(RuntimeError, match="420"):
        probe.ask("text", chat=group.jid, text="refused")
    probe.ask("text", chat=group.jid, text="accepted")

    assert [sent.text for sent in server.sent_to(group)] == ["accepted"]


def test_a_client_killed_before_the_confirmation_has_still_sent(server: WhatsAppServer, probe: ProbeProcess) -> None:
    group = server.group("Street 12")
    server.hold_acks()

    probe.command("text", chat=group.jid, text="unconfirmed")
    sent = server.wait_for_sent(group)
    probe.kill()
    server.wait_logged_out()
    server.release_acks()

    assert [one.text for one in sent] == ["unconfirmed"]
    assert probe.seen("result") == []


def test_held_confirmations_come_late(server: WhatsAppServer, probe: ProbeProcess) -> None:
    group = server.group("Street 12")
    server.hold_acks()
    number = probe.command("text", chat=group.jid, text="late")
    server.wait_for_sent(group)
    before = probe.seen("result")

    server.release_acks()

    assert before == []
    assert probe.result(number) == server.sent_to(group)[0].message_id


def test_typing_is_seen(server: WhatsAppServer, probe: ProbeProcess) -> None:
    group = server.group("Street 12")

    probe.ask("type", chat=group.jid)
    probe.ask("text", chat=group.jid, text="done typing")

    assert server.exchange.typing == [group.jid]


# Troubles


def test_a_dropped_socket_is_opened_again(server: WhatsAppServer, probe: ProbeProcess) -> None:
    group, logins = server.group("Street 12"), server.logins

    server.drop_socket()

    server.wait_for_logins(logins + 1)
    probe.wait_for("connected", count=2)
    probe.ask("text", chat=group.jid, text="back")
    assert server.wait_for_sent(group)[0].text == "back"


def test_refused_connections_keep_the_client_away(server: WhatsAppServer, probe: ProbeProcess) -> None:
    dials = server.proxy.dials
    server.refuse_connections()
    server.drop_socket()
    probe.wait_for("disconnected")
    deadline = time.monotonic() + 5
    while server.proxy.dials == dials and time.monotonic() < deadline:
        time.sleep(0.01)

    assert server.proxy.dials > dials
    assert not server.is_logged_in


def test_a_log_out_ends_the_session_for_good(
    server: WhatsAppServer, probe: ProbeProcess, pairing: Path, tmp_path: Path
) -> None:
    server.log_out()

    probe.wait_for("logged_out")
    server.load_pairing(pairing, tmp_path / "second")
    server.bot.linked = False
    with ProbeProcess(server, tmp_path / "second") as stale:
        stale.wait_for("logged_out")
    assert not server.is_logged_in


def test_a_session_opened_elsewhere_replaces_the_client(server: WhatsAppServer, probe: ProbeProcess) -> None:
    server.replace()

    probe.wait_for("replaced")


def test_a_ban_tells_its_code_and_its_end(server: WhatsAppServer, probe: ProbeProcess) -> None:
    server.ban(code=103, expire_s=120)

    ban = probe.wait_for("ban")
    assert (ban["code"], ban["expire"]) == (TEMPORARY_BAN_OF_103, 120)
    assert not server.is_logged_in


def test_an_outdated_client_is_told(server: WhatsAppServer, probe: ProbeProcess) -> None:
    server.outdated()

    probe.wait_for("outdated")
    assert not server.is_logged_in


def test_an_account_that_lost_its_phone_is_logged_out(server: WhatsAppServer, probe: ProbeProcess) -> None:
    server.fail_logins(reason=403)

    probe.wait_for("logged_out")
    assert not server.is_logged_in


def test_a_silent_server_takes_no_message(server: WhatsAppServer, probe: ProbeProcess) -> None:
    group = server.group("Street 12")
    server.go_silent()

    probe.command("text", chat=group.jid, text="lost")

    with pytest.raises(TimeoutError, match="wanted 1 messages"):
        server.wait_for_sent(group, timeout=0.5)
    assert probe.seen("result") == []


def test_a_login_that_is_accepted_again_succeeds(server: WhatsAppServer, pairing: Path, tmp_path: Path) -> None:
    server.load_pairing(pairing, tmp_path / SESSION_FILE)
    server.outdated()
    with ProbeProcess(server, tmp_path / SESSION_FILE) as process:
        process.wait_for("outdated")

    server.accept_logins()

    with ProbeProcess(server, tmp_path / SESSION_FILE) as process:
        process.wait_for("connected")


# The start-up wrapper


def test_a_library_without_the_key_ends_the_process_loudly(server: WhatsAppServer, tmp_path: Path) -> None:
    command = server.command("tests/whatsapp_server/probe.py", str(tmp_path / SESSION_FILE))
    command[command.index("--") : command.index("--")] = ["--instead-of", "ab" * 32]

    ended = subprocess.run(
        command, check=False, env=server.env(), cwd=PROJECT_ROOT, capture_output=True, text=True, timeout=20
    )

    assert ended.returncode == EXIT_KEY_NOT_FOUND
    assert "expected the key exactly once in neonize's library, found it 0 times" in ended.stderr


def test_the_wrapper_loads_nothing_the_program_does_not_load(server: WhatsAppServer, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        "import sys\n"
        "heavy = {'neonize', 'cryptography', 'websockets', 'asyncio', 'google'} & set(sys.modules)\n"
        "print(sorted(heavy), sys.argv[1:], __name__, sys.path[0])\n"
    )

    ended = subprocess.run(
        server.command(str(program), "runwaclient", "--flag"),
        env=server.env(),
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
        timeout=20,
    )

    assert ended.stdout == f"[] ['runwaclient', '--flag'] __main__ {tmp_path}\n"


@pytest.mark.parametrize("regions", [[], [b"other"], [b"..key..key"], [b"key", b"key"]])
def test_a_key_that_is_not_there_exactly_once_is_an_error(regions: list[bytes]) -> None:
    with pytest.raises(UnsupportedLayout, match="exactly once"):
        find_exactly_once([Region(1000, content) for content in regions], b"key")


def test_a_key_that_is_there_once_is_found_by_its_address() -> None:
    assert find_exactly_once([Region(1000, b"other"), Region(2000, b"..key")], b"key") == 2002


def test_this_interpreter_finds_our_tests_and_not_a_dependencys() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", "import tests; print(tests.__file__)"],
        check=True,
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
    )

    assert ended.stdout.strip() == str(PROJECT_ROOT / "tests" / "__init__.py")


# Formats and keys


@pytest.mark.parametrize(
    "node",
    [
        Node("iq"),
        Node("a", {"plain": "text", "jid": Jid("1@g.us"), "device": Jid("1:7@lid"), "server": Jid("@s.whatsapp.net")}),
        Node("parent", {}, [Node("child", {}, b"\x00\x01"), Node("child", {"n": "1"})]),
        Node("long", {}, bytes(300)),
        Node("longer", {}, bytes(1 << 20)),
        Node("many", {}, [Node("x") for _ in range(300)]),
    ],
    ids=lambda node: node.tag,
)
def test_a_node_is_read_as_it_was_written(node: Node) -> None:
    assert decode(encode(node), read_tokens()) == node


def test_a_node_that_ends_too_early_is_an_error() -> None:
    with pytest.raises(ValueError, match="too early"):
        decode(encode(Node("long", {}, b"content"))[:-1], read_tokens())


def test_a_member_cannot_read_what_was_written_to_another() -> None:
    bob, eve = SignalSessions(), SignalSessions()
    bundle = Bundle(eve.identity.public, eve.signed_prekey.public, 1)
    message = bob.encrypt(bundle, b"for eve")

    assert eve.decrypt("pkmsg", message) == b"for eve"
    with pytest.raises(Undecryptable):
        SignalSessions().decrypt("pkmsg", message)


def test_a_group_message_without_a_distributed_key_is_unreadable() -> None:
    message = b"\x33" + pack((1, 5), (2, 0), (3, bytes(16))) + bytes(64)

    with pytest.raises(Undecryptable, match="no sender key"):
        SenderKeys().decrypt("1@g.us", message)


def test_a_signature_carries_the_sign_bit_the_verifier_needs() -> None:
    signed = [IdentityKey(bytes([n]) * 32).sign(b"message") for n in range(1, 9)]

    assert {signature[63] & 0x80 for signature in signed} == {0, 0x80}


def test_a_probe_message_is_the_librarys_own_class() -> None:
    assert e2e.Message(conversation="text").SerializeToString() == b"\x0a\x04text"
