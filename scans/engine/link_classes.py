"""What a link that is never opened does: invitations, payments, app stores, meetings, one-time and log-in links."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from scans.engine import keys
from scans.engine.keys import LinkClass
from scans.engine.links import Link
from scans.engine.wrappers import unwrap

# Schemes that start another program on a phone. Some sites lead there by a redirect.
_SCHEMES: Mapping[str, LinkClass] = {
    scheme: kind
    for kind, schemes in {
        LinkClass.PAYMENT: """
            alipay alipayqr alipays bhim bitcoin bitcoincash bizum bkash cashapp cashme dash dogecoin ethereum
            gcash gpay kaspi lightning litecoin lnurl lnurlauth lnurlp lnurlw mobilepay monero mpesa payto
            paypal paytm paytmmp phonepe picpay pix ripple solana swish tez ton tron twint upi venmo vipps wxp
            xrpl zcash""",
        LinkClass.APP_STORE: """
            appmarket itms itms-apps itms-appss itms-beta itms-services macappstore market mimarket
            ms-appinstaller ms-windows-store samsungapps""",
        LinkClass.TELEGRAM_INVITE: "telegram tg",
        LinkClass.CHAT_START: """
            callto facetime facetime-audio fb-messenger line mailto mms sgnl skype sms smsto tel telprompt
            threema viber wechat weixin whatsapp""",
        LinkClass.INVITE: "discord slack",
        LinkClass.MEETING: "msteams wbx webex zoommtg zoomus",
        LinkClass.LOGIN: "otpauth otpauth-migration",
        LinkClass.OTHER_APP: """
            android-app app-prefs fb googlechrome instagram intent ms-excel ms-powerpoint ms-word search-ms
            shortcuts snssdk1233 vnd.youtube""",
    }.items()
    for scheme in schemes.split()
}
_SCHEME = re.compile(r"[\s\x00-\x1f]*([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_WHATSAPP_GROUP = re.compile(r"[\s\x00-\x1f]*whatsapp://chat/?\?(?:[^#]*&)?code=", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of data/link_classes.toml."""

    kind: LinkClass
    hosts: frozenset[str]
    paths: frozenset[str]
    beginnings: tuple[str, ...]

    def covers(self, link: Link) -> bool:
        if link.host not in self.hosts and f".{link.registrable_domain}" not in self.hosts:
            return False
        path = link.path.lower()
        if not self.paths and not self.beginnings:
            return True
        return path in self.paths or any(path.startswith(start) and len(path) > len(start) for start in self.beginnings)


def link_class(link: Link) -> LinkClass | None:
    """What a link does that is only looked at, itself or a link inside it; None for a page that may be opened."""
    found = own_class(link) if found is not None: return found return next((inner for layer in unwrap(link) if
    (inner := own_class(layer)) is not None), None) def own_class(link: Link) -> LinkClass | None:"""As link_class, of the address itself whatever it carries."""
    rows = _BY_DOMAIN.get(link.registrable_domain) if rows is not None: found = next((row.kind for row in rows
    if row.covers(link)), None) if found is not None: return found if link.query: for name, value in
    keys.parameters(link.query): kind = keys.kind_of_parameter(name, value) if kind is not None: return kind
    return keys.kind_of_act(link.path, link.query) if len(link.path) > 1 else None def scheme_class(url: str) ->
    LinkClass | None:"""What a URL of another scheme than http does: upi:, bitcoin:, market:, intent:, tg:, …; None for unknown ones."""
    if _WHATSAPP_GROUP.match(url): return LinkClass.GROUP_INVITE found = _SCHEME.match(url) return
    _SCHEMES.get(found.group(1).lower()) if found else None def _load() -> dict[str, tuple[_Row, ...]]:"""The rows by the last two and three labels of their hosts: whatever the suffix list takes for the domain."""
    table = tomllib.loads(files("scans.engine.data").joinpath("link_classes.toml").read_text(encoding="utf-8"))
    rows: defaultdict[str, list[_Row]] = defaultdict(list)
    for entry in table["class"]:
        paths = entry.get("paths", "").split()
        row = _Row(
            kind=LinkClass(entry["kind"]),
            hosts=frozenset(entry["hosts"].split()),
            paths=frozenset(path for path in paths if not path.endswith("*")),
            beginnings=tuple(path[:-1] for path in paths if path.endswith("*")),
        )
        for domain in {name for host in row.hosts for name in _endings(host.removeprefix("."))}:
            rows[domain].append(row)
    return {domain: tuple(found) for domain, found in rows.items()}


def _endings(host: str) -> set[str]:
    labels = host.split(".")
    return {".".join(labels[-count:]) for count in (2, 3, 4)}


_BY_DOMAIN = _load()
