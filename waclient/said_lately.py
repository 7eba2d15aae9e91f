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
    """The texts about links in one group: when, about which link (by hash) and which campaign (by id)."""

    texts: tuple[tuple[datetime, str, int | None], ...]

    def so_far(self, url_hash: str, now: datetime, campaign_id: int | None = None) -> SoFar:
        """As one link's decision sees it."""
        of_link = [at for at, about, _campaign in self.texts if about == url_hash]
        of_campaign = [at for at, _about, campaign in self.texts if campaign is not None and campaign == campaign_id]
        times = [at for at, _about, _campaign in self.texts]
        return SoFar(
            of_link_at=max(of_link, default=None),
            in_hour=sum(at > now - HOUR for at in times),
            in_day=sum(at > now - DAY for at in times),
            of_campaign_at=max(of_campaign, default=None),
        )


def said_lately(group: Group, now: datetime) -> SaidLately:
    """As far back as the longest cool-down reaches; what waits counts, what was not sent does not."""
    lately = now - max(DAY, settings.LINK_COOLDOWN, settings.CAMPAIGN_COOLDOWN)
    texts = Action.objects.filter(group=group, kind=ActionKind.REPLY, created_at__gt=lately).exclude(state__in=UNSENT)
    rows = texts.order_by().values_list("created_at", "sighting__url_hash", "sighting__campaign_id")
    return SaidLately(tuple((at, about or "", campaign) for at, about, campaign in rows))
