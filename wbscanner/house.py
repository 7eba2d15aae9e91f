"""The installation's own language and clock: what its owner chose, until then what the environment says."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils import translation

from wbscanner import audit
from wbscanner.languages import CODES
from wbscanner.models import Setting

KEY = "house"
CLOCK_KEPT = 60  # seconds


@dataclass(frozen=True, slots=True)
class House:
    """`language`: of answers in groups without one of their own; `time_zone`: the clock of dates and quiet hours."""

    language: str
    time_zone: str


def read() -> House:
    """What holds now. A stored value that is no language or zone any more gives way to the environment's."""
    row = Setting.objects.filter(key=KEY).first()
    stored = row.value if row is not None and isinstance(row.value, dict) else {}
    language, zone = str(stored.get("language", "")), str(stored.get("time_zone", ""))
    return House(
        language=language if language in CODES else str(settings.REPLY_LANGUAGE),
        time_zone=zone if is_zone(zone) else str(settings.TIME_ZONE),
    )


def speaking() -> AbstractContextManager[None]:
    """What is written down for all, or sent to the owner, is written in the installation's language, not a reader's."""
    return translation.override(read().language)


def clock() -> str:
    """The time zone of the desk's pages, looked up once a minute; what another process chose holds a minute later."""
    zone = cache.get(KEY)
    if zone is None:
        zone = read().time_zone
        cache.set(KEY, zone, CLOCK_KEPT)
    return str(zone)


def choose(house: House, *, by: str) -> None:
    """Raises ValueError for what is no language of the answers, or no time zone."""
    if house.language not in CODES or not is_zone(house.time_zone):
        raise ValueError("no such language or time zone")
    with transaction.atomic():
        value = {"language": house.language, "time_zone": house.time_zone}
        Setting.objects.update_or_create(key=KEY, defaults={"value": value})
        audit.record(by, "house.choose", KEY, details=value)
    cache.set(KEY, house.time_zone, CLOCK_KEPT)


def is_zone(name: str) -> bool:
    """Whether this machine knows a time zone of that name."""
    try:
        ZoneInfo(name)
    except (LookupError, ValueError, OSError):  # unknown, malformed, or the name of a folder
        return False
    return True


def zones() -> list[str]:
    """Those of places, and UTC; what the environment names is one of them in any case."""
    places = {name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "posix", "right"))}
    return sorted(places | {"UTC", read().time_zone})
