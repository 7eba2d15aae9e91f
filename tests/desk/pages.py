"""Every page of the back office, and one row of every kind to show on it."""

from __future__ import annotations

from datetime import timedelta
from html import unescape
from importlib import import_module
from typing import Any

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_q.models import Failure, OrmQ, Schedule, Success
from django_q.signing import SignedPackage

from groups.models import GoLiveQuestion, Group
from overrides.models import Override
from overrides.rules import Kind, Ruling
from scans.engine.feeds.source import Format, Match
from scans.engine.journeys import How
from scans.engine.likeness import MarkKind
from scans.engine.scoring import Verdict
from scans.models import Disclosure, DisclosureKind, Feed, FeedState, PendingReport, ProviderState, Scan, Status
from waclient.models import (
    Action,
    ActionKind,
    ActionState,
    Answer,
    Campaign,
    CampaignMark,
    Connection,
    Decision,
    ModeratorsChat,
    PendingWork,
    Phase,
    Place,
    QueueItem,
    Report,
    ReportKind,
    Sighting,
    WorkKind,
)
from wbscanner import audit
from wbscanner.models import Alarm, ApiToken, AuditEntry, Channel, Delivery, Setting

OF_A_GROUP = (Group, Sighting, Action, Decision, QueueItem, Override, ModeratorsChat, Report, Campaign)
OWN_LISTS: dict[type[Model], str] = {QueueItem: "desk:queue", AuditEntry: "desk:audit"}


def list_url(model: type[Model]) -> str:
    if model in OWN_LISTS:
        return reverse(OWN_LISTS[model])
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def row_url(row: Model, page: str = "change") -> str:
    """The address of a row's `change`, `history` or `delete` page; what has pages of its own has one only."""
    if isinstance(row, AuditEntry):
        return reverse("desk:audit-entry", args=[row.pk])
    if isinstance(row, QueueItem):
        return reverse("desk:card", args=[row.url_hash])
    if isinstance(row, User):
        return reverse("desk:person", args=[row.pk])
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{page}", args=[row.pk])


def registered() -> list[type[Model]]:
    """Every kind of row that has pages; wbscanner.urls registers them when the web server loads it."""
    import_module(settings.ROOT_URLCONF)
    return sorted(admin.site._registry, key=lambda model: model._meta.label)


def answer(client: Client, word: str, *items: QueueItem, **form: str) -> Any:
    """Post a decision about links of the queue, with the form's own defaults."""
    asked = {"answer": word, "what": "url", "where": "here", "until": "", **form}
    return client.post(reverse("desk:decide"), {"link": [item.url_hash for item in items], **asked})


def act(client: Client, name: str, *rows: Model, confirmed: bool = True, **answers: str) -> Any:
    """Post a list's action for these rows; without `confirmed` only the question is asked."""
    data = {"action": name, "_selected_action": [str(row.pk) for row in rows], **answers}
    if confirmed:
        data["confirmed"] = "1"
    return client.post(list_url(type(rows[0])), data)


def first(rows: list[Model], kind: type[Model]) -> Any:
    """The first row of this kind."""
    return next(row for row in rows if isinstance(row, kind))


def rows_of_group(group: Group, text: str = "shop", number: int = 1, host: str = "") -> list[Model]:
    """One row of every kind that belongs to a group; `text` stands in each free text column."""
    now = timezone.now()
    host = host or f"{text}{number}.example"
    url_hash = f"{group.pk:032x}{number:032x}"
    url = f"https://{host}/{text}?q={text}"
    scan = Scan.objects.create(
        url_hash=url_hash, url=url, host=host, registrable_domain=host, status=Status.DONE, verdict=Verdict.MALICIOUS,
        score=12, findings=[{"code": "text", "points": 8, "params": {"host": text, "word": text}, "conclusive": False}],
        not_checked=[{"source": text, "reason": text}], finished_at=now, expires_at=now + timedelta(hours=1),
        hops=[
            {"url_hash": url_hash, "host": text, "registrable_domain": text, "url": text, "how": how, "status": 302}
            for how in How
        ],
    )  # fmt: skip
    Disclosure.objects.create(scan=scan, kind=DisclosureKind.URL, provider=text[:40])
    override = Override.objects.create(
        kind=Kind.HOST, target=host, shown=text, ruling=Ruling.DENY, group=group, reason=text, created_by=text
    )
    sighting = Sighting.objects.create(
        group=group, message_id=f"{text[:40]}{number}", url_hash=url_hash, url=url, host=host, registrable_domain=host,
        sender=text[:32], sender_alt=text[:32], posted_at=now, scan=scan, verdict=Verdict.MALICIOUS, planned_at=now,
        override=override, facts={"silence": text, text: [text]}, place=Place.CODE, is_forwarded_often=True,
        written=[
            {"code": "preview_mismatch", "points": 5, "params": {"claimed": text, "host": text}, "conclusive": False}
        ],
    )  # fmt: skip
    action = Action.objects.create(
        group=group, sighting=sighting, kind=ActionKind.REPLY, text=text, state=ActionState.FAILED, reason=text[:200],
        asked_by=text[:150], wa_message_id=text[:80],
    )  # fmt: skip
    decision = Decision.objects.create(
        url_hash=url_hash, group=group, answer=Answer.CONFIRM, by=text[:150], undone_at=now
    )
    item = QueueItem.objects.create(url_hash=url_hash, url=url, host=host, verdict=Verdict.MALICIOUS, posted_at=now)
    report = Report.objects.create(
        kind=ReportKind.APPEAL, group=group, sighting=sighting, url_hash=url_hash, url=url, host=host, by=text[:32],
        quotes=text[:200], answered_by=text[:150],
    )  # fmt: skip
    entry = audit.record(text[:150], text[:60], text, group_ids=[str(group.pk)], details={text: text})
    chat = ModeratorsChat.objects.create(name=text[:80])
    chat.groups.add(group)
    campaign = Campaign.objects.create(host=text[:255])
    CampaignMark.objects.create(campaign=campaign, kind=MarkKind.SHAPE, value=f"{number}{text}"[:255])
    GoLiveQuestion.objects.update_or_create(
        group=group, defaults={"asked_at": now, "told_at": now, "answered_by": text[:150]}
    )
    Sighting.objects.filter(pk=sighting.pk).update(campaign=campaign)
    return [scan, override, sighting, action, decision, item, chat, report, campaign, entry]


