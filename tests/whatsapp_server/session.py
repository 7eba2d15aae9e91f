"""The logged-in stage of a connection: one node of the client after the other."""

from __future__ import annotations

import asyncio
import time

from tests.whatsapp_server.binary_xml import Attributes, Node
from tests.whatsapp_server.connection import Connection
from tests.whatsapp_server.exchange import SERVER, Exchange
from tests.whatsapp_server.outgoing import read_stanza
from tests.whatsapp_server.person import Person
from tests.whatsapp_server.queries import Refused, answer
from tests.whatsapp_server.signal_sessions import Undecryptable

# The client reads the failure before the socket goes away under it.
FAILURE_READING_SECONDS = 0.1
NOT_LINKED = 401


async def refuse_login(connection: Connection, failure: Attributes) -> None:
    """Answer a login with `<failure>` and close."""
    await connection.send(Node("failure", {"location": "lla", **failure}))
    await asyncio.sleep(FAILURE_READING_SECONDS)
    await connection.close()


async def serve_session(exchange: Exchange, connection: Connection) -> None:
    """Log the client in, or refuse it, and answer until the socket closes (raises ConnectionClosed)."""
    if exchange.faults.login_failure is not None:
        await refuse_login(connection, exchange.faults.login_failure)
        return
    if not exchange.account.knows(connection.payload):
        await refuse_login(connection, {"reason": NOT_LINKED})
        return
    account = exchange.account
    await connection.send(Node("success", {"t": int(time.time()), "lid": account.device_lid, "props": "1"}))
    while True:
        node = await connection.receive()
        if exchange.faults.silent:
            continue
        try:
            await _handle(exchange, connection, node)
        except (LookupError, ValueError) as error:
            # The client sent something this server does not understand: the test that looks sees it.
            exchange.errors.append(f"<{node.tag} id={node.text('id')}>: {error!r}")
            exchange.changed()


async def _handle(exchange: Exchange, connection: Connection, node: Node) -> None:
    if node.tag == "iq":
        await _answer_query(exchange, connection, node)
    elif node.tag == "message":
        await _take_message(exchange, connection, node)
    elif node.tag == "receipt":
        await _take_receipt(exchange, connection, node)
    elif node.tag == "ack":
        exchange.acknowledge(node.text("id"))
    elif node.tag == "chatstate":
        states = exchange.typing if node.child("composing") is not None else exchange.typing_ended
        states.append(node.jid("to"))
        exchange.changed()


async def _answer_query(exchange: Exchange, connection: Connection, node: Node) -> None:
    if node.text("type") not in ("get", "set"):
        return
    attrs: Attributes = {"from": node.jid("to") or SERVER, "type": "result", "id": node.text("id")}
    try:
        content = answer(exchange, node)
    except Refused as refusal:
        error = Node("error", {"code": refusal.code, "text": "refused"})
        await connection.send(Node("iq", attrs | {"type": "error"}, [error]))
        return
    await connection.send(Node("iq", attrs, content))
    if node.text("xmlns") == "passive" and node.child("active") is not None:
        await exchange.deliver_offline(connection)


async def _take_message(exchange: Exchange, connection: Connection, node: Node) -> None:
    chat = node.jid("to")
    ack = Node("ack", {"class": "message", "id": node.text("id"), "from": chat, "t": int(time.time())})
    if exchange.faults.failing_sends:
        ack.attrs["error"] = exchange.faults.failing_sends.popleft()
        await connection.send(ack)
        return
    try:
        exchange.record_sent(read_stanza(node, _readers(exchange, chat.bare)))
    except Undecryptable as error:
        exchange.unreadable.append(f"{node.text('id')}: {error}")
        exchange.changed()
    if exchange.faults.holding_acks:
        exchange.held_acks.append((connection, ack))
    else:
        await connection.send(ack)


def _readers(exchange: Exchange, chat: str) -> list[Person]:
    group = exchange.groups.get(chat)
    if group is not None:
        return group.people
    person = exchange.people.get(chat.partition("@")[0])
    if person is None:
        raise LookupError(f"nobody and no group is {chat}")
    return [person]


async def _take_receipt(exchange: Exchange, connection: Connection, node: Node) -> None:
    attrs: Attributes = {"class": "receipt", "id": node.text("id"), "from": node.jid("to")}
    await connection.send(Node("ack", attrs))
    listed = node.child("list")
    more = [item.text("id") for item in listed.children] if listed is not None else []
    for message_id in [node.text("id"), *more]:
        if node.text("type") == "retry":
            exchange.retry_requests[message_id] += 1
        elif node.text("type") != "read":
            exchange.acknowledge(message_id)
    exchange.changed()
