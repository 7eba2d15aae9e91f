"""What the bot says about a link, from templates/replies/ or a group's own texts. Never about a person.

A text has three lines and 220 characters at most, nothing in it can be tapped, and one wording of several is chosen by
the message it is about, so that groups do not read the same text again and again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from math import ceil
from zlib import crc32

from django.conf import settings

from groups.models import Group
from groups.policy import LinkRule
from groups.texts import TextKind
from scans.engine.ceiling import Ceiling
from scans.engine.families import family_of
from scans.engine.findings import Finding
from scans.engine.providers.google import is_from_google
from scans.engine.scoring import Verdict
from waclient import own_texts, words
from waclient.judgements import Judged
from waclient.models import NEWCOMER, Place, Sighting
from waclient.shown_hosts import forms
from waclient.tapping import is_clickable

WARNING_SIGN = "⚠️"
QUOTED_PLACEHOLDER = "🔗"
MAX_REPLY = 220
MAX_LINES = 3
# Verdicts against which a member may say that they are wrong.
ACCUSED = frozenset({Verdict.MALICIOUS, Verdict.SUSPICIOUS})
# The arrival notice says once what is kept and how to object; that needs more room than a warning.
MAX_NOTICE = 500
# Reasons for moderators only: what is said in the group is about the link, never the person.
ABOUT_PEOPLE = frozenset({NEWCOMER})


def _wording(sighting: Sighting) -> int:
    return crc32(f"{sighting.message_id} {sighting.url_hash}".encode())


@dataclass(frozen=True, slots=True)
class Voice:
    """How a group is spoken to: its language, its own texts by kind, and which of several equal wordings."""

    language: str = "en"
    texts: Mapping[str, str] = field(default_factory=dict)
    wording: int = 0

    @classmethod
    def of(cls, group: Group, sighting: Sighting | None = None) -> Voice:
        """The same message gets the same wording whenever its text is made."""
        return cls(group.reply_language, group.texts, _wording(sighting) if sighting is not None else 0)


@dataclass(frozen=True, slots=True)
class About:
    """The link that a text is about; `rule` where only its kind is a reason to speak.

    `is_from_known`: an admin or a trusted member posted it, whose account may be in other hands.
    """

    verdict: str
    host: str
    findings: Sequence[Finding] = ()
    place: str = Place.TEXT
    leads_to: str = ""
    rule: LinkRule | None = None
    is_from_known: bool = False

    @classmethod
    def of(cls, one: Judged) -> About:
        sighting, facts = one.sighting, one.facts
        is_known = facts.author_is_admin or facts.author_is_trusted
        return cls(
            one.verdict,
            sighting.host,
            one.findings,
            sighting.place,
            sighting.leads_to,
            _ruled(one.verdict, facts.rules),
            is_known,
        )

    @classmethod
    def decided(cls, sighting: Sighting) -> About:
        """As it was decided on before."""
        facts = sighting.facts
        verdict = sighting.verdict or Verdict.MALICIOUS
        return cls(
            verdict,
            sighting.host,
            [Finding.from_dict(finding) for finding in facts.get("findings", [])],
            sighting.place,
            sighting.leads_to,
            _ruled(verdict, [LinkRule(rule) for rule in facts.get("rules", [])]),
            bool(facts.get("author_is_admin") or facts.get("author_is_trusted")),
        )


def _ruled(verdict: str, rules: object) -> LinkRule | None:
    """The kind of link that is the reason to speak; None where a verdict is."""
    held = set(rules) if isinstance(rules, (frozenset, list)) else set()
    return (
        None if verdict in {Verdict.MALICIOUS, Verdict.SUSPICIOUS} else next((r for r in LinkRule if r in held), None)
    )


def warning(voice: Voice, about: About, *, is_removed: bool = False) -> str:
    """The reply about one link: what it may be, one concrete reason, one piece of advice.

    It says so where the link stands in a code or a document, which people do not see as a link, and names the host
    that it leads to when that is another.
    """
    is_scam = about.verdict == Verdict.MALICIOUS
    if is_removed:
        return _text(voice, about, TextKind.REMOVED, "removed", "removed")
    head = str(about.rule) if about.rule is not None else _of_place(about)
    advice = "suspicious"
    if is_scam:
        advice = "known_sender" if about.is_from_known else "code" if about.place == Place.CODE else "malicious"
    return _text(voice, about, TextKind.WARNING if is_scam else TextKind.CAREFUL, head, advice)


def follow_up(voice: Voice, about: About) -> str:
    """The late warning about a link that was taken for better when it was posted."""
    is_scam = about.verdict == Verdict.MALICIOUS
    return _text(
        voice, about, TextKind.UPDATE, f"update_{_of_place(about)}", "update_malicious" if is_scam else "suspicious"
    )


def retraction(voice: Voice, host: str, *, is_removed: bool, by_person: bool = False) -> str:
    """What takes an earlier warning back, and with `is_removed` a deletion; `by_person`: a moderator did."""
    head = "correction_by_person" if by_person else "correction"
    about = About(Verdict.BENIGN, host)
    return _text(voice, about, TextKind.CORRECTION, head, "correction_removed" if is_removed else "correction")


def notice(group: Group) -> str:
    """What the bot says once when it starts to read a group."""
    own = str(group.texts.get(TextKind.NOTICE, ""))
    if own:
        return own_texts.fill(own, {})
    opens_links = Ceiling(group.ceiling) is not Ceiling.NOTHING
    text = words.say("replies/notice", group.reply_language, {"opens_links": opens_links})
    values = {
        "kept": kept(group.reply_language),
        "days": settings.RETENTION_DAYS,
        "hours": hours(settings.SENDER_ADDRESS_KEPT),
    }
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", str(value))
    return text


def kept(language: str) -> str:
    """For how long what is about a link stays, such as "180 days"."""
    return words.say("replies/kept", language, {"days": settings.RETENTION_DAYS}).replace(
        "{days}", str(settings.RETENTION_DAYS)
    )


def hours(period: timedelta) -> int:
    """Whole hours, rounded up: what is promised is never shorter than what is kept."""
    return ceil(period.total_seconds() / 3600)


def _of_place(about: About) -> str:
    """`malicious_code`: the head for a verdict and where the link stands."""
    verdict = "malicious" if about.verdict == Verdict.MALICIOUS else "suspicious"
    return f"{verdict}_{about.place if about.place in {Place.CODE, Place.DOCUMENT} else 'text'}"


def _text(voice: Voice, about: About, kind: TextKind, head: str, advice: str) -> str:
    """The fullest text that is short enough and holds nothing to tap: the group's own, else one of ours."""
    own = voice.texts.get(kind, "")
    texts: list[str] = [*(_own_texts(voice, about, own) if own else ()), *_texts(voice, about, head, advice)]
    return next((text for text in texts if is_fit(text)), texts[-1])


