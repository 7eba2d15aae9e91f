"""One's own account: the second factor, and where one is logged in."""

from __future__ import annotations

from typing import Any

import segno
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext, ngettext, override
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_otp import login as remember_factor

from wbscanner import audit, house, reading, second_factor, sessions
from wbscanner.desk.login import CodeForm
from wbscanner.languages import DESK_LANGUAGES
from wbscanner.models import SecondFactor
from wbscanner.moments import moment

QUIET_ZONE, SCALE = 2, 6


class ReadingForm(forms.Form):
    """In which language and by which clock one reads the desk."""

    language = forms.ChoiceField(label=_("Language of the desk"), required=False)
    time_zone = forms.ChoiceField(
        label=_("Time zone"), required=False, help_text=_("All times of the desk, on your pages alone.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        clock = house.read().time_zone
        zones = [(name, name.replace("_", " ")) for name in house.zones()]
        for name, choices in (
            ("language", [("", _("As the browser asks")), *DESK_LANGUAGES]),
            ("time_zone", [("", _("The installation's: %(zone)s") % {"zone": clock}), *zones]),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices
            field.widget.attrs["class"] = "input"


def _me(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # admin_view lets nobody else in
    return User.objects.get(pk=request.user.pk)


@require_GET
def account(request: HttpRequest) -> HttpResponse:
    me = _me(request)
    factor, reader = second_factor.of(me), reading.of(me)
    context = {
        **admin.site.each_context(request),
        "title": _("Your account"),
        "form": ReadingForm(initial={"language": reader.language, "time_zone": reader.time_zone}),
        "factor": factor,
        "codes_left": len(factor.recovery) if factor else 0,
        "is_required": second_factor.is_required(me),
        "logins": [
            (one, moment(one.began), moment(one.seen)) for one in sessions.logins(me, request.session.session_key)
        ],
    }
    return render(request, "desk/account/account.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def set_up_factor(request: HttpRequest) -> HttpResponse:
    """The key for the app, then its first code, then the recovery codes: in this one answer and nowhere else."""
    me = _me(request)
    if second_factor.of(me) is not None:
        return redirect("desk:account")
    context: dict[str, Any] = {**admin.site.each_context(request), "title": _("Set up the second factor")}
    context["is_required"] = second_factor.is_required(me)
    if request.method == "GET":
        return render(request, "desk/account/factor.html", context)
    form = CodeForm(request.POST if "code" in request.POST else None)
    if form.is_bound and form.is_valid():
        if codes := _confirm(request, me, form.cleaned_data["code"]):
            return render(request, "desk/account/recovery.html", {**context, "codes": codes})
        form.add_error("code", _("That was not right. Is the phone's clock set by itself? Try the next code."))
    factor = second_factor.begin(me)
    picture = segno.make(second_factor.address(factor), error="M").svg_data_uri(scale=SCALE, border=QUIET_ZONE)
    context |= {"form": form, "picture": picture, "key": second_factor.key_of(factor)}
    return render(request, "desk/account/factor.html", context)


def _confirm(request: HttpRequest, me: User, code: str) -> list[str] | None:
    """Switch the factor on; the person's other logins end, because nobody gave a code there."""
    with transaction.atomic():
        codes = second_factor.confirm(me, code)
        if codes:
            sessions.end(me, keep=request.session.session_key)
            remember_factor(request, second_factor.of(me))
            audit.record(me.get_username(), "person.factor_on", me.get_username())
    return codes


@require_POST
def remove_factor(request: HttpRequest) -> HttpResponse:
    """Forget one's own second factor, for a new phone; it takes a code of the old one, or a recovery code."""
    me = _me(request)
    if not second_factor.is_right(me, request.POST.get("code", "")):
        messages.error(request, _("That code was not right. Nothing was changed."))
        return redirect("desk:account")
    with transaction.atomic():
        SecondFactor.objects.filter(user=me).delete()
        audit.record(me.get_username(), "person.factor_off", me.get_username())
    messages.success(request, _("The second factor is off."))
    return redirect("desk:account")


@require_POST
def end_login(request: HttpRequest) -> HttpResponse:
    """End one of one's own logins, or all but this one."""
    me = _me(request)
    keep = request.session.session_key if "others" in request.POST else None
    ref = request.POST.get("ref", "")
    if keep is None and not ref:
        return redirect("desk:account")
    with transaction.atomic():
        ended = sessions.end(me, ref=ref, keep=keep)
        audit.record(me.get_username(), "person.end_login", me.get_username(), details={"logins": ended})
    text = ngettext("%(count)d login has ended.", "%(count)d logins have ended.", ended) % {"count": ended}
    messages.success(request, text)
    return redirect("desk:account")


@require_POST
def read_as(request: HttpRequest) -> HttpResponse:
    """Choose one's language, time zone or both: from the account's form, or from the foot of any page."""
    me, given = _me(request), {name: request.POST.get(name) for name in ("language", "time_zone")}
    form = ReadingForm(request.POST)
    if not form.is_valid():
        return redirect("desk:account")
    reading.choose(request, **given)
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = reverse("desk:account")
    response = redirect(back)
    language = reading.language_of(request, reading.of(me))
    reading.remember(response, language)
    if "time_zone" in request.POST:
        with override(language):
            messages.success(request, gettext("Saved."))
    return response
