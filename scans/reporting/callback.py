"""urlscan.io, or somebody who says so, tells that a report is there: a hint, and nothing of it is believed.

The report is fetched again with our own key. Whoever calls must know URLSCAN_CALLBACK_SECRET.
"""

from __future__ import annotations

import hmac

import ada_url
import orjson
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from django_q.tasks import async_task

from scans.engine.providers.shapes import a_dict, a_text
from scans.engine.providers.urlscan import is_number
from scans.reporting.known import SEND_REPORTS
from scans.reporting.steps import hasten

REPORTER = "urlscan_report"
HEADER = "X-Urlscan-Secret"
LONGEST_BODY = 65_536
# Shorter ones could be guessed.
SHORTEST_SECRET = 16
LOCAL = frozenset({"127.0.0.1", "localhost", "[::1]"})


@csrf_exempt  # no cookie is looked at
@require_POST
def callback(request: HttpRequest, secret: str = "") -> HttpResponse:
    """202 whatever the body says, 404 without the secret; a report that is awaited is looked for now."""
    if not _is_known(secret or request.headers.get(HEADER, "")):
        return HttpResponse(status=404)
    number = _number(request)
    with transaction.atomic():
        if number and hasten(REPORTER, number, timezone.now()):
            async_task(SEND_REPORTS)
    return HttpResponse(status=202)


def _is_known(secret: str) -> bool:
    """Nobody reaches an installation at a local address from outside: there the door is closed."""
    wanted: str = settings.URLSCAN_CALLBACK_SECRET
    is_open = len(wanted) >= SHORTEST_SECRET and ada_url.URL(settings.BASE_URL).hostname not in LOCAL
    return is_open and hmac.compare_digest(secret.encode(), wanted.encode())


def _number(request: HttpRequest) -> str:
    """The report's number in the body; empty for a body that is too long or something else."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > LONGEST_BODY:
        return ""
    try:
        body = a_dict(orjson.loads(request.body))
    except orjson.JSONDecodeError:
        return ""
    number = a_text(body.get("uuid")) or a_text(a_dict(body.get("task")).get("uuid"))
    return number if is_number(number) else ""
