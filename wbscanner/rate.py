"""How often a token or person may ask: 60 a minute, 20 at once, counted in the database so that processes agree."""

from __future__ import annotations

from datetime import datetime
from math import ceil

from django.contrib.auth.models import User
from django.db import transaction

from wbscanner.models import ApiToken, Setting

PER_MINUTE = 60
BURST = 20
STEP = 60.0 / PER_MINUTE  # seconds that one call uses up
KEY_PREFIX = "api_rate:"


def take(caller: ApiToken | User, now: datetime) -> int:
    """Count one call: 0 when it may go on, otherwise the whole seconds to wait, and nothing is counted.

    A virtual scheduling (GCRA) bucket in one row a caller: `value` is the time, in epoch seconds, up to which the
    calls made so far have used the allowance.
    """
    moment = now.timestamp()
    with transaction.atomic():
        row, _is_new = Setting.objects.select_for_update().get_or_create(key=_key(caller), defaults={"value": moment})
        used_up_to = max(float(row.value), moment)
        wait = used_up_to - moment - STEP * (BURST - 1)
        if wait > 0:
            return ceil(wait)
        row.value = used_up_to + STEP
        row.save(update_fields=["value", "updated_at"])
    return 0


def _key(caller: ApiToken | User) -> str:
    return f"{KEY_PREFIX}{caller.prefix if isinstance(caller, ApiToken) else f'person:{caller.pk}'}"