def is_fit(text: str) -> bool:
    """Whether a text may be sent as it is."""
    return len(text) <= MAX_REPLY and len(text.splitlines()) <= MAX_LINES and not is_clickable(text)


def _own_texts(voice: Voice, about: About, own: str) -> Iterator[str]:
    for values in _readings(voice, about):
        yield credited(own_texts.fill(own, values).splitlines(), values["attribution"])


def _texts(voice: Voice, about: About, head: str, advice: str) -> list[str]:
    """Ours, the fullest first: that one says how to object where there is a line left for it."""
    heads = words.lines(f"replies/heads/{head}", voice.language)
    advices = words.lines(f"replies/advice/{advice}", voice.language)
    first, last = heads[voice.wording % len(heads)], advices[voice.wording // len(heads) % len(advices)]
    goes_on = words.say("replies/leads_to", voice.language)
    texts = [_put_together(first, goes_on, last, values) for values in _readings(voice, about)]
    if about.verdict in ACCUSED and len(texts[0].splitlines()) < MAX_LINES:
        return ["\n".join([texts[0], words.say("replies/appeal", voice.language)]), *texts]
    return texts


def _put_together(first: str, goes_on: str, last: str, values: Mapping[str, str]) -> str:
    second = own_texts.fill(goes_on, values) if values["leads_to"] else ""
    third = " ".join(part for part in (values["reason"], last) if part)
    return credited([line for line in (own_texts.fill(first, values), second, third) if line], values["attribution"])


def credited(lines: list[str], attribution: str) -> str:
    """The lines with what must be said of whom a warning comes from, on a line of its own where there is one left."""
    if attribution and len(lines) < MAX_LINES:
        lines = [*lines, attribution]
    elif attribution:
        lines = [*lines[:-1], f"{lines[-1]} {attribution}"]
    return "\n".join(lines)


def _readings(voice: Voice, about: About) -> Iterator[dict[str, str]]:
    """What stands for the placeholders, the fullest first; left out are where it leads, then the reason."""
    hosts = forms(about.host, voice.language)
    ends = forms(about.leads_to, voice.language) if about.leads_to else ("",)
    sayable = (finding for finding in about.findings if finding.code not in ABOUT_PEOPLE)
    worst = max(sayable, key=lambda finding: finding.points, default=None)
    credit = words.say("replies/attribution", voice.language) if _is_google(about.findings) else ""
    whole = {"host": hosts[0], "leads_to": ends[0], "reason": _reason_of(voice.language, worst), "attribution": credit}
    yield whole
    shorter, direct = {**whole, "leads_to": ends[-2] if len(ends) > 1 else ""}, {**whole, "leads_to": ""}
    bare = {**direct, "reason": ""}
    *named, unnamed = hosts
    for reading in (shorter, direct, bare):
        for host in named:
            yield {**reading, "host": host}
    yield {**bare, "host": unnamed}


def _is_google(findings: Sequence[Finding]) -> bool:
    return any(is_from_google(finding) for finding in findings)


def _reason_of(language: str, finding: Finding | None) -> str:
    return reason(language, finding) if finding is not None and finding.points > 0 else ""


def reason(language: str, finding: Finding) -> str:
    """What a finding says against a link, in one sentence for members; empty where there is none for it."""
    return words.say("replies/reason", language, {"reason": reason_context(finding)})


def reason_context(finding: Finding) -> dict[str, object]:
    """What templates/replies/reason.txt knows of a finding."""
    return {**dict(finding.params), "code": finding.code, "family": family_of(finding.code) or ""}
