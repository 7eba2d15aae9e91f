"""From waiting Deliveries to the owner, one a step; what does not arrive is tried again, less and less often."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db.models import F

from wbscanner.models import Delivery, DeliveryState
from wbscanner.notify.channels import CARRIERS
from wbscanner.notify.destinations import NotDelivered

log = logging.getLogger(__name__)

# After the last of them it is given up: the desk shows it all the same.
RETRIES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720))


def deliver_next(now: datetime) -> bool:
    """Send the oldest message whose time has come; False when there is none. The next try is written down first."""
    delivery = Delivery.objects.filter(state=DeliveryState.PENDING, due_at__lte=now).order_by("due_at", "pk").first()
    if delivery is None:
        return False
    retry_at = now + RETRIES[min(delivery.attempts, len(RETRIES) - 1)]
    claimed = Delivery.objects.filter(pk=delivery.pk, attempts=delivery.attempts, state=DeliveryState.PENDING)
    if claimed.update(attempts=F("attempts") + 1, due_at=retry_at):
        carry_out(delivery, now)
    return True


def carry_out(delivery: Delivery, now: datetime) -> bool:
    """Send it and write down what came of it; whether it arrived."""
    row = Delivery.objects.filter(pk=delivery.pk)
    try:
        CARRIERS[delivery.channel](delivery)
    except NotDelivered as error:
        log.warning("the owner was not told by %s: %s", delivery.channel, error)
        is_over = delivery.attempts >= len(RETRIES)
        state = DeliveryState.FAILED if is_over else DeliveryState.PENDING
        row.update(problem=str(error)[:200], state=state)
        return False
    row.update(state=DeliveryState.SENT, sent_at=now, problem="")
    return True
