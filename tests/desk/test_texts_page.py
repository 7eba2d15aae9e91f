"""The page of a group's own texts, and its language."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from groups.models import Group
from groups.texts import TextKind
from tests.desk.pages import list_url, row_url
from tests.factories import make_group, make_moderator
from wbscanner.models import AuditEntry

pytestmark = pytest.mark.django_db


def page(pk: int) -> str:
    return f"/desk/groups/{pk}/texts/"


def test_the_page_shows_what_the_group_reads_in_its_language(as_owner: Client) -> None:
    group = make_group(language="ar")

    html = as_owner.get(page(group.pk)).content.decode()

    assert html.count("<meter") == len(TextKind)
    assert 'dir="rtl" lang="ar"' in html
    assert "parcel-fee[.]example" in html


def test_texts_are_saved_with_an_audit_entry_and_said_from_then_on(as_owner: Client) -> None:
    group = make_group()

    answer = as_owner.post(page(group.pk), {"warning": "  Careful: {host} \r\n\r\n{reason} "})

    group.refresh_from_db()
    entry = AuditEntry.objects.get(action="group.texts")
    assert answer.status_code == 302
    assert group.texts == {"warning": "Careful: {host}\n{reason}"}
    assert (entry.details, entry.group_ids) == ({"changed": ["warning"]}, [str(group.pk)])


def test_what_may_not_be_sent_is_refused_beside_its_field(as_owner: Client) -> None:
    group = make_group()

    html = as_owner.post(
        page(group.pk), {"warning": "see https://help.example", "careful": "fine: {host}"}
    ).content.decode()

    group.refresh_from_db()
    assert group.texts == {}
    assert "could be tapped" in html
    assert "see https://help.example</textarea>" in html


@pytest.mark.parametrize(
    ("own", "shown", "refused"),
    [
        ("Oh no: {host}", "Oh no: parcel-fee[.]example", False),
        ("Oh no: {hots}", "This link may be a scam", True),
        ("", "This link may be a scam", False),
        ("<script>alert(1)</script>{host}", "&lt;script&gt;", False),
    ],
)
def test_a_text_is_shown_as_it_would_be_said_while_it_is_written(
    as_owner: Client, own: str, shown: str, refused: bool
) -> None:
    group = make_group()

    html = as_owner.post(f"{page(group.pk)}warning/", {"warning": own}).content.decode()

    group.refresh_from_db()
    assert shown in html
    assert ("note bad" in html) is refused
    assert "<script" not in html
    assert group.texts == {}


def test_others_groups_and_unknown_kinds_are_not_there(client: Client, as_owner: Client) -> None:
    mine, other = make_group(), make_group()
    moderator, user = Client(), make_moderator(mine)
    user.user_permissions.add(*Permission.objects.filter(codename__in=["view_group", "change_group"]))
    moderator.force_login(user)

    assert moderator.get(page(mine.pk)).status_code == 200
    assert moderator.get(page(other.pk)).status_code == 404
    assert moderator.post(page(other.pk), {"warning": "x {host}"}).status_code == 404
    assert moderator.post(f"{page(other.pk)}warning/").status_code == 404
    assert as_owner.post(f"{page(mine.pk)}nonsense/").status_code == 404
    assert Client().post(f"{page(mine.pk)}warning/").status_code == 403
    user.user_permissions.clear()
    assert moderator.get(page(mine.pk)).status_code == 403
    assert Client().get(page(mine.pk)).status_code == 302


def test_the_language_that_a_group_writes_is_taken_by_one_click(as_owner: Client) -> None:
    group = make_group(suggested_language="es")
    row = row_url(group)

    before = as_owner.get(row).content.decode()
    as_owner.post(list_url(Group), {"action": "take_language", "_selected_action": group.pk, "from_detail": "1"})

    group.refresh_from_db()
    assert "This group seems to write Español." in before
    assert 'value="take_language"' in before
    assert page(group.pk) in before
    assert (group.language, group.reply_language) == ("es", "es")
    assert AuditEntry.objects.get(action="group.language").details == {"from": "", "to": "es"}
    assert 'value="take_language"' not in as_owner.get(row).content.decode()


def test_the_language_is_chosen_on_the_groups_page_and_is_no_policy_of_its_own(as_owner: Client) -> None:
    group = make_group(preset="quiet")
    row = row_url(group)
    form = as_owner.get(row).context["adminform"].form
    values = {name: form[name].value() or "" for name in form.fields}

    as_owner.post(row, {**values, "exempts_admins": "on", "language": "zu"})

    group.refresh_from_db()
    assert (group.language, group.preset) == ("zu", "quiet")
