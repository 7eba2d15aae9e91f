"""What a link in one message is taken for: what a person said of any address on its way, else scan and spelling."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from groups.models import Group
from overrides.models import Override
from overrides.rules import Ruling, Subject
from scans.engine.findings import Finding
from scans.engine.links import InvalidLink, Link, parse
from scans.engine.providers.google import SCAN_USED, is_from_google
from scans.engine.scoring import BENIGN_UP_TO, FAILURES, MAX_SCORE, Verdict, assess, verdict_of
from scans.engine.wrappers import unwrap
from scans.models import Scan
from waclient.models import NEWCOMER, Sighting
from waclient.posted import NOT_LOOKED_AT

# Of the first link of somebody who joined lately, where a group weighs that.
NEWCOMER_POINTS = 2

Outcome = tuple[Verdict, int, list[Finding]]


def override_of(sighting: Sighting, group: Group | None, now: datetime) -> Override | None:
    """The rule that decides this link in this group now.

    That is the one over the whole way which its scan found (a deny of any address, otherwise what is said of the last),
    or of the posted link as when it comes, or the one found when it came, which saw what is not kept of its URL.
    """
    return overrides_of([sighting], group, now)[0]


def overrides_of(sightings: Sequence[Sighting], group: Group | None, now: datetime) -> list[Override | None]:
    """The same for many links of a group, in one query."""
    chains = [chain for sighting in sightings for chain in (_way(sighting), _as_posted(sighting))]
    found = Override.match_all(chains, group, now)
    each = zip(sightings, found[::2], found[1::2], strict=True)
    return [over_way or as_posted or _earlier(sighting, now) for sighting, over_way, as_posted in each]


def _way(sighting: Sighting) -> list[Subject]:
    scan = sighting.scan
    return [Subject.of_parts(*_parts(hop)) for hop in scan.hops] if scan is not None else []


def _earlier(sighting: Sighting, now: datetime) -> Override | None:
    earlier = sighting.override
    return earlier if earlier is not None and earlier.is_active(now) else None


def way_of(link: Link) -> list[Subject]:
    """A link with the targets that it carries in itself: what rules are asked about before anything is opened."""
    return [Subject.of(step) for step in (link, *unwrap(link))]


def outcome(sighting: Sighting, override: Override | None, now: datetime, *, weighs_newcomer: bool = False) -> Outcome:
    """Verdict, score and reasons of a settled sighting; with `weighs_newcomer` also that its sender is new here."""
    if override is not None:
        return _overridden(override)
    about_sender = [Finding.of(NEWCOMER, NEWCOMER_POINTS)] if weighs_newcomer else []
    return _judged(sighting, [*sighting.spelling, *about_sender], now)


def _as_posted(sighting: Sighting) -> list[Subject]:
    try:
        return [sighting.subject, *way_of(parse(sighting.url))[1:]]
    except InvalidLink:  # what may be kept of a URL need not be one
        return [sighting.subject]


def _parts(hop: dict[str, str]) -> tuple[str, str, str, str]:
    return hop["url_hash"], hop["host"], hop["registrable_domain"], hop["url"]


def _overridden(override: Override) -> Outcome:
    if override.ruling == Ruling.ALLOW:
        return Verdict.BENIGN, 0, [Finding.of("override_allow", 0)]
    return Verdict.MALICIOUS, MAX_SCORE, [Finding.of("override_deny", MAX_SCORE, conclusive=True)]


def _judged(sighting: Sighting, written: list[Finding], now: datetime) -> Outcome:
    """The scan's outcome, weighed with how the link was written here; one whose scan is gone was not checked."""
    scan = sighting.scan
    verdict, score, reasons = Verdict.UNKNOWN, 0, list[Finding]()
    if scan is not None and scan.verdict is not None:
        verdict, score, reasons = _scanned(scan, scan.verdict, now)
    weight = sum(finding.points for finding in written)
    if weight:
        score = min(max(score + weight, 0), MAX_SCORE)
        verdict = verdict if verdict is Verdict.UNKNOWN and score <= BENIGN_UP_TO else verdict_of(score)
    is_open = any(finding.code == NOT_LOOKED_AT for finding in written) or (scan is not None and _has_failed(scan))
    if verdict is Verdict.BENIGN and is_open:
        verdict = Verdict.UNKNOWN
    return verdict, score, [*reasons, *written]


def _scanned(scan: Scan, verdict: str, now: datetime) -> Outcome:
    """What a scan found, without what Google said in it once that may not be repeated any more."""
    is_old = scan.finished_at is not None and now - scan.finished_at > SCAN_USED
    if not is_old or not any(map(is_from_google, scan.reasons)):
        return Verdict(verdict), scan.score or 0, scan.reasons
    left = assess([finding for finding in scan.reasons if not is_from_google(finding)], scan.gaps)
    return left.verdict, left.score, list(left.findings)


def _has_failed(scan: Scan) -> bool:
    """Whether something was not looked at behind which anything may hide."""
    return any(gap.reason in FAILURES for gap in scan.gaps)
