"""From a message to Sightings: one short transaction, nothing slow, nothing sent."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from groups.models import Group
from groups.policy import State
from groups.services import set_state
from overrides.models import Override
from overrides.rules import Subject
from scans.engine.ceiling import Ceiling
from scans.engine.links import Link, find_links
from scans.engine.lookonly import displayable
from scans.models import Priority
from scans.services import request_unless, reusable
from waclient.client import InboundMessage, MessageKind, Person
from waclient.models import Action, ActionState, PendingWork, Sighting, WorkKind
from waclient.rosters import Rosters
from wbscanner import secrets

log = logging.getLogger(__name__)

CONSENT = "!scanner consent"
MAX_LINKS_PER_MESSAGE = 50
SKIPPED_WITHDRAWN = "withdrawn"


def receive(message: InboundMessage, rosters: Rosters) -> int:
    """Store what a message means to us; returns how many links were new.

    Everything a watched group posts is read; a message without a link writes nothing. Of any other group only an
    admin's exact consent is recognised. The same message twice changes nothing.
    """
    if message.is_from_me:
        return 0
    group = Group.objects.filter(jid=message.chat).first() or _meet(message.chat)
    if not group.is_watched:
        _hear_consent(group, message, rosters)
        return 0
    if message.kind is MessageKind.REVOKE:
        _withdraw(group, message, rosters)
        return 0
    links = _links(message.texts)
    if not links and message.kind is MessageKind.NEW:
        return 0
    with transaction.atomic():
        if message.kind is MessageKind.EDIT:
            _follow_edit(group, message, links)
        return _record(group, message, links)


def _meet(jid: str) -> Group:
    """A group never heard of: a row that is off, and its facts to be read later."""
    group, _is_new = Group.objects.get_or_create(jid=jid)
    PendingWork.objects.get_or_create(kind=WorkKind.GROUP_INFO, ref=jid)
    return group


def _hear_consent(group: Group, message: InboundMessage, rosters: Rosters) -> None:
    is_consent = any(text.strip().lower() == CONSENT for text in message.texts)
    if not is_consent or message.is_history:
        return
    if rosters.knows(group.jid):
        if rosters.is_admin(group.jid, message.sender):
            consent(group, person_key(message.sender))
        return
    PendingWork.objects.get_or_create(kind=WorkKind.CONSENT, ref=f"{group.jid} {person_key(message.sender)}")


def consent(group: Group, key: str) -> None:
    """What an admin's consent does; `key` is the admin's pseudonym."""
    set_state(group, State.WATCH, by=f"group admin {key[:8]}")


def _links(texts: Iterable[str]) -> list[Link]:
    found = {link.url_hash: link for text in texts for link in find_links(text)}
    if len(found) > MAX_LINKS_PER_MESSAGE:
        log.warning("a message carries %d links, the first %d are read", len(found), MAX_LINKS_PER_MESSAGE)
    return list(found.values())[:MAX_LINKS_PER_MESSAGE]


def _record(group: Group, message: InboundMessage, links: list[Link]) -> int:
    now = timezone.now()
    known = set(
        Sighting.objects.filter(
            group=group, message_id=message.message_id, url_hash__in=[link.url_hash for link in links]
        ).values_list("url_hash", flat=True)
    )
    fresh = [link for link in links if link.url_hash not in known]
    if fresh:
        Sighting.objects.bulk_create(_sightings(group, message, fresh, now))
    return len(fresh)


def _sightings(group: Group, message: InboundMessage, links: list[Link], now: datetime) -> Iterator[Sighting]:
    """One for each link, settled by an override or given a scan; overrides and scans are read once for all of them."""
    is_history = message.is_history or now - message.posted_at > settings.REPLY_MAX_AGE
    priority = Priority.HISTORY if is_history else Priority.LIVE
    scans = reusable([link.url_hash for link in links], now)
    overrides = Override.match_all([[Subject.of(link)] for link in links], group, now)
    for link, override in zip(links, overrides, strict=True):
        sighting = _sighting(group, message, link, now)
        sighting.is_history = is_history
        sighting.override = override
        if override is None:
            found = scans.get(link.url_hash)
            sighting.scan = request_unless(found, link, Ceiling(group.ceiling), priority=priority, now=now)
        yield sighting


def _sighting(group: Group, message: InboundMessage, link: Link, now: datetime) -> Sighting:
    return Sighting(
        group=group,
        message_id=message.message_id,
        url_hash=link.url_hash,
        url=displayable(link),
        host=link.host,
        registrable_domain=link.registrable_domain,
        sender=person_key(message.sender),
        sender_alt=_pseudonym(message.sender.other_identity),
        sender_address=secrets.encrypt(
            settings.INSTALLATION_KEY, json.dumps([message.sender.address, message.sender.other])
        ),
        posted_at=message.posted_at,
        received_at=now,
    )


def _withdraw(group: Group, message: InboundMessage, rosters: Rosters) -> None:
    """Somebody deleted a message: its author or an admin; anybody else's claim is not believed."""
    with transaction.atomic():
        gone = Sighting.objects.filter(group=group, message_id=message.message_id, withdrawn_at__isnull=True)
        if not rosters.is_admin(group.jid, message.sender):
            gone = gone.filter(_is_by(message.sender))
        _mark_withdrawn(list(gone))


def _follow_edit(group: Group, message: InboundMessage, links: list[Link]) -> None:
    """An edit by the author withdraws the links it takes away; one that it puts back is decided on as if new."""
    kept = Q(url_hash__in=[link.url_hash for link in links])
    own = Sighting.objects.filter(_is_by(message.sender), group=group, message_id=message.message_id)
    _mark_withdrawn(list(own.filter(~kept, withdrawn_at__isnull=True)))
    back = [sighting.pk for sighting in own.filter(kept, withdrawn_at__isnull=False)]
    Action.objects.filter(sighting__in=back, state=ActionState.SKIPPED, reason=SKIPPED_WITHDRAWN).delete()
    Sighting.objects.filter(pk__in=back).update(
        withdrawn_at=None, planned_at=None, posted_at=message.posted_at, received_at=timezone.now()
    )


def _is_by(person: Person) -> Q:
    """Sightings of this person, under whichever address they were posted."""
    keys = [_pseudonym(address) for address in (person.address, person.other) if address]
    return Q(sender__in=keys) | Q(sender_alt__in=keys)


def _mark_withdrawn(sightings: list[Sighting]) -> None:
    ids = [sighting.pk for sighting in sightings]
    Sighting.objects.filter(pk__in=ids).update(withdrawn_at=timezone.now())
    Action.objects.filter(sighting__in=ids, state=ActionState.PENDING).update(
        state=ActionState.SKIPPED, reason=SKIPPED_WITHDRAWN
    )


def person_key(person: Person) -> str:
    """The pseudonym under which a person is kept: of the LID where it is known."""
    return _pseudonym(person.identity)


def _pseudonym(identity: str) -> str:
    return secrets.pseudonym(settings.INSTALLATION_KEY, identity) if identity else ""
