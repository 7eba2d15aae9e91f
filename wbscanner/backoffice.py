"""What all lists and detail pages of the back office share: whose rows are seen, what is written down."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.utils import flatten
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _

from wbscanner import audit
from wbscanner.moments import moment
from wbscanner.permissions import visible_groups

if TYPE_CHECKING:
    StockAdmin = admin.ModelAdmin[Model]
else:
    from unfold.admin import ModelAdmin as StockAdmin

ROWS_A_PAGE = 50
# Said on every list to a person who has no group: what the list itself says would mislead.
NO_GROUP = _("You have no group yet. Ask an owner to give you your groups: what belongs to them then stands here.")


def when(field: str, label: Any) -> Callable[[Any, Model], str]:
    """A column, sortable, that shows a row's time through `moment`."""

    @admin.display(description=label, ordering=field)
    def column(_page: Any, row: Model) -> str:
        return moment(getattr(row, field))

    return column


class Audited(StockAdmin):
    """Writes every change made through a form to the audit trail, in the transaction of the change."""

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        self.note(request, "add", obj, {"changes": message})
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        self.note(request, "change", obj, {"changes": message})
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Model]) -> Any:
        for row in queryset:
            self.note(request, "delete", row, {})
        return super().log_deletions(request, queryset)

    def note(self, request: HttpRequest, what: str, row: Model, details: dict[str, object]) -> None:
        """One audit entry about a row: `group.change`, with the row's number and the groups it belongs to."""
        details = {"id": str(row.pk), **details}
        action = f"{self.opts.model_name}.{what}"
        audit.record(request.user.get_username(), action, str(row), group_ids=self.group_ids(row), details=details)

    def group_ids(self, row: Model) -> list[str]:
        """The groups a row belongs to, as text; none for what belongs to the installation."""
        return []


class DeskAdmin(Audited):
    """A page over machine facts: read-only, the owner's alone, until a subclass says otherwise.

     `group_path` names the lookup from a row to its group ("pk", "group"); moderators then see the rows of their groups
    . `editable` names the fields a form may change; everything else is shown as text.
    """

    group_path: str | None = None
    editable: Sequence[str] = ()
    can_add = False
    can_delete = False
    list_per_page = ROWS_A_PAGE
    list_filter_sheet = False
    show_full_result_count = False
    change_form_outer_before_template = "desk/row_actions.html"
    empty: Any = ""
    """What the list says while it has no rows."""
    is_thumb = False
    """Whether the detail page's actions stay under the thumb on a phone."""

    def offers(self, action: str, row: Any) -> bool:
        """Whether an action makes sense on a row's detail page now; carrying it out checks again."""
        return True

    def row_says(self, request: HttpRequest, row: Any) -> str:
        """One line above the actions of a detail page."""
        return ""

    def rows_for(self, user: Any, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Those of the rows that this person may see."""
        groups = visible_groups(user)
        if groups is None:
            return rows
        return rows.filter(**{f"{self.group_path}__in": groups}) if self.group_path else rows.none()

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        found: Any = super().get_changelist_instance(request)
        found.empty = NO_GROUP if visible_groups(request.user) == [] else self.empty  # type: ignore[arg-type]
        return found

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return self.rows_for(request.user, super().get_queryset(request))

    def is_open_to(self, request: HttpRequest) -> bool:
        """Whether this kind of page exists at all for this person."""
        return self.group_path is not None or visible_groups(request.user) is None  # type: ignore[arg-type]

    def sees(self, request: HttpRequest, row: Model | None) -> bool:
        if row is None or row.pk is None or visible_groups(request.user) is None:  # type: ignore[arg-type]
            return True
        return self.get_queryset(request).filter(pk=row.pk).exists()

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.is_open_to(request) and super().has_module_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.is_open_to(request) and super().has_view_permission(request, obj) and self.sees(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.can_add and self.is_open_to(request) and super().has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(self.editable) and self.may_act(request) and self.sees(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.can_delete and self.is_open_to(request) and super().has_delete_permission(request, obj)

    def may_act(self, request: HttpRequest) -> bool:
        """Whether this person holds the right to change such rows, whether by a form or by an action."""
        return self.is_open_to(request) and super().has_change_permission(request)

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Django asks for this by name for actions declared with permission "act"."""
        return self.may_act(request)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        shown = flatten([name for _title, part in self.get_fieldsets(request, obj) for name in part["fields"]])
        return [name for name in shown if name not in self.editable]

    def get_actions(self, request: HttpRequest) -> Any:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def group_ids(self, row: Model) -> list[str]:
        if self.group_path is None:
            return []
        group_id = row.pk if self.group_path == "pk" else getattr(row, "group_id", None)
        return [] if group_id is None else [str(group_id)]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """The detail page, with the list's actions offered for this one row."""
        if kwargs.get("change"):
            row, choices = context["original"], self.get_action_choices(request)
            context["row_actions"] = [(name, label) for name, label in choices if name and self.offers(name, row)]
            context["row_says"] = self.row_says(request, row)
            context["is_thumb"] = self.is_thumb
        return super().render_change_form(request, context, *args, **kwargs)

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponseRedirect:
        """A row of another group answers exactly as one that never was."""
        raise Http404
