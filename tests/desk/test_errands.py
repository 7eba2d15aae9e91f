"""Long pieces of work: how far they are, left and come back to, twice at once, and how they end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_q.models import OrmQ

from groups.models import Group
from overrides.models import Override
from tests.desk.conftest import client_of, with_role
from tests.desk.errands import IMPORT, LINES, brought, content, page, worked_off
from tests.factories import make_group, make_moderator, make_scan, make_sighting
from wbscanner.desk.errands import bringing, carrying_out, files
from wbscanner.desk.errands.carrying_out import carry_out, sweep
from wbscanner.models import Errand, ErrandState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_data_folder")]


def test_a_long_file_is_looked_at_by_the_worker_and_saved_after_a_yes(as_owner: Client, group: Group) -> None:
    make_sighting(group, make_scan("https://host7.example/a"))
    errand = brought(as_owner, content(more="host,not a host,deny\nhost,host1.example,allow\n"))
    job = OrmQ.objects.latest("pk").task
    assert (job["func"], job["args"]) == (carrying_out.CARRY_OUT, (errand.pk,))
    assert "Waiting for its turn" in page(as_owner, errand)

    worked_off(errand)
    asked = page(as_owner, errand)
    assert reverse("desk:errand", args=[errand.pk]) in as_owner.get(reverse("desk:override-paste")).text
    assert (errand.state, Override.objects.count()) == (ErrandState.ASKS, 0)
    assert "This would have decided 1 link" in asked
    assert f"Save {LINES}" in asked
    assert f"Line {LINES + 2}:" in asked
    assert "It is written twice" in asked

    as_owner.post(reverse("desk:errand-yes", args=[errand.pk]))
    worked_off(errand)

    assert errand.state == ErrandState.DONE
    assert Override.objects.filter(ruling="deny").count() == Override.objects.count() == LINES
    assert f"{LINES} overrides work from now on." in page(as_owner, errand)
    assert "2 lines were left out." in page(as_owner, errand)
    assert not files.brought(errand).exists()


def test_how_far_it_is_is_measured_and_asked_for_until_it_ends(as_owner: Client) -> None:
    errand = brought(as_owner, content())
    worked_off(errand)
    as_owner.post(reverse("desk:errand-yes", args=[errand.pk]))
    first = next(bringing.work(Errand.objects.get(pk=errand.pk)))
    Errand.objects.filter(pk=errand.pk).update(done=first.done, total=first.total, place=first.place)

    shown = page(as_owner, errand)
    part = as_owner.get(reverse("desk:errand", args=[errand.pk]), headers={"HX-Request": "true"}).content.decode()

    assert first.done == Override.objects.count() == bringing.SAVED_AT_ONCE
    assert "50 of 1203 lines" in shown
    assert 'hx-trigger="every 2s' in part
    assert "<html" not in part
    worked_off(errand)
    assert "hx-trigger" not in page(as_owner, errand).partition('id="errand"')[2].partition(">")[0]
    assert Override.objects.count() == LINES


def test_twice_at_once_does_it_once(as_owner: Client, owner: User) -> None:
    errand = brought(as_owner, content())
    worked_off(errand)
    yes = reverse("desk:errand-yes", args=[errand.pk])

    for _click in range(2):
        as_owner.post(yes)
    Errand.objects.filter(pk=errand.pk).update(until=timezone.now() + timedelta(seconds=50))
    assert carry_out(errand.pk) == "nothing to do"  # somebody is at it
    assert Override.objects.count() == 0
    Errand.objects.filter(pk=errand.pk).update(until=None)
    worked_off(errand)
    assert carry_out(errand.pk) == "nothing to do"

    assert Override.objects.count() == LINES


def test_a_worker_that_was_taken_for_dead_takes_back_its_step(as_owner: Client) -> None:
    errand = brought(as_owner, content())
    worked_off(errand)
    as_owner.post(reverse("desk:errand-yes", args=[errand.pk]))
    late = carrying_out._claim(errand.pk, timezone.now())
    assert late is not None
    Errand.objects.filter(pk=errand.pk).update(until=None)
    newer = carrying_out._claim(errand.pk, timezone.now())
    assert newer is not None

    with pytest.raises(carrying_out._Lost):
        carrying_out._go_on(late)

    assert Override.objects.count() == 0
    carrying_out._go_on(newer)
    assert Override.objects.count() == LINES


def test_what_breaks_off_three_times_ends_and_says_what_stays(as_owner: Client) -> None:
    errand = brought(as_owner, content())
    worked_off(errand)
    as_owner.post(reverse("desk:errand-yes", args=[errand.pk]))
    place = {**bringing.begun(Errand.objects.get(pk=errand.pk).place), "at": 100, "saved": 100}
    Errand.objects.filter(pk=errand.pk).update(
        place=place, done=100, tries=carrying_out.MOST_TRIES, asked_at=timezone.now() - timedelta(minutes=5)
    )

    assert sweep() == 1
    worked_off(errand)

    said = page(as_owner, errand)
    assert (errand.state, errand.problem) == (ErrandState.FAILED, "broke_off")
    assert "100 overrides were saved before and work." in said
    assert "Bring the same file again" in said


def test_whose_right_was_taken_meanwhile_saves_nothing_more(moderator: User, group: Group) -> None:
    client = client_of(moderator)
    text = "kind,target,ruling,group\n" + "".join(f"host,h{n}.example,deny,{group.pk}\n" for n in range(LINES))
    errand = worked_off(brought(client, text))
    client.post(reverse("desk:errand-yes", args=[errand.pk]))
    moderator.groups.clear()

    worked_off(errand)

    assert (errand.state, errand.problem, Override.objects.count()) == (ErrandState.FAILED, "no_right", 0)


def test_a_moderators_file_rules_in_their_groups_alone(moderator: User, group: Group) -> None:
    other = make_group("Other")
    lines = "".join(f"host,h{n}.example,deny,{(group if n % 2 else other).pk}\n" for n in range(LINES))
    errand = worked_off(brought(client_of(moderator), "kind,target,ruling,group\n" + lines))
    assert (errand.state, errand.place["counts"]["invalid"]) == (ErrandState.ASKS, LINES // 2 + 1)

    client_of(moderator).post(reverse("desk:errand-yes", args=[errand.pk]))
    worked_off(errand)

    assert set(Override.objects.values_list("group", flat=True)) == {group.pk}


def test_a_file_of_nonsense_is_refused_with_what_to_do(as_owner: Client) -> None:
    text = "kind,target,ruling\n" + "host,not a host,deny\n" * LINES

    errand = worked_off(brought(as_owner, text))

    assert (errand.state, errand.problem) == (ErrandState.FAILED, "too_many_bad")
    assert "More than 1,000 lines cannot be used" in page(as_owner, errand)
    too_long = as_owner.post(IMPORT, {"file": SimpleUploadedFile("m.csv", content(50_001).encode())})
    assert "These are more than 50000 lines" in too_long.text


def test_nobody_else_sees_it(as_owner: Client, as_moderator: Client) -> None:
    errand = brought(as_owner, content())
    stranger = client_of(with_role(make_moderator(username="eve"), "Moderators"))

    for name in ("errand", "errand-file", "errand-yes"):
        address = reverse(f"desk:{name}", args=[errand.pk])
        for client in (as_moderator, stranger):
            answer = client.post(address) if name == "errand-yes" else client.get(address)
            assert answer.status_code == 404, name


def test_a_stopped_worker_is_said(as_owner: Client) -> None:
    errand = brought(as_owner, content())

    assert "The worker does not get to it" in page(as_owner, errand)
