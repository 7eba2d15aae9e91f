"""The table of deeds: a sentence for every action that is written down, by what it is about.

In a sentence %(who)s is the actor and %(what)s the target; any other name is a detail of the entry, in words where
`IN_WORDS` has them. An action that is missing here fails tests/desk/test_audit_words.py, and so does one too many.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from groups.models import PRESET_CHOICES, STATE_CHOICES, GoLiveAnswer
from overrides.models import RULING_CHOICES
from scans.models import FeedState
from waclient.models import Wish
from wbscanner.languages import LANGUAGES


class Topic(StrEnum):
    """What an action is about; the order is the one in which they are offered."""

    LINKS = "links"
    OVERRIDES = "overrides"
    GROUPS = "groups"
    CHATS = "chats"
    CHECKS = "checks"
    PEOPLE = "people"
    TAKEN_OUT = "taken-out"
    HOUSE = "house"


TOPICS: Mapping[Topic, Any] = {
    Topic.LINKS: _("Links and campaigns"),
    Topic.OVERRIDES: _("Overrides"),
    Topic.GROUPS: _("Groups"),
    Topic.CHATS: _("Moderators' chats"),
    Topic.CHECKS: _("Checks, lists and providers"),
    Topic.PEOPLE: _("People, logins and API tokens"),
    Topic.TAKEN_OUT: _("Exported and erased"),
    Topic.HOUSE: _("Phone and installation"),
}

DEEDS: Mapping[Topic, Mapping[str, Any]] = {
    Topic.LINKS: {
        "link.confirm": _("%(who)s confirmed %(what)s as a scam"),
        "link.fine": _("%(who)s said that %(what)s is fine"),
        "link.unsure": _("%(who)s was not sure about %(what)s"),
        "link.undo": _("%(who)s took back a decision about %(what)s"),
        "campaign.confirm": _("%(who)s confirmed all links of %(what)s as a scam"),
        "campaign.fine": _("%(who)s said that all links of %(what)s are fine"),
        "campaign.unsure": _("%(who)s was not sure about the links of %(what)s"),
        "campaign.undo": _("%(who)s took back what was decided about %(what)s"),
        "report.close": _("%(who)s closed a member's question: %(what)s"),
        "action.send_again": _("%(who)s had the bot do its action no. %(what)s again"),
    },
    Topic.OVERRIDES: {
        "override.create": _("%(who)s made an override for %(what)s: %(ruling)s"),
        "override.change": _("%(who)s changed the override for %(what)s: %(ruling)s"),
        "override.expire": _("%(who)s ended the override for %(what)s"),
        "override.delete": _("%(who)s removed the override for %(what)s: %(ruling)s"),
    },
    Topic.GROUPS: {
        "group.state": _("%(who)s switched %(what)s to “%(to)s”"),
        "group.go_live_question": _("%(who)s answered whether %(what)s shall go live: %(answer)s"),
        "group.mute": _("%(who)s muted the bot in %(what)s for %(minutes)s min"),
        "group.unmute": _("%(who)s let the bot speak in %(what)s again"),
        "group.preset": _("%(who)s chose the policy “%(to)s” for %(what)s"),
        "group.policy": _("%(who)s changed the policy of %(what)s"),
        "group.change": _("%(who)s changed the settings of %(what)s"),
        "group.language": _("%(who)s chose the language of the answers in %(what)s: %(to)s"),
        "group.texts": _("%(who)s changed what the bot says in %(what)s"),
        "group.trust": _("%(who)s made a member of %(what)s a trusted one"),
        "group.distrust": _("%(who)s took a member of %(what)s off the trusted ones"),
    },
    Topic.CHATS: {
        "moderatorschat.add": _("%(who)s made the moderators' chat %(what)s"),
        "moderatorschat.change": _("%(who)s changed the groups of the moderators' chat %(what)s"),
        "chat.code": _("%(who)s had a code made that binds the moderators' chat %(what)s"),
        "chat.bind": _("%(who)s bound the moderators' chat %(what)s"),
        "chat.unbind": _("%(who)s unbound the moderators' chat %(what)s"),
        "chat.answer": _("%(who)s answered an alert in a moderators' chat: %(what)s"),
    },
    Topic.CHECKS: {
        "scan.request": _("%(who)s asked for a check of %(what)s"),
        "scan.rescan": _("%(who)s had %(what)s checked again"),
        "feed.add": _("%(who)s added the list %(what)s"),
        "feed.change": _("%(who)s changed the list %(what)s"),
        "feed.remove": _("%(who)s removed the list %(what)s"),
        "feed.state": _("%(who)s switched the list %(what)s to “%(state)s”"),
        "feed.refresh": _("%(who)s had the list %(what)s fetched"),
        "feed.roll_back": _("%(who)s went back to the version of the list %(what)s before"),
        "feed.set_key": _("%(who)s set a key for the list %(what)s"),
        "feed.remove_key": _("%(who)s removed the key of the list %(what)s"),
        "providerstate.switch_on": _("%(who)s switched the provider %(what)s on"),
        "providerstate.switch_off": _("%(who)s switched the provider %(what)s off"),
        "providerstate.set_key": _("%(who)s set a key for the provider %(what)s"),
        "providerstate.remove_key": _("%(who)s removed the key of the provider %(what)s"),
        "providerstate.set_limits": _("%(who)s set limits for the provider %(what)s"),
    },
    Topic.PEOPLE: {
        "person.invite": _("%(who)s invited %(what)s"),
        "person.withdraw": _("%(who)s withdrew a link made for %(what)s"),
        "person.join": _("%(who)s joined by an invitation"),
        "person.change": _("%(who)s changed what %(what)s may do"),
        "person.new_password": _("%(who)s made a link with which %(what)s sets a new password"),
        "person.password": _("%(who)s set a new password"),
        "person.sign_out": _("%(who)s ended all logins of %(what)s"),
        "person.end_login": _("%(who)s ended logins of their own"),
        "person.factor_on": _("%(who)s switched their second factor on"),
        "person.factor_off": _("%(who)s switched their second factor off"),
        "person.reset_factor": _("%(who)s removed the second factor of %(what)s"),
        "apitoken.make": _("%(who)s made the API token %(what)s"),
        "apitoken.revoke": _("%(who)s revoked the API token %(what)s"),
    },
    Topic.TAKEN_OUT: {
        "audit.export": _("%(who)s exported the audit trail: %(what)s"),
        "override.export": _("%(who)s exported the overrides"),
        "ledger.export": _("%(who)s exported the ledger of what left this machine"),
        "group.export": _("%(who)s exported what is stored about a group"),
        "member.export": _("%(who)s exported what is stored about a member"),
        "pendingreport.download": _("%(who)s downloaded a file of a report: %(what)s"),
        "group.erase": _("%(who)s had a group erased"),
        "member.erase": _("%(who)s had a member erased"),
    },
    Topic.HOUSE: {
        "phone.ask": _("%(who)s asked of the phone: %(wish)s"),
        "phone.opened": _("%(who)s noted that the phone was opened"),
        "connection.release": _("%(who)s released the brake: the bot may write again"),
        "alarm.test": _("%(who)s had a test of the alarms sent"),
        "house.choose": _("%(who)s chose the installation's language and clock"),
        "setup.owner": _("%(who)s set this installation up as its owner"),
        "setup.note": _("%(who)s ticked or unticked a step of the first week: %(what)s"),
        "setup.end": _("%(who)s ended the set-up"),
    },
}

IN_WORDS: Mapping[tuple[str, str], Mapping[Any, Any]] = {
    ("group.state", "to"): dict(STATE_CHOICES),
    ("group.preset", "to"): dict(PRESET_CHOICES),
    ("group.language", "to"): {**dict(LANGUAGES), "": _("the installation's")},
    ("group.go_live_question", "answer"): dict(GoLiveAnswer.choices),
    ("override.create", "ruling"): dict(RULING_CHOICES),
    ("override.change", "ruling"): dict(RULING_CHOICES),
    ("override.delete", "ruling"): dict(RULING_CHOICES),
    ("feed.state", "state"): dict(FeedState.choices),
    ("phone.ask", "wish"): dict(Wish.choices),
}
