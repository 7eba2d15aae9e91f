from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from groups.models import Group
from groups.policy import State
from scans.engine.scoring import Verdict
from scans.models import Disclosure, Scan, Status
from scans.tasks import run_scan
from tests.desk.conftest import client_of, with_role
from tests.factories import make_group, make_moderator
from waclient.models import Connection, ModeratorsChat, Phase
from wbscanner import first_run, house
from wbscanner.desk.first_steps import steps
from wbscanner.desk.set_up_stages import TO_PASS, Stage, where_it_goes_on
from wbscanner.models import AuditEntry, Setting
from wbscanner.setup import make_setup_link

pytestmark = pytest.mark.django_db

PAGES = [f"set-up-{stage}" for stage in TO_PASS]


def page(stage: Stage) -> str:
    return reverse(f"desk:set-up-{stage}")


@pytest.fixture
def group(db: None) -> Group:
    return make_group("Coro Aurora", State.OFF)


def link_a_phone() -> None:
    Connection.write(jid="34600000000@s.whatsapp.net", phase=Phase.CONNECTED)


# Who may


@pytest.mark.parametrize("name", ["set-up", *PAGES, "set-up-phone-live", "backup"])
def test_only_the_owner_opens_a_page_of_the_set_up(as_moderator: Client, as_owner: Client, name: str) -> None:
    assert as_moderator.get(reverse(f"desk:{name}")).status_code == 403
    assert as_owner.get(reverse(f"desk:{name}")).status_code in {200, 302}
    assert Client().get(reverse(f"desk:{name}")).status_code in {302, 403}  # to the login


@pytest.mark.parametrize("name", [*PAGES, "set-up-end", "first-week-note"])
def test_nobody_else_changes_anything_by_it(as_moderator: Client, group: Group, name: str) -> None:
    form = {"language": "es", "time_zone": "Europe/Madrid", "group": group.pk, "preset": "quiet", "step": "backup"}

    assert as_moderator.post(reverse(f"desk:{name}"), {**form, "wish": "qr", "done": "1"}).status_code == 403
    assert as_moderator.post(reverse("desk:set-up-skip", args=["phone"])).status_code == 403
    group.refresh_from_db()
    assert (group.state, Connection.get().wish) == (State.OFF, "")
    assert not Setting.objects.filter(key__in=[house.KEY, first_run.KEY]).exists()
    assert not Scan.objects.exists()


def test_before_an_owner_exists_only_the_one_time_link_leads_in(client: Client) -> None:
    link = make_setup_link()
    assert link is not None

    for name in ("set-up", *PAGES):
        assert "/login/" in client.get(reverse(f"desk:{name}")).headers["Location"]
    assert client.get(link.removeprefix("http://127.0.0.1:8000")).status_code == 200


# The way through


def test_it_goes_on_with_the_first_step_that_is_neither_done_nor_skipped(as_owner: Client) -> None:
    assert where_it_goes_on() is Stage.LANGUAGE
    as_owner.post(reverse("desk:set-up-skip", args=["language"]))
    link_a_phone()  # whoever linked it, wherever

    resumed = as_owner.get(reverse("desk:set-up"))

    assert resumed.headers["Location"] == page(Stage.GROUPS)


@pytest.mark.parametrize("stage", TO_PASS)
def test_every_step_can_be_skipped_and_done_later(as_owner: Client, stage: Stage) -> None:
    answer = as_owner.post(reverse("desk:set-up-skip", args=[stage]))

    assert answer.status_code == 302
    assert first_run.read().skipped == {stage}
    assert as_owner.get(page(stage)).status_code == 200
    first_run.pass_step(stage)
    assert (first_run.read().did, first_run.read().skipped) == (frozenset({stage.value}), frozenset())


@pytest.mark.parametrize("stage", ["account", "nonsense", "%00"])
def test_a_step_that_is_none_cannot_be_skipped(as_owner: Client, stage: str) -> None:
    assert as_owner.post(reverse("desk:set-up-skip", args=[stage])).status_code == 404


def test_the_sidebar_offers_it_until_it_is_over(as_owner: Client) -> None:
    offered = f'href="{reverse("desk:set-up")}"'

    before = as_owner.get("/admin/").text
    first_run.begin()
    during = as_owner.get("/admin/").text
    as_owner.post(reverse("desk:set-up-end"))
    after = as_owner.get("/admin/").text

    assert [offered in text for text in (before, during, after)] == [False, True, False]
    assert AuditEntry.objects.filter(action="setup.end").exists()
    assert as_owner.get(page(Stage.GROUPS)).status_code == 200


def test_the_sidebar_offers_it_to_nobody_but_the_owner(as_moderator: Client) -> None:
    first_run.begin()

    assert reverse("desk:set-up") not in as_moderator.get("/admin/").text


# Language and clock


