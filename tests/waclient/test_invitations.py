"""A group's own invitation is known by a hash, by every spelling of it, and falls under no rule for invitations."""

from __future__ import annotations

import pytest
from django.core import serializers

from groups.models import Group
from groups.policy import State
from scans.engine.links import parse
from scans.engine.scoring import Verdict
from tests.factories import make_group, make_scan
from tests.waclient.inbound import rosters_of, says
from tests.waclient.planning import plan_all, planned, told
from waclient import invitations
from waclient.ingest import receive
from waclient.models import PendingWork, Sighting, WorkKind

pytestmark = pytest.mark.django_db

CODE, NEWER = "AbCdEfGhIjKlMnOpQrStUv", "ZzCdEfGhIjKlMnOpQrStUv"
OWN = f"https://chat.whatsapp.com/{CODE}"


@pytest.fixture
def group() -> Group:
    return told(make_group(state=State.LIVE, bot_is_admin=True, on_invites="reply"))


def posted(group: Group, url: str) -> Sighting:
    link = parse(url)
    make_scan(url, Verdict.BENIGN, url_hash=link.url_hash)
    receive(says(group, url), rosters_of(group))
    plan_all()
    return Sighting.objects.get(url_hash=link.url_hash)


@pytest.mark.parametrize(
    "spelling",
    [
        OWN,
        f"{OWN}/",
        f"{OWN}?mode=ac_t",
        f"https://chat.whatsapp.com/invite/{CODE}",
        f"http://chat.whatsapp.com/{CODE}",
    ],
)
def test_the_groups_own_invitation_is_answered_by_no_rule(group: Group, spelling: str) -> None:
    invitations.learn(group.jid, OWN)
    group.refresh_from_db()

    assert posted(group, spelling).facts["is_own_invite"] is True
    assert planned() == []


@pytest.mark.parametrize(
    "stranger",
    [
        f"https://chat.whatsapp.com/{NEWER}",
        f"https://chat.whatsapp.com/{CODE.lower()}",
        "https://t.me/+AbCdEfGhIjKlMnOp",
    ],
)
def test_any_other_invitation_is(group: Group, stranger: str) -> None:
    invitations.learn(group.jid, OWN)
    group.refresh_from_db()

    assert posted(group, stranger).is_own_invite is False
    assert [action.kind for action in planned()] == ["reply"]


def test_another_groups_own_invitation_is_a_strangers_here(group: Group) -> None:
    invitations.learn(make_group(state=State.LIVE).jid, OWN)

    assert posted(group, OWN).is_own_invite is False


def test_while_it_is_not_known_the_rule_counts(group: Group) -> None:
    assert posted(group, OWN).is_own_invite is False


def test_a_new_invitation_takes_the_place_of_the_old_one(group: Group) -> None:
    invitations.learn(group.jid, OWN)
    invitations.learn(group.jid, f"https://chat.whatsapp.com/{NEWER}")
    group.refresh_from_db()

    assert invitations.is_own(parse(f"https://chat.whatsapp.com/{NEWER}"), group)
    assert not invitations.is_own(parse(OWN), group)


@pytest.mark.parametrize("nonsense", ["", "https://evil.example/AbCdEfGhIjKlMnOpQrStUv", "https://chat.whatsapp.com/"])
def test_what_is_no_invitation_is_not_believed(group: Group, nonsense: str) -> None:
    invitations.learn(group.jid, OWN)
    invitations.learn(group.jid, nonsense)
    group.refresh_from_db()

    assert invitations.is_own(parse(OWN), group)


def test_what_lets_strangers_in_is_kept_nowhere(group: Group) -> None:
    invitations.learn(group.jid, OWN)
    group.refresh_from_db()
    posted(group, OWN)

    rows = serializers.serialize("json", [*Group.objects.all(), *Sighting.objects.all()])
    assert CODE not in rows


@pytest.mark.parametrize(
    ("columns", "is_asked_for"),
    [
        ({}, True),
        ({"bot_is_admin": False}, False),
        ({"on_invites": "nothing"}, False),
        ({"state": State.OFF}, False),
        ({"invite_hash": "5" * 64}, False),
    ],
)
def test_it_is_asked_for_only_where_a_rule_needs_it_and_the_bot_may_know(
    columns: dict[str, object], is_asked_for: bool
) -> None:
    make_group(**{"state": State.LIVE, "bot_is_admin": True, "on_invites": "react", **columns})  # type: ignore[arg-type]

    invitations.ask_for_missing()

    assert PendingWork.objects.filter(kind=WorkKind.INVITE).exists() is is_asked_for
