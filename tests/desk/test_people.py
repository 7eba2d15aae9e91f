from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from groups.models import Group
from tests.desk.conftest import client_of, with_role
from tests.desk.second_step import enrol
from tests.factories import PASSWORD, make_group, make_moderator, make_owner
from wbscanner import people
from wbscanner.models import AuditEntry, Invitation, SecondFactor
from wbscanner.people import Role
from wbscanner.setup import make_roles

pytestmark = pytest.mark.django_db
INVITE = "/desk/people/invite/"
ONCE = "0123456789abcdef" * 2
NEW = {"username": "nadia", "password1": PASSWORD, "password2": PASSWORD}


def invite(client: Client, role: str = "moderator", *groups: Group, once: str = ONCE) -> str:
    """The path of a new invitation's link."""
    data = {"name": "Nadia", "role": role, "groups": [str(group.pk) for group in groups], "once": once}
    link: str = client.post(INVITE, data).context["link"]
    return link.removeprefix("http://127.0.0.1:8000")


def save(client: Client, user: User, role: str, *groups: Group, is_active: bool = True) -> Any:
    data: dict[str, Any] = {"role": role, "groups": [str(group.pk) for group in groups]}
    return client.post(f"/desk/people/{user.pk}/", {**data, **({"is_active": "on"} if is_active else {})})


def test_an_invited_person_chooses_a_password_and_sees_their_groups(as_owner: Client, group: Group) -> None:
    make_roles()
    link = invite(as_owner, "moderator", group)
    guest = Client()

    assert "moderator" in guest.get(link).text.lower()
    joined = guest.post(link, NEW)

    user = User.objects.get(username="nadia")
    assert (joined.status_code, people.role_of(user)) == (302, Role.MODERATOR)
    assert [one.group for one in user.memberships.all()] == [group]
    assert guest.get("/desk/queue/").status_code == 200
    assert [entry.action for entry in AuditEntry.objects.order_by("pk")] == ["person.invite", "person.join"]
    again = Client().post(link, {**NEW, "username": "thief"})
    assert again.status_code == 410
    assert User.objects.filter(username="thief").count() == 0


def test_only_a_hash_of_the_link_is_stored_and_nothing_remembers_it(as_owner: Client) -> None:
    link = invite(as_owner)

    token = link.split("/")[2]
    assert len(token) == 64
    assert token not in str(Invitation.objects.values())
    assert token not in as_owner.get("/desk/people/").text
    assert token not in str(AuditEntry.objects.values())


def test_loading_the_page_of_the_link_again_makes_no_second_invitation(as_owner: Client) -> None:
    assert invite(as_owner) == invite(as_owner)
    assert Invitation.objects.count() == AuditEntry.objects.count() == 1


def test_an_invitation_ends_after_three_days(as_owner: Client) -> None:
    link = invite(as_owner)

    with time_machine.travel(timezone.now() + timedelta(days=3, seconds=1)):
        assert Client().get(link).status_code == 410
        assert Client().post(link, NEW).status_code == 410


def test_an_invitation_can_be_withdrawn(as_owner: Client) -> None:
    link = invite(as_owner)

    as_owner.post(f"/desk/invitations/{Invitation.objects.get().pk}/withdraw/")

    answer = Client().get(link)
    assert answer.status_code == 410
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_a_new_password_comes_by_a_link_and_ends_the_old_logins(as_owner: Client, moderator: User) -> None:
    old = client_of(moderator)
    page = as_owner.post(f"/desk/people/{moderator.pk}/password/", {"once": ONCE})
    link = page.context["link"].removeprefix("http://127.0.0.1:8000")
    new = "yet another battery staple"

    answer = Client().post(link, {"new_password1": new, "new_password2": new})

    assert answer.status_code == 302
    moderator.refresh_from_db()
    assert moderator.check_password(new)
    assert old.get("/desk/queue/").status_code == 302
    assert people.role_of(moderator) is Role.MODERATOR


