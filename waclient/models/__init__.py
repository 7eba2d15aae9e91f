"""What WhatsApp brought and what is sent back."""

from __future__ import annotations

from waclient.models.action import TO_A_PERSON, UNSENT, Action, ActionKind, ActionState
from waclient.models.campaign import MARK_CHOICES, Campaign, CampaignMark
from waclient.models.connection import (
    HEARTBEAT_LATE,
    NEEDS_A_PERSON,
    NO_CODES,
    NO_PAIRING,
    NO_WISH,
    Connection,
    Phase,
    Wish,
)
from waclient.models.decision import Answer, Decision, QueueItem
from waclient.models.erasure import Erasure
from waclient.models.moderators import Alert, ChatKind, ModeratorsChat
from waclient.models.newcomer import Newcomer
from waclient.models.report import Report, ReportKind, ReportState
from waclient.models.sighting import NEWCOMER, Place, Sighting
from waclient.models.simulated import SimulatedKind, SimulatedMessage
from waclient.models.work import NO_QUESTIONS, PendingWork, WorkKind

__all__ = [
    "HEARTBEAT_LATE",
    "MARK_CHOICES",
    "NEEDS_A_PERSON",
    "NEWCOMER",
    "NO_CODES",
    "NO_PAIRING",
    "NO_QUESTIONS",
    "NO_WISH",
    "TO_A_PERSON",
    "UNSENT",
    "Action",
    "ActionKind",
    "ActionState",
    "Alert",
    "Answer",
    "Campaign",
    "CampaignMark",
    "ChatKind",
    "Connection",
    "Decision",
    "Erasure",
    "ModeratorsChat",
    "Newcomer",
    "PendingWork",
    "Phase",
    "Place",
    "QueueItem",
    "Report",
    "ReportKind",
    "ReportState",
    "Sighting",
    "SimulatedKind",
    "SimulatedMessage",
    "Wish",
    "WorkKind",
]
