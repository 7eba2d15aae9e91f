"""What a person says of a whole campaign: of its links, and of those that join it later, until it is undone."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Max, Q, QuerySet

from groups.models import Group
from overrides.models import Override
from scans.engine.likeness import MarkKind
from scans.engine.scoring import Verdict
from waclient import campaigns, decisions
from waclient.models import Answer, Campaign, Decision, Sighting
from waclient.verdicts import outcome, override_of
from wbscanner import audit

# By what a link must belong to a campaign to get its answer when it joins. Whoever copies a page or a path must not be
# let through by that; a path alone condemns only what is taken for dangerous without it.
CARRIED_BY = {
    Answer.CONFIRM: frozenset({MarkKind.LINK, MarkKind.SITE, MarkKind.PAGE}),
    Answer.FINE: frozenset({MarkKind.LINK, MarkKind.SITE}),
}
# Links that one decision is written for at once, the newest; older ones get it when they are posted again.
MOST_AT_ONCE = 100


def enter(sighting: Sighting, override: Override | None, group: Group, now: datetime) -> Override | None:
    """Count a settled link to its campaign, if it is taken for bad; the rule that decides it after that.

    `override` is the rule that decided it before. Where somebody decided about the campaign in this group, a link that
    no rule was about gets the same answer. The sighting is not saved.
    """
    verdict, _score, _findings = outcome(sighting, override, now)
    if verdict not in campaigns.BAD:
        return override
    by = campaigns.join(sighting, now)
    if override is None and _inherit(sighting, by, verdict, group, now):
        return override_of(sighting, group, now)
    return override


def decide(campaign: Campaign, answer: Answer, *, by: str, scope: Collection[Group | None]) -> list[Decision]:
    """Say of all links of a campaign that they are a scam or fine; returns what was written.

    `scope`: the groups for which it is said, of the links that were seen in any of them; with None for all groups and
    links, which is the owner's. Links that join later get the same answer there. Said again, it reaches those that were
    too many at once.
    """
    written: list[Decision] = []
    with transaction.atomic():
        for group in scope:
            said = _standing(campaign).filter(group=group)
            for other in said.exclude(answer=answer):
                decisions.undo(other, by=by)
            links = _links(campaign, scope, said.filter(answer=answer))
            written += [_write(campaign, url_hash, answer, by, group) for url_hash in links]
            _note(campaign, answer, by, group)
    return written


def undo(campaign: Campaign, *, by: str, scope: Iterable[Group | None]) -> int:
    """Take back what was said of a campaign in these groups (None: for all groups); returns of how many links."""
    undone = 0
    with transaction.atomic():
        for group in scope:
            for decision in _standing(campaign).filter(group=group):
                decisions.undo(decision, by=by)
                undone += 1
            _note(campaign, "undo", by, group)
    return undone


def _inherit(sighting: Sighting, by: MarkKind, verdict: Verdict, group: Group, now: datetime) -> bool:
    """Give a link the answer that stands for its campaign in this group; whether there is one that reaches it."""
    campaign = sighting.campaign
    scopes = Q(group=group) | Q(group__isnull=True)
    said = _standing(campaign).filter(scopes).order_by("-at", "-pk").first() if campaign is not None else None
    if campaign is None or said is None:
        return False
    answer = Answer(said.answer)
    if by not in CARRIED_BY[answer] and not (answer is Answer.CONFIRM and verdict is Verdict.MALICIOUS):
        return False
    about_it = Decision.objects.filter(url_hash=sighting.url_hash, group=said.group)
    if about_it.filter(Q(campaign=campaign) | Q(undone_at__isnull=True)).exists():
        return False  # a person said otherwise about this very link, or took it out again
    decision = _write(campaign, sighting.url_hash, answer, said.by, said.group)
    Decision.objects.filter(pk=decision.pk).update(applied_at=now)  # its message is being answered just now
    return True


def _write(campaign: Campaign, url_hash: str, answer: Answer, by: str, group: Group | None) -> Decision:
    decision = decisions.decide(url_hash, answer, by=by, group=group)
    decision.campaign = campaign
    decision.save(update_fields=["campaign"])
    return decision


def _standing(campaign: Campaign) -> QuerySet[Decision]:
    """What was said of a campaign and not taken back."""
    return Decision.objects.filter(campaign=campaign, undone_at__isnull=True).select_related("group")


def _links(campaign: Campaign, scope: Collection[Group | None], said: QuerySet[Decision]) -> list[str]:
    """The campaign's links that were seen in a scope, without those of which it was said already; the newest first."""
    own = Q() if None in scope else Q(group__in=[group.pk for group in scope if group is not None])
    seen = campaign.sightings.filter(own)
    links = seen.exclude(url_hash__in=said.values("url_hash")).order_by().values("url_hash")
    newest = links.annotate(newest=Max("pk")).order_by("-newest").values_list("url_hash", flat=True)
    return list(newest[:MOST_AT_ONCE])


def _note(campaign: Campaign, what: str, by: str, group: Group | None) -> None:
    ids = [] if group is None else [str(group.pk)]
    audit.record(by, f"campaign.{what}", str(campaign), group_ids=ids, details={"campaign": campaign.pk})
