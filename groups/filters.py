"""A list filter that names only the groups its reader may see."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from groups.models import Group
from wbscanner.permissions import visible_groups, within


class OwnGroupFilter(admin.SimpleListFilter):
    """Django's own filter on a foreign key would list every group's name."""

    title = _("group")
    parameter_name = "in_group"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        groups = Group.objects.filter(within(visible_groups(request.user), "pk"))  # type: ignore[arg-type]
        return [(str(group.pk), str(group)) for group in groups]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        return queryset.filter(group_id=int(value)) if value and value.isdecimal() else queryset
