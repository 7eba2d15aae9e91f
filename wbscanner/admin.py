"""What belongs to the installation: tokens, settings, jobs and refused logins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib import admin
from django.contrib.auth.models import Group as Role
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_q.models import Failure, OrmQ, Schedule, Success

from groups.models import Group
from wbscanner import auth, rate
from wbscanner.backoffice import DeskAdmin, when
from wbscanner.confirm import NotPossible, confirmed
from wbscanner.desk import alarm_pages  # noqa: F401  (registers its lists)
from wbscanner.desk.token_form import TokenForm
from wbscanner.models import ApiToken, Setting
from wbscanner.moments import NOTHING

# People and roles have the desk's own pages (wbscanner.desk.people_pages), which keep the last owner; the audit trail
# has its own too (wbscanner.desk.audit).
for stock_page in (User, Role, OrmQ, Success, Failure, Schedule, AccessAttempt, AccessLog, AccessFailureLog):
    admin.site.unregister(stock_page)


@admin.register(ApiToken)
class ApiTokenAdmin(DeskAdmin):
    can_add = True
    list_display = ("name", "prefix", "scopes_shown", "created", "used", "expires", "revoked")
    list_filter = ("revoked_at",)
    search_fields = ("name", "prefix")
    actions = ("revoke",)
    empty = _("A token lets a program ask for scans, or change overrides and groups, without a person's password.")
    fields = ("name", "prefix", "scopes_shown", "groups_shown", "created_by", "created", "used", "expires", "revoked")
    created = when("created_at", _("made"))
    used = when("last_used_at", _("last used"))
    expires = when("expires_at", _("expires"))
    revoked = when("revoked_at", _("revoked"))

    def offers(self, action: str, row: ApiToken) -> bool:
        return action != "revoke" or row.revoked_at is None

    @admin.display(description=_("may"))
    def scopes_shown(self, token: ApiToken) -> str:
        return ", ".join(token.scopes)

    @admin.display(description=_("groups"))
    def groups_shown(self, token: ApiToken) -> str:
        if token.group_ids is None:
            return str(_("all groups"))
        return ", ".join(str(group) for group in Group.objects.filter(pk__in=token.group_ids)) or NOTHING

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Make a token; its clear text is in this one answer and nowhere else."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = TokenForm(request.POST or None)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Make an API token"),
            "back": reverse("admin:wbscanner_apitoken_changelist"),
            "form": form,
            "button": _("Make"),
        }
        template = "desk/form.html"
        if request.method == "POST" and form.is_valid():
            with transaction.atomic():
                token, context["clear"] = form.make(request.user)
                self.note(request, "make", token, {"scopes": token.scopes, "groups": token.group_ids})
            template = "desk/token_made.html"
        return TemplateResponse(request, template, context, headers={"Cache-Control": "no-store"})

    @confirmed(_("Revoke"), _("Programs that use these tokens are refused from now on. This cannot be undone."))
    def revoke(self, request: HttpRequest, token: ApiToken, _answers: Mapping[str, Any]) -> None:
        if not auth.revoke(token, timezone.now()):
            raise NotPossible(_("it was revoked already."))
        self.note(request, "revoke", token, {})


@admin.register(Setting)
class SettingAdmin(DeskAdmin):
    """Names and times only: values may be secrets. Counters of requests are no settings and stay out."""

    list_display = ("key", "changed")
    search_fields = ("key",)
    fields = ("key", "changed")
    empty = _("Values that the desk or the bot has set while running are named here.")

    def rows_for(self, user: Any, rows: QuerySet[Any]) -> QuerySet[Any]:
        return super().rows_for(user, rows).exclude(key__startswith=rate.KEY_PREFIX)

    changed = when("updated_at", _("changed"))


class Job(DeskAdmin):
    list_display = ("name", "func", "began", "ended")
    search_fields = ("name", "func")
    fields = ("name", "func", "began", "ended", "result_shown")
    began = when("started", _("started"))
    ended = when("stopped", _("ended"))

    @admin.display(description=_("result"))
    def result_shown(self, job: Any) -> str:
        return str(job.result)


@admin.register(Success)
class SuccessAdmin(Job):
    pass


@admin.register(Failure)
class FailureAdmin(Job):
    pass


@admin.register(OrmQ)
class OrmQAdmin(DeskAdmin):
    list_display = ("id", "key", "locked")
    fields = ("key", "locked", "task_name", "task_func")
    locked = when("lock", _("free or taken until"))

    @admin.display(description=_("job"))
    def task_name(self, job: Any) -> str:
        return str(job.name())

    @admin.display(description=_("function"))
    def task_func(self, job: Any) -> str:
        return str(job.func())


@admin.register(Schedule)
class ScheduleAdmin(DeskAdmin):
    list_display = ("name", "func", "schedule_type", "next")
    fields = ("name", "func", "schedule_type", "minutes", "cron", "repeats", "next")
    next = when("next_run", _("next run"))


class Login(DeskAdmin):
    list_display: tuple[str, ...] = ("username", "ip_address", "path_info", "at")
    search_fields = ("username", "ip_address")
    fields = ("username", "ip_address", "user_agent", "path_info", "at")
    at = when("attempt_time", _("when"))


@admin.register(AccessAttempt)
class AccessAttemptAdmin(Login):
    list_display = ("username", "ip_address", "path_info", "failures_since_start", "at")


@admin.register(AccessLog)
class AccessLogAdmin(Login):
    pass


@admin.register(AccessFailureLog)
class AccessFailureLogAdmin(Login):
    pass
