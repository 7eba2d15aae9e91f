"""The demo's month, written through the program's own doors: links, engine, policy, outbox, decisions, audit.

Nothing can be sent for it: every action is sent already, every group has had its arrival notice, no sender has an
address. Demo actions carry no claim time, so that they use nothing of the sending budget.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from groups.models import Group
from groups.policy import State
from groups.services import mute, set_state
from overrides.models import Override
from scans import services
from scans.engine import arrivals
from scans.engine.ceiling import Ceiling
from scans.engine.findings import NotChecked, NotCheckedReason
from scans.engine.heuristics import HEURISTICS
from scans.engine.journeys import Hop, How, Journey, Stop
from scans.engine.kinds.lookonly import displayable, is_look_only
from scans.engine.links import Link, find_links, parse
from scans.engine.local import analyze_locally, look_along
from scans.engine.scoring import assess
from scans.hops import Evidence, rows_of
from scans.models import Cause, Scan, Status
from waclient import corrections, decisions, outbox, queue, replies
from waclient.client import InboundMessage, Passage, Person
from waclient.decisions import UNDO_WINDOW
from waclient.demo import moderating, pictures, story
from waclient.demo.events import Asked, Cast, Chat, Mute, Post, Reported, Said, Turned
from waclient.demo.timeline import Chosen, Dated, Live, month
from waclient.models import Action, ActionKind, ActionState, Decision, Sighting
from waclient.posted import links_of
from waclient.verdicts import way_of
from wbscanner import secrets
from wbscanner.models import AuditEntry

UNTIL_RECEIVED = timedelta(seconds=1)
UNTIL_JUDGED = timedelta(seconds=2)
UNTIL_SENT = timedelta(seconds=9)
HISTORY_DELAY = timedelta(hours=5)
SENT_ID = "DEMO"
# What nobody was asked about a link that was opened.
GAPS = (NotChecked("providers", NotCheckedReason.NONE_CONFIGURED),)


class Month:
    """One filling; `write` plays the month from its first to its last event."""

    def __init__(self, now: datetime) -> None:
        self.now = timezone.localtime(now)
        self.groups: dict[str, Group] = {}
        self.ways: dict[str, tuple[str, ...]] = dict(story.WAYS)

    def write(self) -> int:
        """Write all rows and return how many links were posted; for a transaction that has removed the old demo."""
        for cast in story.GROUPS:
            self.groups[cast.key] = _group(cast, self.now)
        moderating.employ(self.groups, self.now - timedelta(days=story.DAYS))
        links = 0
        for dated in month(self.now):
            moderating.tell(dated.at)
            links += isinstance(dated.event, Post)
            self._let_happen(dated)
        moderating.tell_rest(self.now)
        return links

    def _let_happen(self, dated: Dated) -> None:
        match dated.event:
            case Post():
                self._post(dated, dated.event)
            case Said():
                self._decide(dated.at, dated.event)
            case Turned():
                self._turn(dated.at, dated.event)
            case Asked():
                by = _pseudonym("asks", dated.member)
                moderating.ask(dated.event, self.groups[dated.event.group], by, dated.at)
            case Reported():
                pictures.report(dated.event, dated.at)
            case Chat():
                moderating.bind([self.groups[key] for key in dated.event.groups], dated.event, dated.at)
            case _:
                self._change(dated.at, dated.event)

    def _post(self, dated: Dated, post: Post) -> None:
        group = self.groups[post.group]
        received = dated.at + (HISTORY_DELAY if post.is_history else UNTIL_RECEIVED)
        message = _message(group, dated, post)
        for posted in links_of(message):
            link = posted.link
            override = Override.match(way_of(link), group, received)
            sighting = Sighting.objects.create(
                group=group,
                message_id=message.message_id,
                url_hash=link.url_hash,
                url=displayable(link),
                host=link.host,
                registrable_domain=link.registrable_domain,
                sender=_pseudonym(post.group, dated.member),
                place=posted.place,
                written=[finding.as_dict() for finding in posted.written],
                is_forwarded_often=message.is_forwarded_often,
                posted_at=dated.at,
                received_at=received,
                is_history=post.is_history,
                withdrawn_at=received if post.is_withdrawn else None,
                override=override,
                scan=None if override else self._scan(link, group, received),
            )
            _answer(sighting, group, received + UNTIL_JUDGED)

    def _scan(self, link: Link, group: Group, at: datetime) -> Scan:
        """The verdict still valid at that moment, or the engine's, as if it had been asked then."""
        fresh = Scan.objects.filter(url_hash=link.url_hash, status=Status.DONE, expires_at__gt=at, requested_at__lte=at)
        scan = fresh.order_by("-requested_at", "-pk").first()
        if scan is None:
            return _new_scan(link, Ceiling(group.ceiling), at, self.ways.get(link.url, ()))
        Scan.objects.filter(pk=scan.pk).update(last_seen_at=at)
        return scan

    def _turn(self, at: datetime, event: Turned) -> None:
        """What stands behind a link changes, and with it the verdict if it was posted before: its groups are told."""
        link = parse(event.url)
        self.ways[link.url] = event.onward
        before = services.newest(link.url_hash)
        if before is None:
            return
        scan = _new_scan(link, Ceiling(before.ceiling), at, event.onward, cause=Cause.SCHEDULE)
        for group in self.groups.values():
            corrections.pass_on(scan, group, at + UNTIL_JUDGED)
        services.mark_told(link.url_hash, at + UNTIL_JUDGED)
        queue.refresh(link.url_hash)
        _send(Action.objects.filter(url_hash=link.url_hash), at + UNTIL_JUDGED)

    def _decide(self, at: datetime, said: Said) -> None:
        (link,) = find_links(said.url)
        group = self.groups[said.group] if said.group else None
        decision = decisions.decide(link.url_hash, said.answer, by=said.by, group=group)
        Decision.objects.filter(pk=decision.pk).update(**_moments(decision, at))
        Override.objects.filter(decisions=decision).update(created_at=at)
        Scan.objects.filter(url_hash=link.url_hash, decided_at__isnull=False).update(decided_at=at)
        queue.refresh(link.url_hash)
        self._date_audit(at)

    def _change(self, at: datetime, event: Chosen | Live | Mute) -> None:
        group = self.groups[event.group]
        if isinstance(event, Mute):
            mute(group, timedelta(hours=event.hours), by=event.by)
            group.muted_until = at + timedelta(hours=event.hours)
            group.save(update_fields=["muted_until"])
        else:
            set_state(group, State.LIVE if isinstance(event, Live) else State.WATCH, by=event.by)
            if isinstance(event, Chosen):
                Group.objects.filter(pk=group.pk).update(watched_since=at)
        if isinstance(event, Chosen):
            _say_hello(group, at + UNTIL_SENT)
        self._date_audit(at)

    def _date_audit(self, at: datetime) -> None:
        """Entries are written with today's time; those of the demo's moderators that still have it get theirs."""
        AuditEntry.objects.filter(actor__in=story.NAMES, at__gte=self.now).update(at=at)


