"""The page behind an invitation: a new person, or a new password."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from wbscanner import people, second_factor, sessions
from wbscanner.desk.people_forms import JoinForm, NewPasswordForm
from wbscanner.models import Invitation
from wbscanner.people import InvitationGone, Role

GONE = 410


@csrf_exempt  # as of the set-up link: the secret in the address proves more than a cookie
@never_cache
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    response = _page(request, token)
    response["Referrer-Policy"] = "no-referrer"
    return response


def _page(request: HttpRequest, token: str) -> HttpResponse:
    invitation = people.find(token, timezone.now())
    if invitation is None or (invitation.user is not None and not invitation.user.is_active):
        return render(request, "desk/people/gone.html", status=GONE)
    posted = request.POST or None
    form = JoinForm(posted) if invitation.user is None else NewPasswordForm(invitation.user, posted)
    if request.method == "POST" and form.is_valid():
        try:
            user = _accept(invitation, form)
        except InvitationGone:
            return render(request, "desk/people/gone.html", status=GONE)
        if second_factor.of(user) is not None:
            return redirect("admin:login")
        sessions.sign_in(request, user)
        return redirect("admin:index")
    context = {"form": form, "invitation": invitation, "role": Role(invitation.role).label}
    return render(request, "desk/people/join.html", context)


def _accept(invitation: Invitation, form: JoinForm | NewPasswordForm) -> User:
    user: User = form.save(commit=False)
    if isinstance(form, JoinForm):
        return people.accept(invitation, user)
    return people.new_password(invitation, user)
