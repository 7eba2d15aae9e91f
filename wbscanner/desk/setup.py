"""The page behind the one-time link: whoever opens it first becomes the owner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.forms import UserCreationForm
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from wbscanner import sessions
from wbscanner.setup import LinkGone, become_owner, is_valid

GONE = 410


if TYPE_CHECKING:
    NewUserForm = UserCreationForm[User]
else:
    NewUserForm = UserCreationForm


class OwnerForm(NewUserForm):
    """Name and password of the first owner, through Django's own validators."""

    class Meta:
        model = User
        fields = ("username", "email")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].help_text = ""
        self.fields["email"].required = False
        self.fields["email"].label = _("E-mail (may stay empty)")
        for field in self.fields.values():
            field.widget.attrs["class"] = "input"


@csrf_exempt  # the secret in the address proves more than a cookie; without a referrer browsers send no origin either
@never_cache
@require_http_methods(["GET", "POST"])
def first_owner(request: HttpRequest, token: str) -> HttpResponse:
    """The form of the newest set-up link; 410 with advice for every other address."""
    response = _page(request, token)
    response["Referrer-Policy"] = "no-referrer"
    return response


def _page(request: HttpRequest, token: str) -> HttpResponse:
    if not is_valid(token):
        return _gone(request)
    form = OwnerForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "desk/setup.html", {"form": form})
    data = form.cleaned_data
    try:
        owner = become_owner(token, data["username"], data["password1"], data["email"])
    except LinkGone:
        return _gone(request)
    sessions.sign_in(request, owner)
    return redirect("desk:set-up")


def _gone(request: HttpRequest) -> HttpResponse:
    return render(request, "desk/setup_gone.html", status=GONE)
