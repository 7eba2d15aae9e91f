from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from tests.waclient.recording_client import RecordingClient
from tests.waclient.waiting import (
    FAILED,
    PENDING,
    SENDING,
    SENT,
    SKIPPED,
    UNCERTAIN,
    send_all,
    state_of,
    waiting,
)
from waclient.models import Action, ActionState
from waclient.sending import CannotResend, send_again
from wbscanner.models import AuditEntry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_gaps")]


# --- again, by hand


@pytest.mark.parametrize("before", [FAILED, UNCERTAIN, SKIPPED])
def test_what_did_not_go_out_can_be_sent_again_by_a_person_and_is_audited(
    client: RecordingClient, before: ActionState
) -> None:
    action = waiting(state=before, reason="why", claimed_at=timezone.now())

    send_again(action, by="ana")

    assert state_of(action) == (PENDING, "")
    assert (action.asked_by, action.claimed_at) == ("ana", None)
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.action, entry.details) == ("ana", "action.send_again", {"was": before})
    assert entry.group_ids == [str(action.group_id)]
    send_all(client)
    assert state_of(action)[0] == SENT


@pytest.mark.parametrize("before", [PENDING, SENDING, SENT])
def test_what_waits_or_was_sent_is_not_sent_again(before: ActionState) -> None:
    action = waiting(state=before)

    with pytest.raises(CannotResend):
        send_again(action, by="ana")

    assert state_of(action)[0] == before
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(("age", "is_refused"), [(timedelta(hours=23), False), (timedelta(hours=25), True)])
def test_about_a_message_older_than_a_day_nothing_more_is_said(age: timedelta, is_refused: bool) -> None:
    action = waiting(state=FAILED)
    assert action.sighting is not None
    action.sighting.posted_at = timezone.now() - age

    if is_refused:
        with pytest.raises(CannotResend, match="24 hours"):
            send_again(action, by="ana")
    else:
        send_again(action, by="ana")

    assert state_of(action)[0] == (FAILED if is_refused else PENDING)


def test_of_two_people_who_ask_at_once_one_is_told() -> None:
    action = waiting(state=FAILED)
    seen_by_the_other = Action.objects.get(pk=action.pk)
    send_again(action, by="ana")

    with pytest.raises(CannotResend, match="faster"), transaction.atomic():
        send_again(seen_by_the_other, by="ben")

    assert AuditEntry.objects.count() == 1
