"""Is it alive? One light for each part: works, look soon or act now, with what to do and where."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_q.models import Schedule

from scans.asking import quotas
from scans.asking.access import is_on
from scans.asking.breakers import is_out_of_quota
from scans.asking.keys import Place, find
from scans.asking.rows import cards
from scans.models import Feed, FeedState, ProviderState, Scan, Status
from waclient import troubles
from waclient.models import Connection, Phase
from wbscanner.moments import moment
from wbscanner.permissions import is_owner

# The job that is put forward every minute (schedules.HEARTBEAT); three missed runs are no delay any more.
HEARTBEAT, JOB_LATE = "scans.tasks.sweep", timedelta(minutes=3)
OVERDUE = timedelta(seconds=30)  # a link is judged in 8 s
FEED_OLD = timedelta(days=3)  # every list that comes with the program is asked for at least once a day
PHONE_SOON_DAYS = 4
GIB = 2**30
DISK_SOON, DISK_NOW = 2 * GIB, GIB // 2  # SQLite may need as much again as its file while it tidies up


class Tone(StrEnum):
    """The classes of desk.css."""

    FINE = "fine"
    SOON = "soon"
    BAD = "bad"


URGENCY = {Tone.BAD: 0, Tone.SOON: 1, Tone.FINE: 2}


@dataclass(frozen=True, slots=True)
class Light:
    """One part of the house; `todo` is what to do about it, `url` where. `since` is HTML of `moment`."""

    name: str
    tone: Tone
    title: str
    text: str
    since: str = ""
    todo: str = ""
    url: str = ""


def lights(request: HttpRequest, connection: Connection, now: datetime, alarms_on: int) -> list[Light]:
    """What concerns this reader, what needs a hand first: lists, services, disk and alarms are the owner's."""
    found = [hearing(connection, now), worker(now)]
    if is_owner(request.user):
        found += [feeds(now), providers(now), disk(Path(settings.DATA_DIR)), alarms(alarms_on)]
    return sorted(found, key=lambda light: URGENCY[light.tone])


def hearing(row: Connection, now: datetime) -> Light:
    """Whether messages come in, and whether the phone keeps the link alive."""
    title, since = _("Messages"), moment(row.heard_at or row.event_at) if row.heard_at or row.event_at else ""
    page, days_left = reverse("desk:phone"), troubles.phone_days_left(row, now)
    if not row.is_alive(now) or row.phase != Phase.CONNECTED:
        text, todo = _("Nothing is heard while WhatsApp is not connected."), _("See the connection above.")
        return Light("hearing", Tone.SOON, title, text, since, todo, page)
    if troubles.is_row_deaf(row, now):
        text, todo = (
            _("Connected, and silent for longer than is usual here."),
            _("Restart the service wbscanner-socket."),
        )
        return Light("hearing", Tone.BAD, title, text, since, todo, page)
    if days_left is not None and days_left <= PHONE_SOON_DAYS:
        text = ngettext(
            "WhatsApp may end the link in %(days)d day.", "WhatsApp may end the link in %(days)d days.", days_left
        )
        todo = _("Open WhatsApp on the spare phone.")
        return Light("hearing", Tone.SOON, title, text % {"days": days_left}, since, todo, page)
    return Light("hearing", Tone.FINE, title, _("They come in.") if since else _("None came yet."), since)


def worker(now: datetime) -> Light:
    """Its sign of life is the job that is put forward every minute; what it owes are links that wait too long."""
    title = _("Worker")
    todo = _("Start it with make run, or look at the service wbscanner-worker; nothing is lost meanwhile.")
    waiting = Scan.objects.filter(
        finished_at__isnull=True, status=Status.QUEUED, requested_at__lt=now - OVERDUE
    ).order_by("requested_at")
    moments = list(waiting.values_list("requested_at", flat=True))
    next_run = Schedule.objects.filter(func=HEARTBEAT).values_list("next_run", flat=True).first()
    if moments:
        text = ngettext(
            "%(n)d link waits to be checked, the oldest since",
            "%(n)d links wait to be checked, the oldest since",
            len(moments),
        )
        return Light("worker", Tone.BAD, title, text % {"n": len(moments)}, moment(moments[0]), todo)
    if next_run is None or next_run <= now - JOB_LATE:
        text = _("It should have run its jobs") if next_run else _("It never ran a job.")
        return Light("worker", Tone.BAD, title, text, moment(next_run) if next_run else "", todo)
    return Light("worker", Tone.FINE, title, _("Runs its jobs. No link waits to be checked."))