def of_one_campaign(sighting: Sighting) -> Sighting:
    """Another link of the same group, host and campaign."""
    sighting.refresh_from_db()
    sighting.pk, sighting.message_id, sighting.url_hash = None, f"{sighting.message_id}B", f"{sighting.pk:064x}"
    sighting.save(force_insert=True)
    return sighting


def _any_scan(number: int) -> Scan:
    return Scan.objects.create(
        url_hash=f"{number:064x}", url="https://a.example/", host="a.example", status=Status.DONE
    )


def rows_of_installation(group: Group, text: str = "shop", number: int = 1) -> list[Model]:
    """One row of every other kind."""
    now = timezone.now()
    Connection.write(phase=Phase.UNREACHABLE, detail=text[:300], jid=text[:80], lid=text[:80], beat_at=now)
    task = {"name": text, "func": "scans.tasks.run_scan", "args": (text,), "kwargs": {}, "id": f"{number:032x}"}
    job = {"name": text[:100], "func": text[:256], "started": now, "stopped": now, "result": text}
    login = {"username": text, "user_agent": text, "path_info": text, "ip_address": "192.0.2.1", "get_data": text}
    return [
        Connection.get(),
        PendingWork.objects.create(kind=WorkKind.GROUP_INFO, ref=f"{text[:100]}{number}"),
        ProviderState.objects.create(name=f"{text[:30]}{number}", key=text, last_error=text[:300], open_until=now),
        Feed.objects.create(
            name=f"list{number}",
            title=text[:80],
            state=FeedState.WATCH,
            is_own=True,
            url=text,
            file=text[:400],
            pasted=text,
            format=Format.LINES,
            match=Match.URL,
            error=text[:300],
        ),
        ApiToken.objects.create(
            name=text[:80], prefix=f"wb{number}", secret_hash="0" * 64, scopes=[text], group_ids=[str(group.pk)]
        ),
        PendingReport.objects.create(
            scan=Scan.objects.order_by("pk").last() or _any_scan(number),
            url_hash=f"{number:064x}",
            provider=text[:30],
            reference=text[:120],
            error=text[:300],
        ),
        Setting.objects.create(key=f"{text[:50]}{number}", value=text),
        Alarm.objects.create(kind=f"{text[:10]}{number}", title=text[:200], text=text, began_at=now),
        Delivery.objects.create(
            channel=Channel.EMAIL,
            kind="down",
            title=text[:200],
            text=text,
            problem=text[:200],
            created_at=now,
            due_at=now,
        ),
        Success.objects.create(id=f"{number:031x}a", success=True, **job),
        Failure.objects.create(id=f"{number:031x}b", success=False, **job),
        OrmQ.objects.create(key=text[:100], payload=SignedPackage.dumps(task), lock=now),
        Schedule.objects.create(name=text[:100], func=text[:256], next_run=now),
        AccessAttempt.objects.create(**{**login, "user_agent": f"{text}{number}"[:255]}, failures_since_start=1),
        AccessLog.objects.create(username=text, user_agent=text[:255], path_info=text[:255], ip_address="192.0.2.1"),
        AccessFailureLog.objects.create(username=text, user_agent=text[:255], path_info=text[:255]),
    ]


def rows_behind(client: Client, url: str) -> int:
    context = client.get(unescape(url)).context
    return int(context["count"] if url.startswith("/desk/") else context["cl"].result_count)
