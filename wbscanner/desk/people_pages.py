"""People: who uses the desk, as what, for which groups; invitations; the owner's alone."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from groups.models import Group
from wbscanner import people, second_factor
from wbscanner.desk.people_forms import ONCE, ONCE_BYTES, InviteForm, PersonForm
from wbscanner.models import Invitation, SecondFactor
from wbscanner.moments import moment
from wbscanner.people import LastOwner, Role
from wbscanner.permissions import owner_only


@dataclass(frozen=True, slots=True)
class Row:
    """One person as the list shows them."""

    user: User
    role: str
    groups: str
    has_factor: bool
    lacks_factor: bool
    last_login: str


def _owner(request: HttpRequest) -> str:
    return request.user.get_username()


def _rows() -> list[Row]:
    users = User.objects.prefetch_related("groups", "memberships__group").order_by("-is_active", "username")
    with_factor = set(SecondFactor.objects.filter(confirmed=True).values_list("user_id", flat=True))
    return [
        Row(
            user,
            str(role.label) if (role := people.role_of(user)) else str(_("No role: sees nothing")),
            _groups(user),
            user.pk in with_factor,
            user.pk not in with_factor and second_factor.is_required(user),
            moment(user.last_login),
        )
        for user in users
    ]


def _groups(user: User) -> str:
    return "" if user.is_superuser else ", ".join(sorted(str(one.group) for one in user.memberships.all()))


@owner_only
@require_GET
def everybody(request: HttpRequest) -> HttpResponse:
    names = {group.pk: str(group) for group in Group.objects.all()}
    open_ones = Invitation.objects.filter(expires_at__gt=timezone.now())
    context = {
        **admin.site.each_context(request),
        "title": _("People"),
        "rows": _rows(),
        "invitations": [
            (one, Role(one.role).label, ", ".join(names[pk] for pk in one.group_ids if pk in names),
             moment(one.expires_at))
            for one in open_ones
        ],
    }  # fmt: skip
    return render(request, "desk/people/people.html", context)


@owner_only
@require_http_methods(["GET", "POST"])
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Role, groups and whether one may log in, in one form."""
    user = get_object_or_404(User, pk=pk)
    role = people.role_of(user)
    known = {
        "role": role or Role.VIEWER,
        "groups": user.memberships.values_list("group_id", flat=True),
        "is_active": user.is_active,
    }
    form = PersonForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid() and _changed(request, user, form):
        return redirect("desk:people")
    context = {
        **admin.site.each_context(request),
        "title": user.get_username(),
        "person": user,
        "form": form,
        "has_role": role is not None,
        "factor": second_factor.of(user),
        "once": secrets.token_hex(ONCE_BYTES),
    }
    return render(request, "desk/people/person.html", context)


def _changed(request: HttpRequest, user: User, form: PersonForm) -> bool:
    data = form.cleaned_data
    try:
        is_new = people.change(user, Role(data["role"]), form.group_ids(), data["is_active"], _owner(request))
    except LastOwner:
        form.add_error(None, _("This is the only owner who may log in. Make somebody else an owner first."))
        return False
    messages.success(request, _("Saved.") if is_new else _("Nothing was different."))
    return True


@owner_only
@require_POST
def act(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """Sign a person out everywhere, or forget their second factor."""
    user = get_object_or_404(User, pk=pk)
    if what == "sign-out":
        people.sign_out(user, _owner(request))
        messages.success(request, _("Every login of this person has ended."))
    elif what == "reset-factor":
        people.reset_factor(user, _owner(request))
        messages.success(request, _("The second factor is gone, and every login of this person has ended."))
    else:
        raise Http404
    return redirect("desk:person", pk)


@owner_only
@never_cache
@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    """A one-time link for a new person; it is in this one answer and nowhere else."""
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        invitation = form.invitation()
        return _show(request, people.invite(form.cleaned_data["once"], invitation, _owner(request)), invitation)
    context = {
        **admin.site.each_context(request),
        "title": _("Invite somebody"),
        "lede": _("They open a one-time link and choose their own password."),
        "form": form,
        "back": reverse("desk:people"),
        "button": _("Make the link"),
    }
    return render(request, "desk/form.html", context)


@owner_only
@never_cache
@require_POST
def password_link(request: HttpRequest, pk: int) -> HttpResponse:
    """A one-time link with which a person chooses a new password."""
    user = get_object_or_404(User, pk=pk, is_active=True)
    if not ONCE.fullmatch(once := request.POST.get("once", "")):
        return redirect("desk:person", pk)
    ends = timezone.now() + settings.INVITATION_KEPT
    role = people.role_of(user) or Role.VIEWER
    invitation = Invitation(name=user.get_username()[:80], role=role, user=user, expires_at=ends)
    return _show(request, people.invite(once, invitation, _owner(request)), invitation)


def _show(request: HttpRequest, link: str, invitation: Invitation) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "title": _("Send this link"),
        "link": link,
        "invitation": invitation,
        "ends": moment(invitation.expires_at),
    }
    return render(request, "desk/people/link.html", context)


@owner_only
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    people.withdraw(get_object_or_404(Invitation, pk=pk), _owner(request))
    messages.success(request, _("The link no longer works."))
    return redirect("desk:people")
