"""Which of a group's rules for kinds of links are about a link."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from groups.policy import LinkRule
from scans.engine.heuristics.hosting import is_shortener
from scans.engine.kinds.keys import REMOVED, LinkClass
from scans.engine.kinds.lookonly import link_class
from scans.engine.links import InvalidLink, parse

CLASSES = {
    LinkClass.GROUP_INVITE: LinkRule.INVITES,
    LinkClass.CHANNEL_INVITE: LinkRule.INVITES,
    LinkClass.TELEGRAM_INVITE: LinkRule.INVITES,
    LinkClass.INVITE: LinkRule.INVITES,
    LinkClass.PAYMENT: LinkRule.PAYMENTS,
}
# Telegram writes an invitation as /+key; of that only this is kept, and the sign that tells it is gone with the key.
TELEGRAM_HOSTS = frozenset({"t.me", "telegram.me", "telegram.dog"})
# Codes of findings that say: a program or an app past the store.
INSTALLERS = frozenset({"apk_path", "executable_path", "app_offered", "app_delivered", "program_delivered"})


def rules_of(url: str, codes: AbstractSet[str]) -> frozenset[LinkRule]:
    """The rules for a link as it is kept, with the codes of what was found about it."""
    rules = {LinkRule.INSTALLERS} if codes & INSTALLERS else set()
    try:
        link = parse(url)
    except InvalidLink:  # what may be kept of a URL need not be one
        return frozenset(rules)
    kind = link_class(link)
    if kind in CLASSES:
        rules.add(CLASSES[kind])
    if link.host in TELEGRAM_HOSTS and url.endswith(f"{link.host}/{REMOVED}"):
        rules.add(LinkRule.INVITES)
    if is_shortener(link.host):
        rules.add(LinkRule.SHORTENERS)
    return frozenset(rules)
