"""The set-up: six steps that lead the owner to a first judged link. Each can be skipped, left and taken up again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from scans import services
from scans.engine.ceiling import Ceiling
from scans.engine.links import parse
from scans.models import Priority, Scan, Status
from wbscanner import audit, first_run, house
from wbscanner.desk import checking, pairing, set_up_stages
from wbscanner.desk.set_up_stages import TO_PASS, Stage
from wbscanner.house import House
from wbscanner.languages import LANGUAGES
from wbscanner.permissions import owner_only

# A name that nobody can have (RFC 2606): it imitates a payment service as scams do, and leads nowhere.
TEST_LINK = "https://xn--pypal-4ve.example/secure/login"
# Nobody is asked about it, and nothing is opened: the worker has to be there, no network.
TEST_CEILING = Ceiling.NOTHING


def show(request: HttpRequest, stage: Stage, title: Any, **more: object) -> HttpResponse:
    context = {**admin.site.each_context(request), **set_up_stages.context(stage), "title": title, **more}
    return render(request, f"desk/set_up/{stage}.html", context)


def go_on(stage: Stage) -> HttpResponse:
    return redirect(set_up_stages.address_of(set_up_stages.after(stage)))


@owner_only
@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """To the first step that is neither done nor skipped."""
    return redirect(set_up_stages.address_of(set_up_stages.where_it_goes_on()))


@owner_only
@require_POST
def skip(request: HttpRequest, stage: str) -> HttpResponse:
    if stage not in TO_PASS:
        raise Http404
    step = Stage(stage)
    if step not in set_up_stages.done():
        first_run.pass_step(step, is_skipped=True)
    return go_on(step)


@owner_only
@require_POST
def end(request: HttpRequest) -> HttpResponse:
    """Finished, or not wanted."""
    with transaction.atomic():
        first_run.end()
        audit.record(request.user.get_username(), "setup.end", "set-up")
    messages.success(request, _("The set-up is over. What is left is on the list of the first week."))
    return redirect("admin:index")


class HouseForm(forms.Form):
    """The language of the answers and the clock of the installation."""

    language = forms.ChoiceField(
        label=_("Language of the bot's answers"),
        choices=LANGUAGES,
        help_text=_("In groups without a language of their own. The bot suggests another one where a group writes it."),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"), help_text=_("Quiet hours and all times of the desk go by this clock.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["time_zone"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(name, name.replace("_", " ")) for name in house.zones()]


@owner_only
@require_http_methods(["GET", "POST"])
def language(request: HttpRequest) -> HttpResponse:
    now = house.read()
    form = HouseForm(request.POST or None, initial={"language": now.language, "time_zone": now.time_zone})
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            house.choose(House(**form.cleaned_data), by=request.user.get_username())
            first_run.pass_step(Stage.LANGUAGE)
        return go_on(Stage.LANGUAGE)
    return show(request, Stage.LANGUAGE, _("Language and time zone"), form=form)


@owner_only
@require_http_methods(["GET", "POST"])
def phone(request: HttpRequest) -> HttpResponse:
    """The pairing page as a step; what it posts comes back here."""
    answer = pairing.answer(request, pairing.SET_UP)
    if isinstance(answer, HttpResponse):
        return answer
    return show(request, Stage.PHONE, _("Link the spare phone"), **answer)


@owner_only
@require_http_methods(["GET", "POST"])
@never_cache
def test(request: HttpRequest) -> HttpResponse:
    """A harmless test link is judged by the worker, and shown like every other."""
    if request.method == "POST":
        _ask(request)
        return redirect(set_up_stages.address_of(Stage.TEST))
    known = first_run.read()
    scan = Scan.objects.filter(pk=known.scan).first() if known.scan else None
    is_waiting = scan is not None and scan.status != Status.DONE
    if scan is not None and not is_waiting and Stage.TEST not in known.did:
        first_run.pass_step(Stage.TEST)
    context = {
        **checking.results([scan] if scan is not None else [], request),
        "scan": scan,
    }
    if "HX-Request" in request.headers:
        return render(request, "desk/set_up/tested.html", context)
    return show(request, Stage.TEST, _("Test it"), **context)


def _ask(request: HttpRequest) -> None:
    with transaction.atomic():
        link = parse(TEST_LINK)
        scan = services.request_scan(link, TEST_CEILING, priority=Priority.ASKED, reuse=False)
        first_run.remember_scan(scan.pk)
        audit.record(request.user.get_username(), "scan.request", str(scan), details={"id": str(scan.pk)})
