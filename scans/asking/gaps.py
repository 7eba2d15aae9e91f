"""Sentences about providers that were not asked, or did not answer; those of one reason in one sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.text import get_text_list
from django.utils.translation import gettext, gettext_noop

from scans.engine.findings import NotChecked, NotCheckedReason
from scans.engine.providers import PROVIDERS, REPORTERS

PREFIX = "provider:"

_TEMPLATES: Mapping[str, str] = {
    NotCheckedReason.FAILED: gettext_noop("Did not answer: %(names)s."),
    NotCheckedReason.PAUSED: gettext_noop("Not asked for a while because it is in trouble: %(names)s."),
    NotCheckedReason.QUOTA: gettext_noop("Not asked, the requests that it allows are used up: %(names)s."),
    NotCheckedReason.SAVED: gettext_noop("Not asked, the last requests are saved for riskier links: %(names)s."),
    NotCheckedReason.NO_KEY: gettext_noop("Not asked, no key is set: %(names)s."),
    NotCheckedReason.SWITCHED_OFF: gettext_noop("Not asked, switched off: %(names)s."),
    NotCheckedReason.NOT_ALLOWED: gettext_noop("Not asked, the link's group lets less leave this machine: %(names)s."),
    NotCheckedReason.LOOK_ONLY: gettext_noop(
        "Not asked, because the link holds a key or somebody's address: %(names)s."
    ),
}
_TITLES: Mapping[str, str] = {
    card.name: card.title
    for card in (*[provider.card for provider in PROVIDERS], *[reporter.card for reporter in REPORTERS])
}


def is_about_provider(gap: NotChecked) -> bool:
    """Whether there is a sentence for it here: a provider of the program, and a reason of today's."""
    return gap.reason in _TEMPLATES and gap.source.removeprefix(PREFIX) in _TITLES


def describe(gaps: Iterable[NotChecked]) -> list[str]:
    """One sentence a reason, in the active language, for gaps of which is_about_provider is true."""
    by_reason: dict[str, list[str]] = {}
    for gap in gaps:
        by_reason.setdefault(gap.reason, []).append(_TITLES[gap.source.removeprefix(PREFIX)])
    return [
        gettext(template) % {"names": get_text_list(by_reason[reason], gettext("and"))}
        for reason, template in _TEMPLATES.items()
        if reason in by_reason
    ]
