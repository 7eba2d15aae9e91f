"""What WhatsApp brought and what was sent back, as back-office pages; Django finds them by importing this package."""

from __future__ import annotations

from waclient.admin.campaigns import CampaignAdmin
from waclient.admin.chats import ModeratorsChatAdmin
from waclient.admin.decisions import DecisionAdmin
from waclient.admin.links import SightingAdmin
from waclient.admin.phone import ConnectionAdmin, PendingWorkAdmin
from waclient.admin.reported import ReportAdmin
from waclient.admin.sent import ActionAdmin

__all__ = [
    "ActionAdmin",
    "CampaignAdmin",
    "ConnectionAdmin",
    "DecisionAdmin",
    "ModeratorsChatAdmin",
    "PendingWorkAdmin",
    "ReportAdmin",
    "SightingAdmin",
]
