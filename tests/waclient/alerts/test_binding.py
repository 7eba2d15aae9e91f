"""Binding a chat by its one-time code, and unbinding it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from groups.policy import State
from tests.factories import make_group
from tests.waclient.alerts.chats import group_chat, hear, said_in, tell, unbound, written
from tests.waclient.inbound import ADMIN, ANNA, BEN, rosters_of
from tests.waclient.planning import plan_all, seen, told
from waclient.alerts import binding
from waclient.models import Action, ActionState, ChatKind, PendingWork, Sighting
from waclient.recording import person_key
from wbscanner.models import AuditEntry

pytestmark = pytest.mark.django_db


def test_an_admin_of_a_group_binds_it_by_its_code_once() -> None:
    chat, here = unbound(make_group()), make_group("Moderators", State.OFF)
    code = binding.make_code(chat, by="owner")

    hear(written(here, f" {code.lower()} "))
    hear(written(make_group("Elsewhere", State.OFF), code))

    chat.refresh_from_db()
    assert (chat.kind, chat.is_bound, binding.unseal(chat.address)) == (ChatKind.GROUP, True, here.jid)
    assert next(text for _kind, text in said_in(chat)).startswith("This chat is now told of bad links.")
    assert len(said_in(chat)) == 1
    assert AuditEntry.objects.get(action="chat.bind").actor.startswith(person_key(ADMIN)[:8])


def test_a_person_binds_their_own_chat_and_is_known_by_either_address() -> None:
    chat = unbound(make_group())

    hear(written(ANNA, binding.make_code(chat, by="owner")))

    chat.refresh_from_db()
    assert chat.kind == ChatKind.DIRECT
    assert binding.unseal(chat.address) == ANNA.address
    assert ANNA.other not in (chat.key, chat.other_key, chat.address)
    for address in (ANNA, type(ANNA)(ANNA.other), type(ANNA)(ANNA.address)):
        assert binding.chat_at(address) == chat
    assert binding.chat_at(BEN) is None


def test_only_a_hash_of_the_code_is_stored() -> None:
    chat = unbound(make_group())

    code = binding.make_code(chat, by="owner")

    chat.refresh_from_db()
    assert code not in str(vars(chat)) and code.replace("-", "") not in str(vars(chat))
    assert len(chat.code_hash) == 32


@pytest.mark.parametrize("why", ["late", "wrong", "replaced", "not an admin", "watched", "withdrawn"])
def test_a_code_that_does_not_count_binds_nothing(why: str) -> None:
    chat, here = unbound(make_group()), make_group("Moderators", State.WATCH if why == "watched" else State.OFF)
    code = binding.make_code(chat, by="owner")
    if why == "late":
        type(chat).objects.update(code_expires_at=timezone.now() - timedelta(seconds=1))
    elif why == "replaced":
        binding.make_code(chat, by="owner")
    elif why == "withdrawn":
        binding.unbind(chat, by="owner")

    hear(written(here, "ABCD-2345" if why == "wrong" else code, by=BEN if why == "not an admin" else ADMIN))

    chat.refresh_from_db()
    assert not chat.is_bound
    assert [text[:13] for _kind, text in said_in(chat)] == (["I watch this "] if why == "watched" else [])


def test_a_group_whose_admins_are_not_known_yet_is_asked_first() -> None:
    chat, here = unbound(make_group()), make_group("Moderators", State.OFF)
    nobody = rosters_of()

    hear(written(here, binding.make_code(chat, by="owner")), nobody)

    assert PendingWork.objects.filter(kind="group_info", ref=here.jid).exists()
    chat.refresh_from_db()
    assert not chat.is_bound
    hear(written(here, "hello"), rosters_of(here), at=timezone.now() + timedelta(seconds=3))
    chat.refresh_from_db()
    assert chat.is_bound


def test_a_chat_that_is_bound_anew_is_not_what_it_was_before() -> None:
    first, here = group_chat(make_group("A"))
    second = unbound(make_group("B"), name="Day watch")

    hear(written(here, binding.make_code(second, by="owner")))

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.is_bound, second.is_bound) == (False, True)


def test_unbinding_forgets_the_address_and_takes_back_what_waits() -> None:
    group = told(make_group(state=State.WATCH))
    chat, _here = group_chat(group)
    seen(group)
    plan_all()
    [alert] = tell()

    assert binding.unbind(chat, by="owner")
    assert not binding.unbind(chat, by="owner")

    chat.refresh_from_db()
    assert (chat.key, chat.other_key, chat.address) == ("", "", None)
    assert [(row.state, row.reason) for row in Action.objects.filter(pk=alert.pk)] == [(ActionState.SKIPPED, "unbound")]
    assert AuditEntry.objects.filter(action="chat.unbind", group_ids=[str(group.pk)]).count() == 1


def test_nothing_that_is_written_in_a_moderators_chat_is_kept_or_scanned() -> None:
    _chat, here = group_chat(make_group())

    hear(written(here, "look at this one https://evil.example/login ok?"))
    hear(written(here, "bad idea, let us meet at 7"))

    assert Sighting.objects.count() == 0
    assert PendingWork.objects.count() == 0
