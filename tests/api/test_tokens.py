"""Tokens: what is kept, what is checked, how often they may call."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.core import serializers
from django.test import Client
from django.utils import timezone

from tests.api.conftest import Caller, error_of
from tests.factories import make_group, make_moderator, make_owner, make_token
from wbscanner import rate
from wbscanner.auth import Scope, check_token, issue_token, may, note_use, revoke
from wbscanner.models import ApiToken
from wbscanner.permissions import includes, token_groups, visible_groups, within
from wbscanner.version import VERSION

NOW = datetime(2030, 1, 1, tzinfo=UTC)
PYPROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"

pytestmark = pytest.mark.django_db


def test_a_dump_of_the_table_holds_no_usable_token() -> None:
    _token, clear = make_token(Scope.ADMIN)
    secret = clear.partition("_")[2]

    dump = serializers.serialize("json", ApiToken.objects.all())

    assert secret not in dump
    assert hashlib.sha256(secret.encode()).hexdigest() in dump
    assert len(secret) == 43  # 256 bits in base64url


def test_every_token_is_different() -> None:
    assert len({make_token(Scope.READ)[1] for _turn in range(50)}) == 50


def test_the_clear_text_finds_its_token() -> None:
    token, clear = make_token(Scope.READ)

    assert check_token(clear, NOW) == token


@pytest.mark.parametrize(
    "spoil",
    [
        lambda clear: clear[:-1],
        lambda clear: clear + "A",
        lambda clear: clear.swapcase(),
        lambda clear: clear.partition("_")[0],
        lambda clear: clear.partition("_")[0] + "_",
        lambda clear: "_" + clear.partition("_")[2],
        lambda clear: clear + "\0",
        lambda clear: clear + "ä",
        lambda clear: clear * 100,
        lambda clear: " " + clear,
        lambda clear: "",
    ],
)
def test_nearly_right_is_wrong(spoil: object) -> None:
    _token, clear = make_token(Scope.READ)
    assert callable(spoil)

    assert check_token(spoil(clear), NOW) is None


def test_the_hash_of_a_token_is_no_token() -> None:
    token, _clear = make_token(Scope.READ)

    assert check_token(f"{token.prefix}_{token.secret_hash}", NOW) is None


def test_a_token_ends_at_its_expiry() -> None:
    _token, clear = make_token(Scope.READ, expires_at=NOW)

    assert check_token(clear, NOW - timedelta(seconds=1)) is not None
    assert check_token(clear, NOW) is None


def test_revoking_works_once() -> None:
    token, clear = make_token(Scope.READ)

    assert revoke(token, NOW)
    assert not revoke(token, NOW + timedelta(days=1))
    assert check_token(clear, NOW) is None
    assert ApiToken.objects.get().revoked_at == NOW


def test_a_token_without_a_scope_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="scope"):
        issue_token("nothing", [])


@pytest.mark.parametrize("scope", list(Scope))
def test_every_scope_may_read_and_only_admin_everything(scope: Scope) -> None:
    token, _clear = make_token(scope)

    allowed = {wanted for wanted in Scope if may(token, wanted)}

    assert allowed == (set(Scope) if scope is Scope.ADMIN else {scope, Scope.READ})


def test_last_use_is_written_at_most_once_a_minute() -> None:
    token, _clear = make_token(Scope.READ)
    written = []
    for seconds in (0, 30, 59, 60, 61):
        note_use(ApiToken.objects.get(), NOW + timedelta(seconds=seconds))
        last_used_at = ApiToken.objects.get(pk=token.pk).last_used_at
        assert last_used_at is not None
        written.append((last_used_at - NOW).total_seconds())

    assert written == [0, 0, 0, 60, 60]


def test_a_call_notes_the_use(client: Client) -> None:
    _token, clear = make_token(Scope.READ)

    Caller(client, clear)("GET", "/status")

    assert ApiToken.objects.get().last_used_at is not None


def test_twenty_calls_at_once_then_one_a_second() -> None:
    token, _clear = make_token(Scope.READ)

    at_once = [rate.take(token, NOW) for _call in range(22)]
    later = [rate.take(token, NOW + timedelta(seconds=1)) for _call in range(2)]
    much_later = [rate.take(token, NOW + timedelta(hours=1)) for _call in range(21)]

    assert at_once == [0] * 20 + [1, 1]
    assert later == [0, 1]
    assert much_later == [0] * 20 + [1]


def test_a_minute_of_steady_calls_gets_its_sixty_and_the_burst() -> None:
    token, _clear = make_token(Scope.READ)

    moments = [NOW + timedelta(seconds=tenth / 10) for tenth in range(600)]

    assert sum(rate.take(token, moment) == 0 for moment in moments) == 79


def test_tokens_do_not_use_up_each_others_allowance() -> None:
    busy, quiet = make_token(Scope.READ)[0], make_token(Scope.READ)[0]
    for _call in range(30):
        rate.take(busy, NOW)

    assert rate.take(quiet, NOW) == 0


def test_too_many_calls_answer_429_with_the_time_to_wait(client: Client) -> None:
    caller = Caller(client, make_token(Scope.READ)[1])
    with time_machine.travel(NOW, tick=False):
        answers = [caller("GET", "/groups") for _call in range(21)]

    assert [answer.status_code for answer in answers] == [200] * 20 + [429]
    assert answers[-1].headers["Retry-After"] == "1"
    assert error_of(answers[-1])["code"] == "too_many_requests"


def test_owners_see_all_groups_and_moderators_their_own() -> None:
    ours, _theirs = make_group(), make_group()
    moderator, retired = make_moderator(ours), make_owner()
    retired.is_active = False

    assert visible_groups(make_owner("second")) is None
    assert visible_groups(moderator) == [ours.pk]
    assert visible_groups(make_moderator()) == []
    assert visible_groups(retired) == []


def test_a_token_is_limited_to_its_groups() -> None:
    group = make_group()

    assert token_groups(make_token(Scope.READ)[0]) is None
    assert token_groups(make_token(Scope.READ, groups=[group])[0]) == [group.pk]
    assert token_groups(make_token(Scope.READ, groups=[])[0]) == []


def test_what_belongs_to_no_group_is_only_for_those_who_see_all() -> None:
    assert includes(None, None)
    assert includes(None, 1)
    assert includes([1], 1)
    assert not includes([1], 2)
    assert not includes([1], None)


def test_a_filter_of_no_group_finds_nothing() -> None:
    moderator = make_moderator(make_group())

    assert moderator.memberships.filter(within(None, "group_id")).count() == 1
    assert not moderator.memberships.filter(within([], "group_id")).exists()


def test_the_version_is_the_projects() -> None:
    assert f'version = "{VERSION}"' in PYPROJECT.read_text(encoding="utf-8")


def test_a_token_made_without_an_end_lives_on() -> None:
    _token, clear = make_token(Scope.READ)

    assert check_token(clear, timezone.now() + timedelta(days=3650)) is not None
