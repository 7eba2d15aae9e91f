"""The two steps of a login: name and password, then a code where the person has a second factor."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.contrib.auth import REDIRECT_FIELD_NAME, authenticate
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django_otp import login as remember_factor
from unfold.forms import AuthenticationForm as UnfoldAuthenticationForm

from wbscanner import second_factor, sessions
from wbscanner.desk import kept

WAITING = "second_step"
WAITS_SECONDS = 5 * 60


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        help_text=_("Six digits from your authenticator app, or one of your recovery codes."),
        widget=forms.TextInput(
            attrs={"class": "input mono", "autocomplete": "one-time-code", "autofocus": True, "spellcheck": "false"}
        ),
    )


class FirstStep(LoginView):
    """Name and password; who has a second factor is not logged in by them alone."""

    template_name = "admin/login.html"
    authentication_form = UnfoldAuthenticationForm

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        user, leads_to = form.get_user(), self.get_success_url()
        assert isinstance(user, User)
        if second_factor.of(user) is None:
            sessions.sign_in(self.request, user)
            return redirect(kept.carry(self.request, user, leads_to))
        self.request.session.flush()
        leads_to = kept.carry(self.request, user, leads_to)
        now = int(timezone.now().timestamp())
        self.request.session[WAITING] = [user.pk, user.get_session_auth_hash(), now, leads_to]
        return redirect("desk:login-code")


@never_cache
def first_step(request: HttpRequest) -> HttpResponseBase:
    """The admin's own address and page of login."""
    if request.method == "GET" and admin.site.has_permission(request):
        return redirect("admin:index")
    context = {**_context(request, request.get_full_path()), kept.FIELD: request.POST.get(kept.FIELD, "")}
    return FirstStep.as_view(extra_context=context)(request)


def ask_again(request: HttpRequest, what: kept.Kept) -> HttpResponse:
    """The page of login as the answer to a form of somebody whose login has ended; it holds what they sent."""
    address = f"{reverse('admin:login')}?{urlencode({REDIRECT_FIELD_NAME: what.back})}"
    context = {**_context(request, address), REDIRECT_FIELD_NAME: what.back, kept.FIELD: kept.seal(what)}
    form = UnfoldAuthenticationForm(request)
    return render(request, "admin/login.html", {**context, "form": form}, status=HTTPStatus.UNAUTHORIZED)


def _context(request: HttpRequest, address: str) -> dict[str, Any]:
    return {
        **admin.site.each_context(request),
        "title": _("Log in"),
        "app_path": address,
        "username": request.user.get_username(),
    }


@never_cache
@require_http_methods(["GET", "POST"])
def code_step(request: HttpRequest) -> HttpResponse:
    """The code, within five minutes after the password; wrong ones count like wrong passwords."""
    user, leads_to = _waiting(request)
    if user is None:
        return redirect("admin:login")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        found = authenticate(request, username=user.get_username(), code=form.cleaned_data["code"])
        if isinstance(found, User):
            _sign_in_fully(request, found)
            return redirect(leads_to)
        form.add_error(None, _("That was not right. Wait for the next code of the app, then try again."))
    context = {**admin.site.each_context(request), "title": _("Second step"), "form": form}
    return render(request, "desk/login_code.html", context)


def _waiting(request: HttpRequest) -> tuple[User | None, str]:
    """Who gave the right password a moment ago and has not changed it since, and where they wanted to go."""
    key, known, since, leads_to = request.session.get(WAITING) or (0, "", 0, "")
    user = User.objects.filter(pk=key, is_active=True).first()
    is_fresh = timezone.now().timestamp() - since <= WAITS_SECONDS
    if user is None or not is_fresh or not constant_time_compare(known, user.get_session_auth_hash()):
        return None, ""
    is_ours = url_has_allowed_host_and_scheme(leads_to, {request.get_host()}, request.is_secure())
    return user, leads_to if is_ours else reverse("admin:index")


def _sign_in_fully(request: HttpRequest, user: User) -> None:
    request.session.pop(WAITING, None)
    sessions.sign_in(request, user)
    remember_factor(request, second_factor.of(user))