def feeds(now: datetime) -> Light:
    """How many lists are in use, and which cannot be fetched or are old."""
    title, page = _("Lists of known links"), f"{reverse('admin:scans_feed_changelist')}?state__exact={FeedState.ON}"
    used = list(Feed.objects.filter(state=FeedState.ON))
    if not used:
        return Light("feeds", Tone.SOON, title, _("None is in use."), "", _("Switch some on."), page)
    failing, new = [one for one in used if one.failures], [one for one in used if not one.generation]
    fetched = [one.checked_at for one in used if one.checked_at and not one.pasted]
    oldest = min(fetched, default=None)
    text, since = _lists(len(used), len(new), len(failing)), moment(oldest) if oldest else ""
    if failing:
        tone = Tone.BAD if len(failing) == len(used) else Tone.SOON
        todo = (
            _("Read what is wrong; lists that are not loaded are not looked up.")
            if new
            else _("Read what is wrong; the versions from before are still used.")
        )
        return Light("feeds", tone, title, text, since, todo, page)
    if new or (oldest is not None and oldest < now - FEED_OLD):
        todo = _("See whether the worker runs and this machine reaches the internet.")
        return Light("feeds", Tone.SOON, title, text, since, todo, page)
    return Light("feeds", Tone.FINE, title, text, since, "", page)


def _lists(used: int, new: int, failing: int) -> str:
    """How many lists are in use, and how many of them hold nothing yet or cannot be fetched."""
    parts = [ngettext("%(n)d in use", "%(n)d in use", used) % {"n": used}]
    if new:
        parts.append(ngettext("%(n)d not loaded yet", "%(n)d not loaded yet", new) % {"n": new})
    if failing:
        parts.append(ngettext("%(n)d failing", "%(n)d failing", failing) % {"n": failing})
    return ", ".join(parts)


def providers(now: datetime) -> Light:
    """Services that should be asked and are not: no readable key, left alone, nothing left to spend."""
    title, page = _("Services that are asked"), reverse("admin:scans_providerstate_changelist")
    states = {state.name: state for state in ProviderState.objects.all()}
    on = [card for card in cards().values() if is_on(card, states.get(card.name))]
    ready = [card for card in on if not card.key_name or find(card, states.get(card.name), states)[0]]
    uses = quotas.uses(ready, now)
    unreadable = sum(find(card, states.get(card.name), states)[1] is Place.UNREADABLE for card in on)
    paused = [one for card in ready if (one := states.get(card.name)) and one.open_until and one.open_until > now]
    failing = [one for one in paused if not is_out_of_quota(one)]
    spent = sum(any(use.left == 0 for use in uses[card.name]) for card in ready)
    spent = max(spent, len(paused) - len(failing))
    parts = [
        (len(failing), ngettext("%(n)d left alone after failures", "%(n)d left alone after failures", len(failing))),
        (spent, ngettext("%(n)d quota used up", "%(n)d quotas used up", spent)),
        (unreadable, ngettext("%(n)d key cannot be read", "%(n)d keys cannot be read", unreadable)),
    ]
    wrong = ", ".join(words % {"n": number} for number, words in parts if number)
    text = ngettext("%(n)d is asked", "%(n)d are asked", len(ready)) % {"n": len(ready)}
    if not wrong:
        return Light("providers", Tone.FINE, title, text, "", "", page)
    tone = Tone.BAD if unreadable else Tone.SOON
    todo = _("Links are judged without them meanwhile; see whether a key or a plan has to be renewed.")
    return Light("providers", tone, title, f"{text}, {wrong}", "", todo, page)


def disk(folder: Path) -> Light:
    """What is free where the data is, and how big the database has grown."""
    title, free = _("Disk"), shutil.disk_usage(folder).free
    database = Path(settings.DATABASES["default"]["NAME"])
    size = database.stat().st_size if database.is_file() else 0
    text = _("%(free)s free") % {"free": filesizeformat(free)}
    if size:
        text += ", " + _("the database takes %(size)s") % {"size": filesizeformat(size)}
    if free < DISK_SOON:
        tone = Tone.BAD if free < DISK_NOW else Tone.SOON
        return Light("disk", tone, title, text, "", _("Free some space: a full disk stops everything."))
    return Light("disk", Tone.FINE, title, text)


def alarms(count: int) -> Light:
    title, page = _("Alarms"), f"{reverse('admin:wbscanner_alarm_changelist')}?ended_at__isnull=1"
    if not count:
        return Light("alarms", Tone.FINE, title, _("None is on."), "", "", page)
    text = ngettext("%(n)d is on", "%(n)d are on", count) % {"n": count}
    return Light("alarms", Tone.BAD, title, text, "", _("Read what to do."), page)
