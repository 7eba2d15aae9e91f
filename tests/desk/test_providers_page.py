"""The owner's pages of the providers: who is asked, with which key, how often, and how they do."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from scans.asking import consulting, latency, quotas
from scans.asking import keys as provider_keys
from scans.asking.breakers import note_fault
from scans.asking.latency import Took
from scans.engine.ceiling import Ceiling
from scans.engine.consult import Fault
from scans.engine.providers.provider import Allowance, Span
from scans.models import ProviderState, Quota
from tests.desk.pages import act, list_url, row_url
from tests.scans.oracles import knows_nothing, oracle
from wbscanner.models import AuditEntry

pytestmark = pytest.mark.django_db

SECRET = "s3cr3t-k3y"
TERMS = "Is told the whole address. Not for trade."
VT = oracle(
    "vt",
    knows_nothing,
    Allowance(Span.MINUTE, 4),
    Allowance(Span.DAY, 500),
    title="Virus Tables",
    key_name="VT_KEY",
    ceiling=Ceiling.URL,
    terms=TERMS,
)
PLAIN = oracle("plain", is_on=False)


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consulting, "registry", lambda: (VT, PLAIN))


def state(name: str = "vt", **columns: object) -> ProviderState:
    return ProviderState.objects.update_or_create(name=name, defaults=columns)[0]


def shown(client: Client, row: ProviderState) -> str:
    answer = client.get(row_url(row))
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_provider_of_the_program_is_listed_from_the_first_look_on(as_owner: Client) -> None:
    page = as_owner.get(list_url(ProviderState)).content.decode()

    assert "Virus Tables" in page
    assert "Plain" in page
    assert "not asked, its key is missing" in page
    assert set(ProviderState.objects.values_list("name", flat=True)) == {"vt", "plain"}


def test_a_page_says_what_a_provider_is_told_its_terms_and_what_was_spent(as_owner: Client) -> None:
    for _ in range(3):
        assert quotas.reserve(VT.card, timezone.now())

    page = shown(as_owner, state())

    assert "the whole URL" in page
    assert TERMS in page
    assert "3 of 4" in page
    assert "3 of 500" in page
    assert "missing: set it here, or as VT_KEY in the environment" in page


@pytest.mark.parametrize(
    ("faults", "sentence"),
    [
        ([], "Not asked yet"),
        ([Fault("status 500")], "1 failure lately"),
        ([Fault("it did not answer in time", is_hanging=True)], "Left alone after failures"),
    ],
)
def test_a_page_says_how_a_provider_does(as_owner: Client, faults: list[Fault], sentence: str) -> None:
    row = state()
    for fault in faults:
        note_fault("vt", fault, timezone.now())

    page = shown(as_owner, row)

    assert sentence in page
    assert all(fault.message in page for fault in faults)


def test_the_pages_say_how_fast_a_provider_is_from_the_calls_of_the_last_day(as_owner: Client) -> None:
    row = state(last_answer_at=timezone.now())
    latency.note({"vt": Took([0.2] * 90 + [1.5] * 10, failed=3)}, timezone.now())

    pages = [shown(as_owner, row), as_owner.get(list_url(ProviderState)).content.decode()]

    assert all("half within 0.21 s, 95 of 100 within 1.54 s" in page for page in pages)
    assert all("100 calls in the last 24 hours" in page and "3 failed" in page for page in pages)


@pytest.mark.parametrize(
    ("asked_at", "sentence"), [(None, "Nothing was asked yet"), (timezone.now(), "Not asked in the last 24 hours")]
)
def test_a_provider_without_calls_says_so(as_owner: Client, asked_at: datetime | None, sentence: str) -> None:
    assert sentence in shown(as_owner, state(last_answer_at=asked_at))


def test_the_dashboards_times_lead_the_owner_to_the_services(as_owner: Client, as_moderator: Client) -> None:
    assert list_url(ProviderState) in as_owner.get("/desk/happened/").content.decode()
    assert list_url(ProviderState) not in as_moderator.get("/desk/happened/").content.decode()


def test_a_provider_is_switched_on_and_off_with_its_terms_before_the_eyes(as_owner: Client) -> None:
    row = state("plain")

    asked = act(as_owner, "switch_on", row, confirmed=False).content.decode()
    act(as_owner, "switch_on", row)

    assert "Is told." in asked
    assert ProviderState.objects.filter(pk="plain", is_on=True).exists()
    act(as_owner, "switch_off", row)
    assert ProviderState.objects.filter(pk="plain", is_on=False).exists()
    assert list(AuditEntry.objects.order_by("id").values_list("action", flat=True)) == [
        "providerstate.switch_on", "providerstate.switch_off",
    ]  # fmt: skip


def test_a_key_is_set_once_kept_encrypted_and_never_shown_again(as_owner: Client) -> None:
    row = state(failures=5, failing_since=timezone.now(), open_until=timezone.now() + timedelta(minutes=9))

    answers = [act(as_owner, "set_key", row, confirmed=False), act(as_owner, "set_key", row, key=f" {SECRET} ")]

    row.refresh_from_db()
    assert provider_keys.find(VT.card, row) == (SECRET, provider_keys.Place.DESK)
    assert (row.failures, row.open_until) == (0, None)
    assert SECRET not in row.key
    pages = [answer.content.decode() for answer in answers]
    pages += [shown(as_owner, row), as_owner.get(list_url(ProviderState)).content.decode()]
    assert not any(SECRET in page or row.key in page for page in pages)
    assert SECRET not in str(list(AuditEntry.objects.values()))


@pytest.mark.parametrize("typed", ["", "  ", "two\nlines", "ключ", "x" * 500])
def test_what_cannot_be_a_key_is_refused_and_not_shown_again(as_owner: Client, typed: str) -> None:
    row = state()

    page = act(as_owner, "set_key", row, key=typed).content.decode()

    row.refresh_from_db()
    assert row.key == ""
    assert 'role="alert"' in page
    assert not typed.strip() or typed not in page


def test_a_key_is_removed_and_one_of_the_environment_stays(as_owner: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    row = state(key=provider_keys.encrypted(SECRET))
    monkeypatch.setenv("VT_KEY", "other")

    act(as_owner, "remove_key", row)

    row.refresh_from_db()
    assert row.key == ""
    assert "set in the environment" in shown(as_owner, row)


def test_a_key_goes_to_one_provider_that_needs_one(as_owner: Client) -> None:
    act(as_owner, "set_key", state(), state("plain"), key=SECRET)
    act(as_owner, "set_key", state("plain"), key=SECRET)

    assert set(ProviderState.objects.values_list("key", flat=True)) == {""}


def test_limits_of_ones_own_are_set_and_taken_back(as_owner: Client) -> None:
    row = state()

    act(as_owner, "set_limits", row, minute="2", day="", hour="7")
    limits = {use.span: use.limit for use in quotas.uses([VT.card], timezone.now())["vt"]}
    act(as_owner, "set_limits", row, minute="", day="", hour="")

    assert limits == {Span.MINUTE: 2, Span.HOUR: 7, Span.DAY: 500}
    assert {use.span: use.limit for use in quotas.uses([VT.card], timezone.now())["vt"]} == {
        Span.MINUTE: 4, Span.DAY: 500,
    }  # fmt: skip
    assert set(Quota.objects.values_list("limit", flat=True)) == {None}


def test_a_row_of_a_provider_that_left_the_program_can_only_lose_its_key(as_owner: Client) -> None:
    row = state("gone", key=provider_keys.encrypted(SECRET))

    page = shown(as_owner, row)
    act(as_owner, "switch_on", row)
    act(as_owner, "remove_key", row)

    assert "no longer part of the program" in page
    row.refresh_from_db()
    assert (row.is_on, row.key) == (None, "")


@pytest.mark.parametrize("action", ["switch_on", "switch_off", "set_key", "remove_key", "set_limits"])
def test_a_moderator_neither_sees_nor_changes_providers(as_moderator: Client, action: str) -> None:
    row = state("plain")

    assert as_moderator.get(list_url(ProviderState)).status_code == 403
    assert as_moderator.get(row_url(row)).status_code == 403
    assert act(as_moderator, action, row, key=SECRET).status_code == 403

    row.refresh_from_db()
    assert (row.is_on, row.key) == (None, "")