def test_a_new_password_does_not_get_around_the_second_factor(as_owner: Client, moderator: User) -> None:
    enrol(moderator)
    page = as_owner.post(f"/desk/people/{moderator.pk}/password/", {"once": ONCE})
    guest = Client()

    link = page.context["link"].removeprefix("http://127.0.0.1:8000")
    guest.post(link, {"new_password1": PASSWORD, "new_password2": PASSWORD})

    assert guest.get("/desk/queue/").status_code == 302


def test_role_and_groups_are_changed_together_and_written_down(as_owner: Client, moderator: User, group: Group) -> None:
    other = make_group("Second group")

    answer = save(as_owner, moderator, "viewer", other)

    assert answer.status_code == 302
    fresh = User.objects.get(pk=moderator.pk)
    assert (people.role_of(fresh), [one.group for one in fresh.memberships.all()]) == (Role.VIEWER, [other])
    entry = AuditEntry.objects.get()
    assert entry.action == "person.change"
    assert entry.group_ids == sorted([str(group.pk), str(other.pk)])
    assert entry.details["from"]["role"] == ["moderator"]
    assert save(as_owner, moderator, "viewer", other).status_code == 302
    assert AuditEntry.objects.count() == 1


@pytest.mark.parametrize(("role", "is_active"), [("moderator", True), ("viewer", True), ("owner", False)])
def test_the_last_owner_stays(as_owner: Client, owner: User, role: str, is_active: bool) -> None:
    User.objects.filter(pk=make_owner("retired").pk).update(is_active=False)

    answer = save(as_owner, owner, role, is_active=is_active)

    assert answer.status_code == 200
    assert 'role="alert"' in answer.text
    owner.refresh_from_db()
    assert (owner.is_superuser, owner.is_active) == (True, True)
    assert not AuditEntry.objects.exists()


def test_one_of_two_owners_may_be_demoted(as_owner: Client, group: Group) -> None:
    make_roles()
    other = make_owner("second")

    assert save(as_owner, other, "moderator", group).status_code == 302
    other.refresh_from_db()
    assert not other.is_superuser


def test_who_is_shut_out_is_out_at_once(as_owner: Client, moderator: User, as_moderator: Client, group: Group) -> None:
    assert as_moderator.get("/desk/queue/").status_code == 200

    save(as_owner, moderator, "moderator", group, is_active=False)

    assert as_moderator.get("/desk/queue/").status_code == 302
    assert as_moderator.post("/admin/login/", {"username": "mira", "password": PASSWORD}).status_code == 200


def test_an_owner_signs_somebody_out_everywhere(as_owner: Client, moderator: User, as_moderator: Client) -> None:
    as_owner.post(f"/desk/people/{moderator.pk}/sign-out/")

    assert as_moderator.get("/desk/queue/").status_code == 302
    assert as_owner.get("/desk/people/").status_code == 200
    assert AuditEntry.objects.get().details == {"logins": 1}


def test_an_owner_resets_a_lost_second_factor(as_owner: Client, moderator: User) -> None:
    enrol(moderator)

    as_owner.post(f"/desk/people/{moderator.pk}/reset-factor/")

    assert not SecondFactor.objects.exists()
    assert AuditEntry.objects.get().action == "person.reset_factor"


def test_the_page_names_role_groups_and_factor_of_everybody(as_owner: Client, moderator: User, group: Group) -> None:
    enrol(moderator)
    with_role(make_moderator(username="vera"), "Viewers")

    rows = {row.user.username: row for row in as_owner.get("/desk/people/").context["rows"]}

    assert (rows["mira"].groups, rows["mira"].has_factor) == (str(group), True)
    assert (rows["vera"].groups, rows["vera"].has_factor) == ("", False)


def test_many_people_cost_no_more_questions(as_owner: Client, group: Group, django_assert_max_num_queries: Any) -> None:
    for _number in range(20):
        with_role(make_moderator(group), "Moderators")

    as_owner.get("/desk/people/")  # the first page of a login also writes when it began
    with django_assert_max_num_queries(15):
        as_owner.get("/desk/people/")
