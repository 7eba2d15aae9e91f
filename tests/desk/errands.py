"""Bringing a long file of overrides, and being the worker that carries it out, for tests."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from wbscanner.desk.errands.carrying_out import carry_out
from wbscanner.models import Errand, ErrandState

IMPORT, EXPORT = reverse("desk:override-import"), reverse("desk:override-export")
LINES = 1_203


def content(lines: int = LINES, more: str = "") -> str:
    return "kind,target,ruling\n" + "".join(f"host,host{n}.example,deny\n" for n in range(lines)) + more


def brought(client: Client, text: str) -> Errand:
    sent = client.post(IMPORT, {"file": SimpleUploadedFile("many.csv", text.encode())})
    assert sent.status_code == 302, sent.content.decode()
    return Errand.objects.latest("pk")


def page(client: Client, errand: Errand) -> str:
    answer = client.get(reverse("desk:errand", args=[errand.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def worked_off(errand: Errand) -> Errand:
    """As the worker does: again as long as there is something left."""
    for _turn in range(50):
        if carry_out(errand.pk) != ErrandState.GOING_ON:
            break
    errand.refresh_from_db()
    return errand


def worked_off_import(client: Client) -> None:
    errand = worked_off(brought(client, content()))
    client.post(reverse("desk:errand-yes", args=[errand.pk]))
    worked_off(errand)
