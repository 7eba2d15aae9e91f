from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from groups.models import Group
from tests.desk.pages import act, list_url, row_url
from tests.factories import make_token
from wbscanner.auth import Scope, check_token
from wbscanner.models import ApiToken, AuditEntry

pytestmark = pytest.mark.django_db

ADD = "/admin/wbscanner/apitoken/add/"
ONCE = "0123456789abcdef" * 2


def test_a_token_is_shown_once_and_works(as_owner: Client, owner: User, group: Group) -> None:
    response = as_owner.post(
        ADD, {"name": "home page", "scopes": ["read", "scan"], "groups": [str(group.pk)], "once": ONCE}
    )

    clear = response.context["clear"]
    assert "no-store" in response.headers["Cache-Control"]
    assert clear in response.text
    token = check_token(clear, timezone.now())
    assert token is not None
    assert (token.name, token.scopes, token.group_ids) == ("home page", ["read", "scan"], [str(group.pk)])
    assert token.created_by == owner
    for page in (list_url(ApiToken), row_url(token), ADD, list_url(AuditEntry)):
        text = as_owner.get(page).text
        assert clear not in text
        assert token.secret_hash not in text
    assert AuditEntry.objects.get().action == "apitoken.make"


def test_loading_the_page_that_shows_a_token_again_makes_no_second_one(as_owner: Client) -> None:
    once = as_owner.get(ADD).context["form"]["once"].value()
    sent = {"name": "home page", "scopes": ["read"], "once": once}

    first, again = as_owner.post(ADD, sent), as_owner.post(ADD, sent)

    assert "clear" in first.context
    assert "clear" not in again.context
    assert 'role="alert"' in again.text
    assert ApiToken.objects.count() == AuditEntry.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [{"scopes": []}, {"scopes": ["root"]}, {"name": ""}, {"groups": ["99999"]}, {"expires_at": "2001-01-01T00:00"}],
)
def test_a_token_without_sense_is_not_made(as_owner: Client, wrong: dict[str, object]) -> None:
    response = as_owner.post(ADD, {"name": "x", "scopes": ["read"], "once": ONCE, **wrong})

    assert response.status_code == 200
    assert not ApiToken.objects.exists()


def test_a_revoked_token_is_refused_at_once(as_owner: Client) -> None:
    token, clear = make_token(Scope.READ)

    act(as_owner, "revoke", token)

    assert check_token(clear, timezone.now()) is None
    assert AuditEntry.objects.get().action == "apitoken.revoke"


def test_tokens_are_the_owners(as_moderator: Client) -> None:
    assert as_moderator.get(ADD).status_code == 403
    assert as_moderator.post(ADD, {"name": "x", "scopes": ["admin"]}).status_code == 403
    assert not ApiToken.objects.exists()
