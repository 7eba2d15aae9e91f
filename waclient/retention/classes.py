"""The table of what is stored, for how long: what the desk shows of it is counted from the rows themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from axes.models import AccessLog
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Count, Min, Q, QuerySet, Value
from django.utils.translation import gettext_lazy as _

from overrides.models import Override
from scans.asking.latency import KEPT as TIMES_KEPT
from scans.models import Artifact, Disclosure, ProviderAnswer, ProviderTimes, Scan
from waclient import tasks
from waclient.models import (
    Action,
    Alert,
    Campaign,
    Decision,
    ModeratorsChat,
    Newcomer,
    PendingWork,
    QueueItem,
    Report,
    Sighting,
)
from waclient.retention.old_rows import LOGINS_KEPT
from wbscanner.alarms import KEPT as ALARMS_KEPT
from wbscanner.models import Alarm, AuditEntry, Delivery, Errand, Invitation

AT_ONCE = timedelta(0)
SOON = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Kept:
    """One class of stored data: its rows, the column that its time counts from, and for how long (None: for ever).

    `setting` is the environment's name for the period, empty where the program's own number holds. `link` is where the
    desk lists these rows, or what they belong to: a model of the back office or a page by its name with namespace, with
    a filter.
    """

    name: str
    label: Any
    rows: QuerySet[Any]
    at: str
    period: timedelta | None
    setting: str = ""
    link: str = ""

    @property
    def hours(self) -> int:
        return round(self.period.total_seconds() / 3600) if self.period is not None else 0


@dataclass(frozen=True, slots=True)
class Held:
    """What there is of one class now: how many rows, the oldest, how many are past their time or soon will be."""

    kept: Kept
    count: int
    oldest: datetime | None
    past: int
    soon: int

    @property
    def next_at(self) -> datetime | None:
        """When the oldest row's time is over."""
        if self.oldest is None or self.kept.period is None:
            return None
        return self.oldest + self.kept.period


