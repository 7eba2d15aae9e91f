"""Whether a text that a group worded for itself may be sent, in every reading that it can have."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from groups.texts import PLACEHOLDERS, TextKind
from scans.engine.defang import escape
from scans.engine.findings import Finding
from waclient import own_texts, replies, words
from waclient.replies import MAX_LINES, MAX_NOTICE, MAX_REPLY
from waclient.shown_hosts import forms
from waclient.tapping import is_clickable

# One finding for each sentence of templates/replies/reason.txt, which a test compares.
REASONS = (
    "override_deny",
    "userinfo",
    "executable_path",
    "apk_path",
    "app_offered",
    "asks_password",
    "asks_card",
    "cloaking",
    "ip_host",
    "free_hosting",
    "mixed_script",
    "risky_tld",
    "domain_age",
    "listed_url",
    "urlhaus",
)
LONGEST_BRAND = Finding.of("brand_lookalike", 9, brand="Deutsche Telekom")
_LONG_HOST = ".".join(["parcel-customs-fee", "secure-login", "delivery-notice", "example"])

# Joiners that Hindi and Arabic are written with, and the sign that makes a coloured picture of ⚠.
_SCRIPT_SIGNS = re.compile("[\u200c\u200d\ufe0f]")


def limit_of(kind: TextKind) -> int:
    """Characters that a text of this kind may have."""
    return MAX_NOTICE if kind is TextKind.NOTICE else MAX_REPLY


def problem(kind: TextKind, template: str, language: str) -> str:
    """Why the text is refused, for the person who wrote it; empty when it may be used."""
    if stranger := _unknown_placeholder(kind, template):
        return _("%(name)s is no placeholder of this text.") % {"name": stranger}
    visible = _SCRIPT_SIGNS.sub("", template)
    if any(escape(line) != line for line in visible.splitlines()):
        return _("It holds characters that nobody sees or that turn others around.")
    readings = list(_readings(kind, template, language))
    if not readings[-1]:
        return _("Without a reason nothing of it is left: write a line without {reason} and {leads_to}.")
    longest = max(readings, key=len)
    if len(longest) > limit_of(kind):
        return _("It may have %(length)d characters, %(limit)d are allowed. Its longest reading: %(text)s") % {
            "length": len(longest),
            "limit": limit_of(kind),
            "text": longest,
        }
    if max(len(reading.splitlines()) for reading in readings) > MAX_LINES:
        return _("It has more than %(limit)d lines.") % {"limit": MAX_LINES}
    if any(is_clickable(reading) for reading in readings):
        return _("Something in it could be tapped: a link, an e-mail address or a telephone number.")
    return ""


def _unknown_placeholder(kind: TextKind, template: str) -> str:
    """What stands in braces and means nothing here, or a brace without its other half; empty when there is none."""
    known = PLACEHOLDERS[kind]
    stranger = next((name for name in own_texts.PLACEHOLDER.findall(template) if name not in known), None)
    if stranger is not None:
        return f"{{{stranger}}}"
    rest = own_texts.PLACEHOLDER.sub("", template)
    return next((brace for brace in "{}" if brace in rest), "")


def _readings(kind: TextKind, template: str, language: str) -> Iterator[str]:
    """The text with a long host and every reason, with what must be said of Google; the last is without a reason."""
    host = forms(_LONG_HOST, language)[0]
    values = {"host": host, "leads_to": host}
    reasons = [*(replies.reason(language, Finding.of(code, 9)) for code in REASONS)]
    for reason in [*reasons, replies.reason(language, LONGEST_BRAND)]:
        yield own_texts.fill(template, {**values, "reason": reason})
    if kind in {TextKind.WARNING, TextKind.CAREFUL, TextKind.REMOVED, TextKind.UPDATE}:
        credit = words.say("replies/attribution", language)
        reason = replies.reason(language, Finding.of("safe_browsing", 9))
        yield replies.credited(own_texts.fill(template, {**values, "reason": reason}).splitlines(), credit)
    yield own_texts.fill(template, {"host": host})
