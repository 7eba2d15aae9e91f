"""Overrides in the back office: made by a form, ended or removed by an action."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from groups.filters import OwnGroupFilter
from overrides import services
from overrides.forms import OverrideForm
from overrides.models import Override
from overrides.rules import Ruling
from wbscanner import audit
from wbscanner.backoffice import DeskAdmin, when
from wbscanner.confirm import NotPossible, confirmed


class ActiveFilter(admin.SimpleListFilter):
    title = _("still in force")
    parameter_name = "active"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("in force")), ("no", _("ended"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        has_ended = {"expires_at__lte": timezone.now()}
        if self.value() == "no":
            return queryset.filter(**has_ended)
        return queryset.exclude(**has_ended) if self.value() == "yes" else queryset


@admin.register(Override)
class OverrideAdmin(DeskAdmin):
    group_path = "group"
    can_add = True
    list_display = ("link_shown", "ruling_shown", "kind", "scope", "created_by", "created", "ends")
    list_filter = ("ruling", "kind", ActiveFilter, OwnGroupFilter, "created_at")
    list_select_related = ("group",)
    search_fields = ("target", "shown", "reason", "created_by")
    list_before_template = "desk/overrides_list.html"
    actions = ("expire", "remove")
    empty = _("An override says that a link, a host or a pattern is fine or a scam, whatever the checks find.")
    fields = ("ruling_shown", "link_shown", "kind", "scope", "reason", "created_by", "created", "ends")

    created = when("created_at", _("made"))
    ends = when("expires_at", _("ends"))

    def offers(self, action: str, row: Override) -> bool:
        return action != "expire" or row.is_active(timezone.now())

    @admin.display(description=_("link"), ordering="shown")
    def link_shown(self, override: Override) -> str:
        return format_html('<bdi class="host" dir="ltr">{}</bdi>', override.shown)

    @admin.display(description=_("ruling"), ordering="ruling")
    def ruling_shown(self, override: Override) -> str:
        tone = "bad" if override.ruling == Ruling.DENY else "fine"
        return format_html('<span class="mark {}">{}</span>', tone, override.get_ruling_display())

    @admin.display(description=_("where"), ordering="group")
    def scope(self, override: Override) -> str:
        return str(override.group) if override.group else str(_("all groups"))

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The form of overrides.forms instead of Django's: it reads what people really paste."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = OverrideForm(request.POST or None, user=request.user)
        if request.method == "POST" and form.is_valid() and (made := form.make(request.user.get_username())):
            self.message_user(request, _("It works from now on: %(what)s") % {"what": made}, messages.SUCCESS)
            return redirect(reverse("admin:overrides_override_changelist"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Allow or deny a link"),
            "opts": self.opts,
            "form": form,
            "back": reverse("admin:overrides_override_changelist"),
            "button": _("Save"),
            "look": reverse("desk:override-effect"),
            "look_label": _("What would it decide?"),
        }
        return TemplateResponse(request, "desk/form.html", context)

    @confirmed(
        _("End now"),
        _("These overrides stop deciding from now on. They stay in the list, and verdicts given before stay."),
    )
    def expire(self, request: HttpRequest, override: Override, _answers: Mapping[str, Any]) -> None:
        now = timezone.now()
        if not override.is_active(now):
            raise NotPossible(_("it has ended already."))
        override.expires_at = now
        override.save(update_fields=["expires_at"])
        by = request.user.get_username()
        audit.record(
            by,
            "override.expire",
            override.shown,
            group_ids=self.group_ids(override),
            details={"override": override.pk},
        )

    @confirmed(
        _("Remove"),
        _("These overrides are gone for good. Links are judged by their scans again."),
        permission="remove",
    )
    def remove(self, request: HttpRequest, override: Override, _answers: Mapping[str, Any]) -> None:
        services.delete_override(override, by=request.user.get_username())

    def has_remove_permission(self, request: HttpRequest) -> bool:
        return self.is_open_to(request) and request.user.has_perm("overrides.delete_override")
