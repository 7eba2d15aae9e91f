"""How often a token may call: 60 a minute, 20 at once, counted in the database so that every process agrees."""

from __future__ import annotations

from datetime import datetime
from math import ceil

from django.db import transaction

from wbscanner.models import ApiToken, Setting

PER_MINUTE = 60
BURST = 20
STEP = 60.0 / PER_MINUTE  # seconds that one call uses up
KEY_PREFIX = "api_rate:"


def take(token: ApiToken, now: datetime) -> int:
    """Count one call: 0 when it may go on, otherwise the whole seconds to wait, and nothing is counted.

    A virtual scheduling (GCRA) bucket in one row a token: `value` is the time, in epoch seconds, up to which the
    calls made so far have used the allowance.
    """
    moment = now.timestamp()
    with transaction.atomic():
        row, _is_new = Setting.objects.select_for_update().get_or_create(key=_key(token), defaults={"value": moment})
        used_up_to = max(float(row.value), moment)
        wait = used_up_to - moment - STEP * (BURST - 1)
        if wait > 0:
            return ceil(wait)
        row.value = used_up_to + STEP
        row.save(update_fields=["value", "updated_at"])
    return 0


def _key(token: ApiToken) -> str:
    return f"{KEY_PREFIX}{token.prefix}"
