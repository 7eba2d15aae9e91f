"""Linking a client, and what members write reaching it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.whatsapp_server.group import Addressing
from tests.whatsapp_server.member import Member, MessageRef
from tests.whatsapp_server.outgoing import SentKind
from tests.whatsapp_server.pairing import WrongCode
from tests.whatsapp_server.probe_process import ProbeProcess
from tests.whatsapp_server.server import SESSION_FILE, WhatsAppServer

pytestmark = pytest.mark.e2e

BURST = 300


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
