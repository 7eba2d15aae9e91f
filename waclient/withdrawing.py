"""Links that are taken back: by a deletion, by an edit, by a new name of the group. Call it in a transaction."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils import timezone

from groups.models import Group
from waclient.client import InboundMessage, Person
from waclient.models import Action, ActionState, Place, Sighting
from waclient.posted import Posted
from waclient.recording import keys

SKIPPED_WITHDRAWN = "withdrawn"
# An edit changes the words of a message; the picture or document under them stays.
CHANGED_BY_EDIT = [Place.TEXT, Place.QUOTED]


def withdraw(group: Group, message: InboundMessage, *, is_admin: bool) -> None:
    """Somebody deleted a message: its author or an admin; anybody else's claim is not believed."""
    gone = Sighting.objects.filter(group=group, message_id=message.message_id, withdrawn_at__isnull=True)
    gone = gone.exclude(place=Place.GROUP)
    mark_withdrawn(gone if is_admin else gone.filter(is_by(message.sender)))


def follow_edit(group: Group, message: InboundMessage, found: list[Posted]) -> None:
    """An edit by the author withdraws the links it takes away; one that it puts back is decided on as if new."""
    own = Sighting.objects.filter(is_by(message.sender), group=group, message_id=message.message_id)
    keep_only(own.filter(place__in=CHANGED_BY_EDIT), message, found)


def keep_only(sightings: QuerySet[Sighting], message: InboundMessage, found: list[Posted]) -> None:
    """Of these sightings those of the links found stand, or stand again; the others are withdrawn."""
    kept = Q(url_hash__in=[posted.link.url_hash for posted in found])
    mark_withdrawn(sightings.filter(~kept, withdrawn_at__isnull=True))
    back = [sighting.pk for sighting in sightings.filter(kept, withdrawn_at__isnull=False)]
    Action.objects.filter(sighting__in=back, state=ActionState.SKIPPED, reason=SKIPPED_WITHDRAWN).delete()
    Sighting.objects.filter(pk__in=back).update(
        withdrawn_at=None, planned_at=None, posted_at=message.posted_at, received_at=timezone.now()
    )


def is_by(person: Person) -> Q:
    """Sightings of this person, under whichever address they were posted."""
    own = keys((person.address, person.other))
    return Q(sender__in=own) | Q(sender_alt__in=own)


def mark_withdrawn(sightings: QuerySet[Sighting]) -> None:
    """Take back what waits to be said about them."""
    ids = list(sightings.values_list("pk", flat=True))
    Sighting.objects.filter(pk__in=ids).update(withdrawn_at=timezone.now())
    Action.objects.filter(sighting__in=ids, state=ActionState.PENDING).update(
        state=ActionState.SKIPPED, reason=SKIPPED_WITHDRAWN
    )