def test_language_and_clock_that_are_chosen_hold_at_once(as_owner: Client, group: Group) -> None:
    group.quiet_from, group.quiet_to = "21:00", "07:00"
    group.save(update_fields=["quiet_from", "quiet_to"])
    group.refresh_from_db()
    assert (group.reply_language, group.policy.quiet and group.policy.quiet.zone) == ("en", "UTC")

    answer = as_owner.post(page(Stage.LANGUAGE), {"language": "es", "time_zone": "Pacific/Auckland"})

    assert answer.headers["Location"] == page(Stage.PHONE)
    assert (group.reply_language, group.policy.quiet and group.policy.quiet.zone) == ("es", "Pacific/Auckland")
    group.language, group.time_zone = "fr", "Europe/Paris"
    assert (group.reply_language, group.policy.quiet and group.policy.quiet.zone) == ("fr", "Europe/Paris")
    assert AuditEntry.objects.get(action="house.choose").details["language"] == "es"


def test_the_desk_shows_times_by_the_clock_that_is_chosen(as_owner: Client, time_machine: Any) -> None:
    time_machine.move_to("2026-01-05T12:00:00+00:00", tick=False)
    before = as_owner.get("/admin/").text
    as_owner.post(page(Stage.LANGUAGE), {"language": "en", "time_zone": "Pacific/Auckland"})

    after = as_owner.get("/admin/").text

    assert "5 January 2026, 12:00" in before
    assert "6 January 2026, 01:00" in after


@pytest.mark.parametrize(
    "wrong", [{"language": "xx"}, {"time_zone": "Nowhere/Land"}, {"time_zone": "../../etc"}, {"language": ""}]
)
def test_what_is_no_language_or_zone_is_refused(as_owner: Client, wrong: dict[str, str]) -> None:
    answer = as_owner.post(page(Stage.LANGUAGE), {"language": "es", "time_zone": "Europe/Madrid", **wrong})

    assert answer.status_code == 200
    assert 'role="alert"' in answer.text
    assert not Setting.objects.filter(key=house.KEY).exists()


@pytest.mark.parametrize(
    "stored", [None, [], "x", {"language": "xx", "time_zone": "Old/Name"}, {"time_zone": "Europe"}]
)
def test_a_stored_choice_that_means_nothing_gives_way_to_the_environment(stored: object) -> None:
    Setting.objects.create(key=house.KEY, value=stored if stored is not None else {})

    assert house.read() == house.House("en", "UTC")


# The phone


def test_the_phone_is_asked_for_and_stays_inside_the_set_up(as_owner: Client) -> None:
    Connection.write(phase=Phase.NEVER_PAIRED)

    answer = as_owner.post(page(Stage.PHONE), {"wish": "code", "phone": "+34 600 000 000"})

    assert answer.headers["Location"] == page(Stage.PHONE) + "?by=code"
    assert (Connection.get().wish, Connection.get().wish_phone) == ("code", "+34600000000")
    live = as_owner.get(reverse("desk:set-up-phone-live")).text
    assert reverse("desk:set-up-phone-live") in live
    assert f'"{reverse("desk:phone")}' not in live


# The test link


def test_the_test_link_is_judged_dangerous_without_any_network(as_owner: Client) -> None:
    as_owner.post(page(Stage.TEST))
    waiting = as_owner.get(page(Stage.TEST)).text
    scan = Scan.objects.get()
    assert ("Being checked" in waiting, Stage.TEST in first_run.read().did) == (True, False)

    run_scan(scan.pk)

    scan.refresh_from_db()
    assert (scan.status, scan.verdict) == (Status.DONE, Verdict.MALICIOUS)
    assert not Disclosure.objects.exists()
    judged = as_owner.get(page(Stage.TEST)).text
    assert "It works" in judged
    assert 'href="https://xn--' not in judged
    assert Stage.TEST in first_run.read().did


def test_the_test_link_is_judged_anew_each_time(as_owner: Client) -> None:
    for _turn in range(2):
        as_owner.post(page(Stage.TEST))
        run_scan(Scan.objects.order_by("-pk")[0].pk)

    assert Scan.objects.count() == 2


# The first week


def test_the_list_of_the_first_week_says_what_rows_show(owner: User) -> None:
    assert {step.name for step in steps(owner, first_run.read().noted) if step.is_done} == set()

    link_a_phone()
    group = make_group("Choir", State.WATCH)
    ModeratorsChat.objects.create(name="Mods", key="0" * 32)
    with_role(make_moderator(group, username="mira"), "Moderators")
    first_run.note("backup", is_done=True)
    group.texts = {"notice": "Hello"}
    group.save(update_fields=["texts"])

    assert {step.name for step in steps(owner, first_run.read().noted) if not step.is_done} == {"alarm"}


def test_only_the_owner_has_a_list_of_the_first_week(moderator: User) -> None:
    assert steps(moderator, ()) == []


def test_a_line_that_no_row_can_tell_is_ticked_and_taken_back(as_owner: Client) -> None:
    note = reverse("desk:first-week-note")

    as_owner.post(note, {"step": "backup", "done": "1", "at": "backup"})
    assert "You said that a backup is made" in as_owner.get(reverse("desk:backup")).text
    as_owner.post(note, {"step": "backup"})
    as_owner.post(note, {"step": "phone", "done": "1"})

    assert first_run.read().noted == frozenset()


def test_every_line_leads_to_a_page(owner: User) -> None:
    client = client_of(owner)

    assert {client.get(step.address).status_code for step in steps(owner, ())} == {200}
