"""What is stored about one member, by code name, or about one group; who that is, is computed and written nowhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.conf import settings
from django.db.models import Model, Q, QuerySet, TextField
from django.db.models.functions import Cast

from groups.models import Group
from overrides.models import Override
from waclient.alerts.binding import is_keyed
from waclient.models import (
    Action,
    Decision,
    ModeratorsChat,
    Newcomer,
    PendingWork,
    Report,
    Sighting,
    SimulatedMessage,
    WorkKind,
)
from waclient.recording import keys as pseudonyms
from wbscanner import secrets
from wbscanner.models import AuditEntry

SHORT = 8  # digits of a code name that stand for a person in texts such as "member 0123abcd"
NUMBER = re.compile(r"\+?[\d\s().\-/]{6,30}")
ADDRESS = re.compile(r"\d{5,20}@(s\.whatsapp\.net|lid)")
ROUNDS = 3


def keys_of(typed: str) -> list[str]:
    """The code names of a telephone number or WhatsApp address; empty when it is neither."""
    typed = typed.strip()
    if ADDRESS.fullmatch(typed):
        return whose(pseudonyms([typed]))
    digits = re.sub(r"\D", "", typed)
    if not NUMBER.fullmatch(typed) or len(digits) < SHORT:
        return []
    return whose(pseudonyms([f"{digits.removeprefix('00')}@s.whatsapp.net"]))


def whose(found: Sequence[str]) -> list[str]:
    """These code names and the others under which messages show the same person."""
    known = {key for key in found if key}
    for _round in range(ROUNDS):
        pairs = posted(sorted(known)).values_list("sender", "sender_alt").distinct()
        more = {key for pair in pairs for key in pair if key}
        if more <= known:
            break
        known |= more
    return sorted(known)


def posted(keys: Sequence[str]) -> QuerySet[Sighting]:
    return Sighting.objects.filter(Q(sender__in=keys) | Q(sender_alt__in=keys))


def trusting(keys: Sequence[str]) -> list[Group]:
    return [group for group in Group.objects.exclude(trusted=[]) if not set(keys).isdisjoint(group.trusted)]


def answered(keys: Sequence[str]) -> list[Action]:
    """What was or will be said to this person, as far as their address is still kept."""
    rows = Action.objects.filter(address__isnull=False)
    return [row for row in rows if _is_about(row.address or "", keys)]


def work(keys: Sequence[str]) -> list[PendingWork]:
    """Commands, files and answers of this person that wait."""
    named = Q(kind=WorkKind.CONSENT)
    rows = PendingWork.objects.filter(named | ~Q(payload=""))
    return [row for row in rows if row.ref.split(" ")[-1] in keys or _is_about(row.payload, keys)]


def _is_about(sealed: str, keys: Sequence[str]) -> bool:
    """Whether an address of this person stands in what is encrypted."""
    try:
        values = json.loads(secrets.decrypt(settings.INSTALLATION_KEY, sealed))
    except (secrets.Unreadable, ValueError):
        return False
    return not set(pseudonyms(_addresses(values))).isdisjoint(keys)


def _addresses(values: Any) -> Iterator[str]:
    if isinstance(values, str) and ADDRESS.fullmatch(values):
        yield values
    elif isinstance(values, dict | list):
        for value in values.values() if isinstance(values, dict) else values:
            yield from _addresses(value)


def signed(keys: Sequence[str]) -> Iterator[tuple[QuerySet[Any], str]]:
    """Rows that a command or answer of this person made, and the column that names them by a code's first digits."""
    columns = (Decision, "by"), (Override, "created_by"), (Report, "answered_by"), (AuditEntry, "actor")
    for model, column in columns:
        mine = Q()
        for key in keys:
            mine |= Q(**{f"{column}__contains": key[:SHORT]})
        yield model._default_manager.filter(mine) if mine else model._default_manager.none(), column


def noted(keys: Iterable[str]) -> QuerySet[AuditEntry]:
    """Audit entries whose details name this person."""
    mine = Q()
    for key in keys:
        mine |= Q(said__contains=key[:SHORT])
    rows = AuditEntry.objects.annotate(said=Cast("details", TextField()))
    return rows.filter(mine) if mine else rows.none()


def of_member(keys: Sequence[str]) -> Iterator[tuple[str, Iterable[Model]]]:
    """Everything stored about a member, by table."""
    yield "sightings", posted(keys)
    yield "newcomers", Newcomer.objects.filter(member__in=keys)
    yield "questions", Report.objects.filter(by__in=keys)
    yield "answers", answered(keys)
    yield "waiting", work(keys)
    yield "moderators_chats", ModeratorsChat.objects.filter(is_keyed(list(keys)))
    for rows, column in signed(keys):
        yield f"{rows.model._meta.model_name}_{column}", rows
    yield "audit_details", noted(keys)


def of_group(group: Group) -> Iterator[tuple[str, Iterable[Model]]]:
    """Everything stored about a group, by table."""
    yield "group", [group]
    for name in ("sightings", "actions", "decisions", "overrides", "reports", "newcomers", "memberships"):
        yield name, getattr(group, name).all()
    yield "moderators_chats", group.moderators_chats.all()
    yield "waiting", PendingWork.objects.filter(ref__startswith=group.jid)
    yield "simulated_messages", SimulatedMessage.objects.filter(chat=group.jid)
    yield "audit", audited(group.pk)


def audited(group_key: int) -> QuerySet[AuditEntry]:
    rows = AuditEntry.objects.annotate(of=Cast("group_ids", TextField()))
    return rows.filter(of__contains=f'"{group_key}"')
