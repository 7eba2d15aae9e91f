"""Sightings of links: new ones with an override or a scan, changed ones decided on anew. Call it in a transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from groups.models import Group
from overrides.models import Override
from scans.engine.ceiling import Ceiling
from scans.engine.kinds.lookonly import displayable
from scans.models import Priority
from scans.services import request_unless, reusable
from waclient import newcomers
from waclient.client import InboundMessage, Person
from waclient.invitations import is_own
from waclient.models import Place, Sighting
from waclient.posted import Posted
from waclient.quoting import quotes_us
from waclient.verdicts import way_of
from wbscanner import secrets


def record(group: Group, message: InboundMessage, found: list[Posted]) -> int:
    """Store the links of a message that are not stored yet; returns how many. Those that are may have changed."""
    now = timezone.now()
    stored = Sighting.objects.filter(
        group=group, message_id=message.message_id, url_hash__in=[posted.link.url_hash for posted in found]
    )
    known = {sighting.url_hash: sighting for sighting in stored}
    for posted in found:
        if posted.link.url_hash in known:
            _note_change(known[posted.link.url_hash], posted, message, now)
    fresh = [posted for posted in found if posted.link.url_hash not in known]
    if fresh:
        made = list(_sightings(group, message, fresh, now))
        is_newcomer = newcomers.take(group, keys((message.sender.address, message.sender.other)))
        for sighting in made:
            sighting.is_newcomer = is_newcomer
        Sighting.objects.bulk_create(made)
    return len(fresh)


def _note_change(sighting: Sighting, posted: Posted, message: InboundMessage, now: datetime) -> None:
    """What its author only quoted and now says, or now writes to deceive, is decided on again."""
    if not {sighting.sender, sighting.sender_alt} & set(keys((message.sender.address, message.sender.other))):
        return
    is_said = sighting.place == Place.QUOTED and posted.place != Place.QUOTED
    codes = {finding["code"] for finding in sighting.written}
    news = [finding.as_dict() for finding in posted.written if finding.code not in codes]
    if not is_said and not any(finding["points"] > 0 for finding in news):
        return
    sighting.place = posted.place if is_said else sighting.place
    sighting.written = [*sighting.written, *news]
    sighting.posted_at, sighting.received_at, sighting.planned_at = message.posted_at, now, None
    sighting.save(update_fields=["place", "written", "posted_at", "received_at", "planned_at"])


def _sightings(group: Group, message: InboundMessage, found: list[Posted], now: datetime) -> Iterator[Sighting]:
    """One for each link, settled by an override or given a scan; overrides and scans are read once for all of them.

    The overrides see what a wrapper such as a search engine's redirect carries: allowing the wrapper is no answer.
    """
    is_history = message.is_history or now - message.posted_at > settings.REPLY_MAX_AGE
    is_to_us = quotes_us(message, group)
    priority = Priority.HISTORY if is_history else Priority.LIVE
    scans = reusable([posted.link.url_hash for posted in found], now)
    ways = [way_of(posted.link) for posted in found]
    for posted, override in zip(found, Override.match_all(ways, group, now), strict=True):
        sighting = _sighting(group, message, posted, now)
        sighting.is_history, sighting.quotes_us = is_history, is_to_us
        sighting.override = override
        if override is None:
            scan = scans.get(posted.link.url_hash)
            sighting.scan = request_unless(scan, posted.link, Ceiling(group.ceiling), priority=priority, now=now)
        yield sighting


def _sighting(group: Group, message: InboundMessage, posted: Posted, now: datetime) -> Sighting:
    link, sender = posted.link, message.sender
    return Sighting(
        group=group,
        message_id=message.message_id,
        url_hash=link.url_hash,
        url=displayable(link),
        host=link.host,
        registrable_domain=link.registrable_domain,
        sender=person_key(sender),
        sender_alt=_pseudonym(sender.other_identity),
        sender_address=sealed(sender),
        place=posted.place,
        is_own_invite=is_own(link, group),
        written=[finding.as_dict() for finding in posted.written],
        is_forwarded_often=message.is_forwarded_often,
        posted_at=message.posted_at,
        received_at=now,
    )


def person_key(person: Person) -> str:
    """The pseudonym under which a person is kept: of the LID where it is known."""
    return _pseudonym(person.identity)


def keys(addresses: Iterable[str]) -> list[str]:
    """The pseudonyms of a person's addresses."""
    return [_pseudonym(address) for address in addresses if address]


def _pseudonym(identity: str) -> str:
    return secrets.pseudonym(settings.INSTALLATION_KEY, identity) if identity else ""


def sealed(sender: Person) -> str | None:
    """A person's addresses for this installation's eyes only; None where nobody is known to have written it."""
    if not sender.address:
        return None
    return secrets.encrypt(settings.INSTALLATION_KEY, json.dumps([sender.address, sender.other]))
