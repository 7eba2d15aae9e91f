"""What the bot wrote in a group of late: the state of its cool-downs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from groups.models import Group
from groups.policy import SoFar
from waclient.models import UNSENT, Action, ActionKind
from waclient.pacing import DAY, HOUR


@dataclass(frozen=True, slots=True)
class SaidLately:
    """The texts about links in one group: when, and about which link (by hash)."""

    texts: tuple[tuple[datetime, str], ...]

    def so_far(self, url_hash: str, now: datetime) -> SoFar:
        """As one link's decision sees it."""
        of_link = [at for at, about in self.texts if about == url_hash]
        in_hour = sum(at > now - HOUR for at, _about in self.texts)
        return SoFar(max(of_link, default=None), in_hour, sum(at > now - DAY for at, _about in self.texts))


def said_lately(group: Group, now: datetime) -> SaidLately:
    """As far back as the longest cool-down reaches; what waits counts, what was not sent does not."""
    lately = now - max(DAY, settings.LINK_COOLDOWN)
    texts = Action.objects.filter(group=group, kind=ActionKind.REPLY, created_at__gt=lately).exclude(state__in=UNSENT)
    rows = texts.order_by().values_list("created_at", "sighting__url_hash")
    return SaidLately(tuple((at, about or "") for at, about in rows))
