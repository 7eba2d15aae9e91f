"""Keys of lists in the desk: typed once, kept encrypted, never shown."""

from __future__ import annotations

import pytest
from django.test import Client

from scans.lists import rows as list_rows
from scans.models import Feed
from tests.desk.pages import act, list_url, row_url
from wbscanner.models import AuditEntry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_data_folder")]

KEY = "abcdef0123456789abcdef"


@pytest.fixture
def keyed(db: None) -> Feed:
    """A list that needs a key."""
    list_rows.sync()
    return next(
        feed for feed in Feed.objects.all() if (source := list_rows.source_of(feed)) is not None and source.key_name
    )


def test_a_key_is_typed_once_kept_encrypted_and_never_shown(as_owner: Client, keyed: Feed) -> None:
    act(as_owner, "set_key", keyed, key=f" {KEY} ")

    keyed.refresh_from_db()
    source = list_rows.source_of(keyed)
    assert source is not None
    assert list_rows.key_of(keyed, source) == KEY
    assert KEY not in keyed.key
    for page in (list_url(Feed), row_url(keyed), list_url(AuditEntry), row_url(AuditEntry.objects.get())):
        assert KEY not in as_owner.get(page).text
    assert KEY not in str(AuditEntry.objects.get().details)
    assert KEY not in act(as_owner, "set_key", keyed, confirmed=False).text


def test_a_key_is_removed(as_owner: Client, keyed: Feed) -> None:
    act(as_owner, "set_key", keyed, key=KEY)

    act(as_owner, "remove_key", keyed)

    keyed.refresh_from_db()
    assert keyed.key == ""


def test_a_key_from_the_environment_is_said_to_be_there_and_not_shown(
    as_owner: Client, keyed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = list_rows.source_of(keyed)
    assert source is not None
    assert "missing" in as_owner.get(row_url(keyed)).text

    monkeypatch.setenv(source.key_name, KEY)

    page = as_owner.get(row_url(keyed)).text
    assert "missing" not in page
    assert KEY not in page


def test_a_list_without_key_takes_none(as_owner: Client, feed: Feed) -> None:
    act(as_owner, "set_key", feed, key=KEY)

    feed.refresh_from_db()
    assert feed.key == ""
    assert "Set the key" not in as_owner.get(row_url(feed)).text
