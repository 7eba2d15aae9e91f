from __future__ import annotations

from datetime import timedelta

import pytest
from django_q.models import OrmQ

from groups.models import Group
from groups.policy import State
from scans.models import Scan
from tests.factories import make_group
from tests.waclient.inbound import ADMIN, ANNA, edits, revokes, rosters_of, says
from waclient.client import Person
from waclient.ingest import CONSENT, receive
from waclient.models import Action, PendingWork, Sighting, WorkKind
from waclient.rosters import Rosters
from wbscanner.models import AuditEntry

pytestmark = pytest.mark.django_db

URL, OTHER = "https://shop.example.com/offer?id=7", "http://192.0.2.1/login.exe"
TEXT = f"Look at {URL} before tonight"
NOBODY = Rosters()


def hosts(**filters: object) -> set[str]:
    return set(Sighting.objects.filter(**filters).values_list("host", flat=True))


def rows() -> int:
    return sum(model.objects.count() for model in (Sighting, Scan, OrmQ, Action, AuditEntry, PendingWork))


# --- which groups are read


@pytest.mark.parametrize("state", [State.OFF, State.PAUSED])
def test_of_a_group_that_was_not_chosen_nothing_is_stored(state: State) -> None:
    group = make_group(state=state)
    before = Group.objects.values().get()

    message = says(group, TEXT)
    for one in (message, edits(message, OTHER), revokes(message, by=ANNA)):
        assert receive(one, NOBODY) == 0

    assert rows() == 0
    assert Group.objects.values().get() == before


def test_a_group_never_heard_of_is_met_off_and_its_facts_are_read_later() -> None:
    receive(says("120363999@g.us", TEXT), NOBODY)
    receive(says("120363999@g.us", TEXT), NOBODY)

    assert Group.objects.get().state == State.OFF
    assert list(PendingWork.objects.values_list("kind", "ref")) == [(WorkKind.GROUP_INFO, "120363999@g.us")]
    assert not Sighting.objects.exists()


@pytest.mark.parametrize("state", [State.WATCH, State.LIVE])
def test_a_chosen_group_is_read(state: State) -> None:
    group = make_group(state=state)

    assert receive(says(group, TEXT, f"caption {OTHER}"), NOBODY) == 2

    assert hosts() == {"shop.example.com", "192.0.2.1"}


def test_what_the_bot_says_itself_is_not_read() -> None:
    assert receive(says(make_group(), TEXT, is_from_me=True), NOBODY) == 0
    assert rows() == 0


# --- consent


@pytest.mark.parametrize("state", [State.OFF, State.PAUSED])
@pytest.mark.parametrize("text", [CONSENT, f"  {CONSENT}\n", "!Scanner Consent"])
def test_an_admins_consent_makes_a_group_watched_and_is_audited_under_a_pseudonym(state: State, text: str) -> None:
    group = make_group(state=state)

    receive(says(group, text, by=ADMIN), rosters_of(group))

    group.refresh_from_db()
    assert group.state == State.WATCH
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.details) == ("group.state", {"from": state, "to": "watch"})
    assert "4915100000000" not in entry.actor


@pytest.mark.parametrize(
    ("text", "by", "more"),
    [
        (CONSENT, ANNA, {}),
        (f"please {CONSENT}", ADMIN, {}),
        (f"{CONSENT}!", ADMIN, {}),
        ("!scanner  consent", ADMIN, {}),
        (CONSENT, ADMIN, {"is_from_me": True}),
        (CONSENT, ADMIN, {"is_history": True}),
        (CONSENT, ADMIN, {"age": timedelta(minutes=6)}),
        (CONSENT, Person("22222222222222@lid"), {}),
        (CONSENT, Person(""), {}),
    ],
)
def test_nothing_else_is_consent(text: str, by: Person, more: dict[str, object]) -> None:
    group = make_group(state=State.OFF)

    receive(says(group, text, by=by, **more), rosters_of(group))  # type: ignore[arg-type]

    group.refresh_from_db()
    assert group.state == State.OFF


def test_an_admin_of_another_group_cannot_consent_for_this_one() -> None:
    group, other = make_group(state=State.OFF), make_group(state=State.OFF)

    receive(says(group, CONSENT, by=ADMIN), rosters_of(other))

    group.refresh_from_db()
    assert group.state == State.OFF


def test_consent_changes_nothing_in_a_group_that_is_live_already() -> None:
    group = make_group(state=State.LIVE)

    receive(says(group, CONSENT, by=ADMIN), rosters_of(group))

    group.refresh_from_db()
    assert group.state == State.LIVE
