"""The start-up wrapper and the formats on the wire."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.whatsapp_server.binary_xml import Jid, Node, decode, encode
from tests.whatsapp_server.child import EXIT_KEY_NOT_FOUND
from tests.whatsapp_server.crypto import IdentityKey
from tests.whatsapp_server.go_memory import Region, UnsupportedLayout, find_exactly_once
from tests.whatsapp_server.protobufs import e2e
from tests.whatsapp_server.sender_keys import SenderKeys
from tests.whatsapp_server.server import PROJECT_ROOT, SESSION_FILE, WhatsAppServer
from tests.whatsapp_server.signal_sessions import Bundle, SignalSessions, Undecryptable
from tests.whatsapp_server.tokens import read_tokens
from tests.whatsapp_server.wire_fields import pack

pytestmark = pytest.mark.e2e


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
