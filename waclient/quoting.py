"""Whether a message answers one of ours: then it is judged, but not answered, so that two bots end after one message.

Who sends can claim such a quote to be left alone in the group; the moderators are told of the link all the same.
"""

from __future__ import annotations

from groups.models import Group
from waclient.client import InboundMessage
from waclient.models import Action, Connection


def quotes_us(message: InboundMessage, group: Group) -> bool:
    """By the message it quotes, or by who is said to have written that one."""
    if not message.quoted_id and not message.quoted_sender:
        return False
    row = Connection.get()
    if message.quoted_sender and _without_device(message.quoted_sender) in {row.jid, row.lid}:
        return True
    return bool(message.quoted_id) and Action.objects.filter(group=group, wa_message_id=message.quoted_id).exists()


def _without_device(address: str) -> str:
    user, _, server = address.rpartition("@")
    return f"{user.partition(':')[0]}@{server}"
