"""Two groups with one row of everything each, what is of the installation, and everybody who may ask for it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.test import Client
from django.utils import timezone

from groups.models import GoLiveQuestion, Group
from groups.policy import State
from scans.models import Artifact, ArtifactKind, PendingReport
from tests.desk.conftest import client_of, with_role
from tests.desk.pages import of_one_campaign, rows_of_group, rows_of_installation
from tests.factories import make_group, make_moderator, make_owner, make_scan, make_sighting
from waclient.models import (
    Action,
    ActionKind,
    ActionState,
    Alert,
    Answer,
    Campaign,
    Decision,
    ModeratorsChat,
    QueueItem,
    Sighting,
)
from wbscanner import audit
from wbscanner.desk.deciding import SESSION_KEY
from wbscanner.desk.errands.kinds import BRING_OVERRIDES
from wbscanner.models import AuditEntry, Errand, ErrandState, Invitation

# They stand in every text of a group's rows and in every code name of its members; no two begin alike.
OURS, THEIRS, HOUSE = "anemone", "begonia", "corydalis"
SHARED = "shared.example"
OUR_KEY, THEIR_KEY = 800_001, 900_001
INVITED, STAGE = "a" * 64, "language"
PNG = b"\x89PNG\r\n\x1a\nno more than its beginning"

COLUMNS = ("nobody", "no role", "viewer", "moderator", "another's", "owner")
"""Who asks for something of OURS: nobody is logged in, the next three belong to that group, the fifth to THEIRS."""

MAY_NOT_READ = {
    "nobody": (OURS, THEIRS, HOUSE),
    "no role": (OURS, THEIRS, HOUSE, str(THEIR_KEY)),
    "viewer": (THEIRS, HOUSE, str(THEIR_KEY)),
    "moderator": (THEIRS, HOUSE, str(THEIR_KEY)),
    "another's": (OURS, HOUSE),
    "owner": (),
}


@dataclass(frozen=True, slots=True)
class World:
    ours: Group
    theirs: Group
    spare: Group
    rows: dict[type[Model], Any]
    foreign: dict[type[Model], Any]
    people: dict[str, User]
    cookies: dict[str, str]
    keys: dict[str, object]

    def client(self, who: str, *, is_strict: bool = False) -> Client:
        """A browser in which this one is logged in."""
        client = Client(enforce_csrf_checks=is_strict)
        if who in self.cookies:
            client.cookies["sessionid"] = self.cookies[who]
        return client

    def row_at(self, route: str) -> object:
        """The row of OURS, or of the installation, that an address of the admin is about."""
        parts = route.split("/")
        if len(parts) < 3 or parts[0] != "admin" or "<path:object_id>" not in route:
            return ""
        return self.rows[apps.get_model(parts[1], parts[2])].pk

    def parts(self) -> dict[str, object]:
        """What stands in an address for the parameters of its route."""
        return self.keys


def build() -> World:
    ours, theirs = make_group(f"{OURS} choir", pk=OUR_KEY), make_group(f"{THEIRS} choir", pk=THEIR_KEY)
    rows, foreign = _rows(ours, OURS, 1), _rows(theirs, THEIRS, 2)
    _shared(ours, theirs)
    _told_before(rows[ModeratorsChat], foreign[Sighting])
    rows |= {type(row): row for row in rows_of_installation(ours, HOUSE, 1)}
    people = {
        "no role": make_moderator(ours, username="nora"),
        "viewer": with_role(make_moderator(ours, username="vera"), "Viewers"),
        "moderator": with_role(make_moderator(ours, username="mira"), "Moderators"),
        "another's": with_role(make_moderator(theirs, username="otto"), "Moderators"),
        "owner": make_owner(),
    }
    cookies = {who: _cookie(user, ours) for who, user in people.items()}
    return World(
        ours, theirs, make_group("Spare choir", State.OFF), rows, foreign, people, cookies, _keys(ours, rows, people)
    )


def _cookie(user: User, ours: Group) -> str:
    """A login whose last decision was about OURS, whoever made it."""
    long_ago = timezone.now() - timedelta(minutes=1)  # so that no page counts seconds down
    decision = Decision.objects.create(
        url_hash="d" * 64, group=ours, answer=Answer.FINE, by=user.get_username(), at=long_ago
    )
    client = client_of(user)
    session = client.session
    session[SESSION_KEY] = {"keys": [decision.pk], "host": ""}
    session.save()
    return str(session.session_key)


def _rows(group: Group, text: str, number: int) -> dict[type[Model], Any]:
    made = rows_of_group(group, f"{text}{number}", number)
    found = {type(row): row for row in made} | {Group: group}
    of_one_campaign(Sighting.objects.get(pk=found[Sighting].pk))
    GoLiveQuestion.objects.filter(group=group).update(answered_by="", answered_at=None, answer="")
    Group.objects.filter(pk=group.pk).update(state=State.WATCH, trusted=[f"{text}{number}"])
    return found


def _shared(ours: Group, theirs: Group) -> None:
    """What belongs to both groups: a link that was posted in each, its campaign, a chat of both, audit entries."""
    scan, campaign = make_scan(f"https://{SHARED}/"), Campaign.objects.create(host=SHARED)
    for group, text in ((ours, OURS), (theirs, THEIRS)):
        for message in ("1", "2"):
            sender, known = f"{text}shared", f"{text}shared{message}"
            make_sighting(group, scan, sender=sender, message_id=known, campaign=campaign, verdict="malicious")
        said = {"url_hash": scan.url_hash, "answer": Answer.CONFIRM, "by": f"{text}decider", "campaign": campaign}
        Decision.objects.create(group=group, **said)
        Action.objects.create(group=group, kind=ActionKind.REPLY, state=ActionState.SKIPPED, reason=f"{text}reason")
    make_sighting(theirs, url=f"https://{THEIRS}only.example/", campaign=campaign, verdict="malicious")
    QueueItem.objects.create(
        url_hash=scan.url_hash, url=scan.url, host=scan.host, verdict="malicious", posted_at=timezone.now()
    )
    chat = ModeratorsChat.objects.create(name=f"{THEIRS} and {OURS}", key="f" * 32, kind="group")
    chat.groups.set([ours, theirs])
    both = [str(ours.pk), str(theirs.pk)]
    audit.record("owner", "person.change", f"{THEIRS} person", group_ids=both, details={"to": {"groups": both}})


def _told_before(chat: ModeratorsChat, foreign: Sighting) -> None:
    """The chat was told of a link of THEIRS while it was theirs too."""
    Alert.objects.create(
        chat=chat, sighting=foreign, url_hash=foreign.url_hash, verdict="malicious", due_at=timezone.now()
    )


def _errand(asked_by: User) -> Errand:
    """A file of overrides that was looked at and waits for its yes."""
    place = {"counts": {"added": 2}, "effect": {"links": 0}, "bad": []}
    return Errand.objects.create(kind=BRING_OVERRIDES, asked_by=asked_by, state=ErrandState.ASKS, place=place)


def _keys(ours: Group, rows: dict[type[Model], Any], people: dict[str, User]) -> dict[str, object]:
    report = rows[PendingReport]
    picture = Artifact.objects.create(report=report, kind=ArtifactKind.SCREENSHOT, content=PNG, size=len(PNG))
    ends = timezone.now() + timedelta(days=1)
    hashed = hashlib.sha256(INVITED.encode()).hexdigest()
    invitation = Invitation.objects.create(name="Ines", role="viewer", token_hash=hashed, expires_at=ends)
    sighting: Any = rows[Sighting]
    return {
        "<app>": "waclient",
        "(index)": "",
        "(anything)": "nothing/",
        "<path:content_type_id>/<path:object_id>": f"{ContentType.objects.get_for_model(Group).pk}/{ours.pk}",
        "desk/groups/<int:pk>": f"desk/groups/{ours.pk}",
        "<int:group_id>": ours.pk,
        "desk/people/<int:pk>": f"desk/people/{people['viewer'].pk}",
        "invitations/<int:pk>": f"invitations/{invitation.pk}",
        "moderatorschat/<int:pk>": f"moderatorschat/{rows[ModeratorsChat].pk}",
        "desk/audit/<int:pk>": f"desk/audit/{rows[AuditEntry].pk}",
        "desk/work/<int:key>": f"desk/work/{_errand(people['moderator']).pk}",
        "<str:url_hash>": sighting.url_hash,
        "<int:key>": picture.pk,
        "<int:report_id>": report.pk,
        "file/<str:kind>": f"file/{ArtifactKind.SCREENSHOT}",
        "texts/<str:kind>": "texts/warning",
        "<str:stage>": STAGE,
        "<slug:what>": "sign-out",
        "join/<str:token>": f"join/{INVITED}",
        "<str:token>": "b" * 43,
        "<str:secret>": "c" * 43,
        "<scan_id>": sighting.scan_id,
        "<override_id>": sighting.override_id,
        "<group_id>": ours.pk,
    }
