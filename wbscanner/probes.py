"""Whether each of the three processes is at work, asked from outside of it."""

from __future__ import annotations

from datetime import timedelta
from http.client import HTTPConnection, HTTPException

import ada_url
from django.conf import settings
from django.utils import timezone
from django_q.models import Schedule

from waclient.models import Connection
from wbscanner import listen, schedules

WEB_TIMEOUT_SECONDS = 5
# The queue looks at its schedules twice a minute; three missed runs are no delay any more.
JOB_LATE = timedelta(minutes=3)


def web_answers() -> bool:
    """GET /healthz with the host name that BASE_URL expects; redirects and errors count as no."""
    address = listen.address().local
    connection = HTTPConnection(address.host, address.port, timeout=WEB_TIMEOUT_SECONDS)
    try:
        connection.request("GET", "/healthz", headers={"Host": ada_url.URL(settings.BASE_URL).host})
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def worker_runs_jobs() -> bool:
    """The job that is due every minute was put forward lately."""
    oldest = timezone.now() - JOB_LATE
    on_time = Schedule.objects.filter(name=schedules.HEARTBEAT.name, next_run__gt=oldest)
    return bool(on_time.exists())


def socket_beats() -> bool:
    """The socket process is alive, whether or not a phone is linked or WhatsApp can be reached."""
    return Connection.get().is_alive(timezone.now())
