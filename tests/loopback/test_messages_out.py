"""What the client sends, its groups, and sends that go wrong."""

from __future__ import annotations

import pytest

from tests.whatsapp_server.outgoing import SentKind
from tests.whatsapp_server.probe_process import ProbeProcess
from tests.whatsapp_server.server import WhatsAppServer

pytestmark = pytest.mark.e2e


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