def _group(cast: Cast, now: datetime) -> Group:
    group = Group.objects.create(
        jid=cast.jid,
        name=cast.name,
        size=cast.size,
        bot_is_admin=cast.bot_is_admin,
        on_suspicious=cast.on_suspicious,
        on_malicious=cast.on_malicious,
        preset=cast.preset,
        seen_at=now,
    )
    Group.objects.filter(pk=group.pk).update(created_at=now - timedelta(days=story.DAYS))
    return group


def _message(group: Group, dated: Dated, post: Post) -> InboundMessage:
    return InboundMessage(
        chat=group.jid,
        message_id=f"DEMO{dated.number:06}",
        sender=Person(""),
        posted_at=dated.at,
        passages=(Passage(post.url, post.place),),
        is_forwarded_often=post.is_forwarded_often,
    )


def _pseudonym(group: str, member: int) -> str:
    return secrets.pseudonym(settings.INSTALLATION_KEY, f"demo-{group}-{member}@lid")


def _new_scan(link: Link, ceiling: Ceiling, at: datetime, way: tuple[str, ...], *, cause: Cause = Cause.POSTED) -> Scan:
    scan = Scan.objects.create(
        url_hash=link.url_hash,
        url=displayable(link),
        fetch_url=None if is_look_only(link) else link.url,
        host=link.host,
        registrable_domain=link.registrable_domain,
        ceiling=ceiling,
        cause=cause,
        status=Status.RUNNING,
        attempts=1,
        requested_at=at,
        started_at=at,
        last_seen_at=at,
    )
    _judge(scan, link, at + UNTIL_JUDGED, [parse(url) for url in way])
    Scan.objects.filter(pk=scan.pk).update(look_again_at=None)  # the story stays as it is told
    scan.refresh_from_db()
    return scan


def _judge(scan: Scan, link: Link, at: datetime, onward: list[Link]) -> None:
    """What the engine says; of a link that the story sends on, of all addresses on its way."""
    if not onward:
        scan.finish(analyze_locally(link, heuristics=HEURISTICS), at)
        return
    sent_on = [Hop(link, How.POSTED, 302), *(Hop(step, How.REDIRECT, 302) for step in onward)]
    hops = (*sent_on[:-1], replace(sent_on[-1], status=200))
    seen, missing = look_along([link, *onward], heuristics=HEURISTICS, feeds=())
    found, gaps = arrivals.look_at(Journey(hops, Stop.ARRIVED))
    scan.finish(assess([*seen, *found], [*missing, *gaps, *GAPS]), at, Evidence(rows_of(hops), []))


def _answer(sighting: Sighting, group: Group, at: datetime) -> None:
    """Plan as the outbox does; what it planned has been sent."""
    outbox.plan_message([sighting], group, at)
    _send(Action.objects.filter(sighting=sighting), at)


def _send(actions: QuerySet[Action], at: datetime) -> None:
    waiting = actions.filter(state=ActionState.PENDING)
    waiting.update(state=ActionState.SENT, sent_at=at + UNTIL_SENT, wa_message_id=SENT_ID)


def _say_hello(group: Group, at: datetime) -> None:
    Action.objects.create(
        group=group,
        kind=ActionKind.NOTICE,
        text=replies.notice(group),
        state=ActionState.SENT,
        created_at=at - UNTIL_SENT,
        sent_at=at,
        wa_message_id=SENT_ID,
    )


def _moments(decision: Decision, at: datetime) -> dict[str, datetime]:
    """When it was said and, where it makes the bot act on what was posted before, done."""
    acted = {} if decision.applies_at is None else {"applies_at": at + UNDO_WINDOW, "applied_at": at + UNDO_WINDOW}
    return {"at": at, **acted}
