"""The server's answers to the client's IQ requests."""

from __future__ import annotations

from collections.abc import Callable

from tests.whatsapp_server.binary_xml import Attributes, Jid, Node
from tests.whatsapp_server.exchange import Exchange
from tests.whatsapp_server.group import Group, Participant, Rank
from tests.whatsapp_server.media_host import HOSTS
from tests.whatsapp_server.signal_sessions import Bundle

STORED_PREKEYS = 50
MEDIA_SECONDS = 3600
FORBIDDEN, NOT_FOUND = 403, 404
PRIVACY = {"last": "all", "online": "all", "profile": "all", "status": "all", "readreceipts": "all", "groupadd": "all"}


class Refused(Exception):
    """The server answers with an error code."""

    def __init__(self, code: int) -> None:
        super().__init__(f"error {code}")
        self.code = code


def answer(exchange: Exchange, request: Node) -> list[Node] | None:
    """Return the children of the result; raises Refused. A request nobody here knows gets an empty result."""
    answerer = ANSWERS.get(request.text("xmlns"))
    return answerer(exchange, request) if answerer is not None else None


def _keys(exchange: Exchange, request: Node) -> list[Node] | None:
    if request.child("identity") is not None:
        signed = request.need("skey")
        exchange.account.bundle = Bundle(
            identity=request.need("identity").data,
            signed_prekey=signed.need("value").data,
            signed_prekey_id=int.from_bytes(signed.need("id").data, "big"),
        )
        return None
    if request.child("count") is not None:
        return [Node("count", {"value": STORED_PREKEYS if exchange.account.bundle is not None else 0})]
    if request.child("key") is not None:
        wanted = [user.jid("jid") for user in request.need("key").children]
        known = [exchange.people[jid.user].prekey_node(jid) for jid in wanted if jid.user in exchange.people]
        return [Node("list", {}, known)]
    return None


def _devices(exchange: Exchange, request: Node) -> list[Node]:
    users = [user.jid("jid") for user in request.need("usync", "list").children]
    return [Node("usync", {}, [Node("list", {}, [_user(exchange, jid) for jid in users if jid])])]


def _user(exchange: Exchange, jid: Jid) -> Node:
    """Return a user's devices: members have their phone only, the client's account only the client itself."""
    account = exchange.account
    own = jid.user in (account.lid.user, account.pn.user)
    listed = Node("device-list", {}, [Node("device", {"id": account.device if own else 0})])
    details = [Node("devices", {}, [listed])]
    person: Participant | None = account if own else exchange.people.get(jid.user)
    if person is not None and jid.endswith("@s.whatsapp.net"):
        details.append(Node("lid", {"val": person.lid}))
    return Node("user", {"jid": jid}, details)


def _groups(exchange: Exchange, request: Node) -> list[Node] | None:
    exchange.group_questions.append(str(request.jid("to")))
    if request.child("participating") is not None:
        account = exchange.account
        mine = [group.description() for group in list(exchange.groups.values()) if account.lid in group.ranks]
        return [Node("groups", {}, mine)]
    group = exchange.groups.get(str(request.jid("to")))
    if group is None:
        raise Refused(NOT_FOUND)
    if exchange.account.lid not in group.ranks:
        raise Refused(FORBIDDEN)
    if request.child("query") is not None:
        return [group.description()]
    if request.child("invite") is not None:
        if not group.bot_is_admin:
            raise Refused(FORBIDDEN)
        return [Node("invite", {"code": group.invite_code})]
    for verb in ("remove", "promote", "demote", "add"):
        if request.child(verb) is not None:
            return [_change_participants(exchange, group, request.need(verb))]
    return None


def _change_participants(exchange: Exchange, group: Group, request: Node) -> Node:
    """Do what an admin client asks for; raises Refused for a client that is none."""
    if not group.bot_is_admin:
        raise Refused(FORBIDDEN)
    users = [node.jid("jid").user for node in request.children]
    people = [exchange.people[user] for user in users if user in exchange.people]
    for person in people:
        if request.tag == "remove":
            group.ranks.pop(person.lid, None)
        else:
            group.ranks[person.lid] = Rank.ADMIN if request.tag == "promote" else Rank.MEMBER
    return group.change(request.tag, people)


def _privacy(_exchange: Exchange, _request: Node) -> list[Node]:
    return [Node("privacy", {}, [Node("category", {"name": name, "value": value}) for name, value in PRIVACY.items()])]


def _media_connection(_exchange: Exchange, _request: Node) -> list[Node]:
    """Say which servers hold the files; real ones let a client use the answer for hours."""
    hosts = [Node("host", {"hostname": host}) for host in HOSTS]
    attrs: Attributes = {"auth": "token", "ttl": MEDIA_SECONDS, "auth_ttl": MEDIA_SECONDS, "max_buckets": 12}
    return [Node("media_conn", attrs, hosts)]


ANSWERS: dict[str, Callable[[Exchange, Node], list[Node] | None]] = {
    "encrypt": _keys,
    "usync": _devices,
    "w:g2": _groups,
    "privacy": _privacy,
    "w:m": _media_connection,
}