def table() -> Sequence[Kept]:
    """Every class, with the periods that hold now."""
    links, house = settings.RETENTION, settings.AUDIT_RETENTION
    address, days = settings.SENDER_ADDRESS_KEPT, "RETENTION_DAYS"
    exact = Scan.objects.filter(fetch_url__isnull=False)
    senders = Sighting.objects.filter(sender_address__isnull=False)
    answered = Action.objects.filter(address__isnull=False)
    asked = Report.objects.filter(address__isnull=False)
    codes = ModeratorsChat.objects.exclude(code_hash="")
    return (
        Kept("exact", _("exact addresses of links"), exact, "last_seen_at", settings.FETCH_URL_KEPT, "",
             "scans_scan?fetch_url__isnull=0"),
        Kept("senders", _("senders' addresses, encrypted"), senders, "received_at", address, "SENDER_ADDRESS_KEPT"),
        Kept("answered", _("addresses of who was answered, encrypted"), answered, "created_at", address,
             "SENDER_ADDRESS_KEPT"),
        Kept("askers", _("addresses of who asked, encrypted"), asked, "asked_at", address, "SENDER_ADDRESS_KEPT"),
        Kept("newcomers", _("who joined, by code name"), Newcomer.objects.all(), "joined_at", settings.NEWCOMER_FOR,
             "NEWCOMER_FOR"),
        Kept("work", _("commands, pictures and answers that wait"), PendingWork.objects.all(), "created_at",
             tasks.WORK_KEPT, "", "waclient_pendingwork"),
        Kept("codes", _("codes that bind a moderators' chat"), codes, "code_expires_at", AT_ONCE, "",
             "waclient_moderatorschat"),
        Kept("asked", _("members' questions"), Report.objects.all(), "asked_at", tasks.REPORTS_KEPT, "",
             "waclient_report?answered=all"),
        Kept("alerts", _("what moderators' chats were told"), Alert.objects.all(), "created_at", tasks.ALERTS_KEPT),
        Kept("files", _("pictures and texts of pages"), Artifact.objects.all(), "made_at",
             settings.REPORT_ARTIFACTS_KEPT, "REPORT_ARTIFACTS_KEPT", "scans_pendingreport"),
        Kept("answers", _("what services answered"), ProviderAnswer.objects.all(), "expires_at", AT_ONCE),
        Kept("times", _("how fast services answered, by the hour"), ProviderTimes.objects.all(), "hour", TIMES_KEPT),
        Kept("errands", _("long pieces of work and their files"), Errand.objects.all(), "asked_at", Errand.KEPT),
        Kept("sightings", _("links seen, with code names"), Sighting.objects.all(), "received_at", links, days,
             "waclient_sighting"),
        Kept("scans", _("scans and their evidence"), Scan.objects.all(), "last_seen_at", links, days, "scans_scan"),
        Kept("ledger", _("what left this machine"), Disclosure.objects.all(), "at", links, days),
        Kept("actions", _("what the bot said and did"), Action.objects.all(), "created_at", links, days,
             "waclient_action"),
        Kept("queue", _("the queue"), QueueItem.objects.all(), "posted_at", links, days, "desk:queue?show=all"),
        Kept("campaigns", _("campaigns"), Campaign.objects.all(), "last_seen_at", links, days, "waclient_campaign"),
        Kept("undone", _("decisions that were undone"), Decision.objects.exclude(undone_at=None), "undone_at", links,
             days, "waclient_decision?undone_at__isnull=0"),
        Kept("stand", _("decisions that stand"), Decision.objects.filter(undone_at=None), "at", None, "",
             "waclient_decision?undone_at__isnull=1"),
        Kept("ended", _("overrides that have an end"), Override.objects.exclude(expires_at=None), "expires_at", links,
             days, "overrides_override?expires_at__isnull=0"),
        Kept("overrides", _("overrides without an end"), Override.objects.filter(expires_at=None), "created_at", None,
             "", "overrides_override?expires_at__isnull=1"),
        Kept("audit", _("the audit trail"), AuditEntry.objects.all(), "at", house, "AUDIT_RETENTION_DAYS",
             "desk:audit"),
        Kept("alarms", _("alarms that are over"), Alarm.objects.exclude(ended_at=None), "ended_at", ALARMS_KEPT, "",
             "wbscanner_alarm?ended_at__isnull=0"),
        Kept("deliveries", _("messages about alarms"), Delivery.objects.all(), "created_at", ALARMS_KEPT, "",
             "wbscanner_delivery"),
        Kept("logins", _("logins to the desk"), AccessLog.objects.all(), "attempt_time", LOGINS_KEPT, "",
             "axes_accesslog"),
        Kept("sessions", _("sessions of the desk"), Session.objects.all(), "expire_date", AT_ONCE),
        Kept("invitations", _("invitations that nobody has used"), Invitation.objects.all(), "expires_at", AT_ONCE, "",
             "desk:people"),
    )  # fmt: skip


def held(classes: Iterable[Kept], now: datetime) -> list[Held]:
    """What there is of each class, asked in one query."""
    by_name = {kept.name: kept for kept in classes}
    first, *others = [_counted(kept, now) for kept in by_name.values()]
    rows = first.union(*others, all=True)
    found = {name: Held(by_name[name], *numbers) for name, *numbers in rows}
    return [found.get(name, Held(kept, 0, None, 0, 0)) for name, kept in by_name.items()]


def _counted(kept: Kept, now: datetime) -> QuerySet[Any]:
    period = kept.period if kept.period is not None else now - now.replace(year=1970)
    past, soon = Q(**{f"{kept.at}__lt": now - period}), Q(**{f"{kept.at}__lt": now - period + SOON})
    counted: QuerySet[Any] = (
        kept.rows.order_by()
        .annotate(named=Value(kept.name))
        .values("named")
        .annotate(n=Count("pk"), oldest=Min(kept.at), past=Count("pk", filter=past), soon=Count("pk", filter=soon))
        .values_list("named", "n", "oldest", "past", "soon")
    )
    return counted
