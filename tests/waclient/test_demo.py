"""The demo: a month that looks real, comes from the real code and sends nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, QuerySet
from pytest_django import Settings
from pytest_django.plugin import DjangoDbBlocker

from groups import golive
from groups.models import Group
from groups.policy import Preset, State
from groups.presets import POLICY_COLUMNS, PRESETS
from groups.services import set_state
from overrides.models import Override
from scans.engine.links import parse
from scans.engine.local import analyze_locally
from scans.engine.scoring import Verdict
from scans.models import Artifact, Scan, Status
from tests.factories import make_group
from tests.waclient.recording_client import RecordingClient
from waclient import outbox, sending
from waclient.demo import story, upkeep
from waclient.demo.events import DEMO
from waclient.models import (
    TO_A_PERSON,
    Action,
    ActionKind,
    ActionState,
    Alert,
    Answer,
    Campaign,
    Decision,
    PendingWork,
    Place,
    QueueItem,
    Report,
    ReportState,
    Sighting,
)
from waclient.tapping import is_clickable
from wbscanner.models import AuditEntry
from wbscanner.people import Role, role_of

PNG = b"\x89PNG\r\n\x1a\n"
NOW = datetime(2026, 6, 17, 15, 30, tzinfo=UTC)


@pytest.fixture(scope="class")
def month(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """One filled month for the tests that only read it; each test undoes what it changes."""
    with django_db_blocker.unblock(), transaction.atomic():
        upkeep.ensure(NOW)
        yield
        transaction.set_rollback(True)


def unlisted() -> QuerySet[Scan]:
    """The scans that go by what the engine finds in the link alone."""
    return Scan.objects.exclude(fetch_url__in=[listed.url for listed in story.TURNED])


def verdicts_by_url() -> dict[str, str]:
    return {str(scan.fetch_url or scan.url): str(scan.verdict) for scan in unlisted()}


@pytest.mark.usefixtures("month")
@pytest.mark.django_db
class TestMonth:
    def test_it_has_five_groups_and_four_hundred_links_over_thirty_days(self) -> None:
        posted = Sighting.objects.order_by("posted_at").values_list("posted_at", flat=True)

        assert Group.objects.count() == 5
        assert len(posted) == 400
        assert timedelta(days=28) < posted[399] - posted[0] < timedelta(days=30)
        assert posted[399].date() == NOW.date()

    def test_twelve_links_are_dangerous_nine_suspicious_and_three_were_fine_after_all(self) -> None:
        found = verdicts_by_url()

        dangerous = {url for url, verdict in found.items() if verdict == Verdict.MALICIOUS}
        suspicious = {url for url, verdict in found.items() if verdict == Verdict.SUSPICIOUS}
        fine = Decision.objects.filter(answer=Answer.FINE, undone_at__isnull=True)

        assert dangerous == set(story.DANGEROUS)
        assert suspicious == {*story.SUSPICIOUS, *story.FINE_AFTER_ALL}
        assert set(fine.values_list("url_hash", flat=True)) == {parse(url).url_hash for url in story.FINE_AFTER_ALL}

    def test_one_scam_reached_four_groups(self) -> None:
        widest = QueueItem.objects.order_by("-reach")[0]

        assert (widest.url_hash, widest.reach) == (parse(story.NIECE).url_hash, 4)

    def test_every_stored_verdict_is_the_engines_own(self) -> None:
        for scan in unlisted():
            assessment = analyze_locally(parse(scan.fetch_url or scan.url))

            assert (scan.status, scan.verdict, scan.score) == (Status.DONE, assessment.verdict, assessment.score)
            if not scan.hops:
                assert scan.reasons == list(assessment.findings)
                assert scan.gaps == list(assessment.not_checked)

    def test_it_shows_a_link_that_is_sent_on(self) -> None:
        ways = {tuple(hop.host for hop in scan.way) for scan in Scan.objects.exclude(hops=[])}

        assert ways == {
            ("vote-whatsapp-login.example", "go.tiny-link.test", "contest-votes.example"),
            ("winter-coats-outlet.test", "dhl.com.parcel-on-hold.example"),
            ("swimming-pool.test", "santander.com.account-blocked.example"),
        }
        assert all("ended_elsewhere" in str(scan.findings) for scan in Scan.objects.exclude(hops=[]))

    def test_no_reason_names_a_list_that_is_not_there(self) -> None:
        codes = {finding["code"] for scan in Scan.objects.all() for finding in scan.findings}

        assert not {code for code in codes if "listed" in code}

    def test_the_policy_that_a_group_names_is_the_one_it_has(self) -> None:
        groups = Group.objects.filter(jid__startswith=DEMO)

        assert {group.preset for group in groups} == {Preset.WATCH, Preset.QUIET, Preset.OWN}
        for group in groups:
            columns = {name: getattr(group, name) for name in POLICY_COLUMNS}
            same = {preset for preset, values in PRESETS.items() if dict(values) == columns}
            assert group.preset in same or (not same and group.preset == Preset.OWN)

    def test_a_link_has_a_report_with_a_picture_of_its_page(self) -> None:
        kept = Artifact.objects.select_related("report").get()

        assert kept.report.state == "done"
        assert kept.report.url_hash == parse(story.CODE).url_hash
        assert bytes(kept.content).startswith(PNG)
        assert Sighting.objects.filter(scan=kept.report.scan).exists()

    @pytest.mark.parametrize("model", [Sighting, Scan, QueueItem])
    def test_every_host_is_reserved(self, model: Any) -> None:
        hosts = set(model.objects.values_list("host", flat=True))

        assert len(hosts) > 20
        assert {host.rpartition(".")[2] for host in hosts} == {"example", "test"}

    def test_nothing_the_bot_said_can_be_tapped(self) -> None:
        texts = list(Action.objects.exclude(text="").values_list("text", flat=True))

        assert len(texts) > 20
        assert not [text for text in texts if is_clickable(text)]

    def test_every_audit_entry_and_decision_is_of_its_own_day(self) -> None:
        moments = [*AuditEntry.objects.values_list("at", flat=True), *Decision.objects.values_list("at", flat=True)]
        moments += Override.objects.values_list("created_at", flat=True)

        assert len(set(moments)) > 15
        assert all(NOW - timedelta(days=31) < moment < NOW for moment in moments)

    def test_it_shows_why_the_bot_kept_silent(self) -> None:
        silences = {facts["silence"] for facts in Sighting.objects.values_list("facts", flat=True)}

        assert silences == {"", "nothing_found", "watching", "muted", "withdrawn", "history", "quoted", "link_cooldown"}

    def test_it_shows_links_in_codes_documents_and_quotes_and_one_in_disguise(self) -> None:
        places = set(Sighting.objects.values_list("place", flat=True))
        disguised = Sighting.objects.exclude(written=[]).get()

        assert places == {Place.TEXT, Place.CODE, Place.DOCUMENT, Place.QUOTED}
        assert Sighting.objects.filter(is_forwarded_often=True).count() == 3
        assert (disguised.verdict, disguised.scan and disguised.scan.verdict) == (Verdict.SUSPICIOUS, Verdict.BENIGN)

    def test_it_shows_reactions_replies_and_deletions(self) -> None:
        kinds = dict(Action.objects.values_list("kind").annotate(Count("pk")).order_by())

        assert kinds.keys() == set(ActionKind.values) - TO_A_PERSON - {ActionKind.QUESTION}
        assert kinds[ActionKind.NOTICE] == 5

    def test_it_shows_moderators_who_were_told_and_members_who_ask(self) -> None:
        told = Alert.objects.filter(action__state=ActionState.SENT)

        assert told.count() > 5
        assert set(told.values_list("verdict", flat=True)) == {Verdict.MALICIOUS, Verdict.SUSPICIOUS}
        assert not Alert.objects.filter(action=None, unsaid="").exists()
        assert sorted(Report.objects.filter(state=ReportState.OPEN).values_list("kind", flat=True)) == [
            "appeal", "appeal", "check",
        ]  # fmt: skip

    def test_it_shows_a_scam_that_went_through_four_groups(self) -> None:
        widest = Campaign.objects.annotate(groups=Count("sightings__group", distinct=True)).order_by("-groups")[0]

        assert widest.groups == 4

    def test_the_choir_is_due_to_be_asked_whether_to_go_live(self) -> None:
        assert [group.jid for group in golive.due(NOW)] == ["demo-choir@g.us"]

    def test_nobody_of_it_can_log_in(self) -> None:
        people = list(User.objects.filter(username__in=story.NAMES))

        assert len(people) == len(story.PEOPLE)
        assert not [one for one in people if one.is_staff or one.is_superuser or one.has_usable_password()]

    def test_its_people_have_a_role_and_groups_as_in_a_real_installation(self) -> None:
        people = {user.username: user for user in User.objects.filter(username__in=story.NAMES)}

        assert {name: role_of(user) for name, user in people.items()} == {
            person.name: person.role for person in story.PEOPLE
        }
        assert all(user.memberships.exists() for user in people.values())
        assert {Role.MODERATOR, Role.VIEWER} <= {role_of(user) for user in people.values()}

    def test_it_shows_a_late_warning_and_a_retraction(self) -> None:
        late, mistake = (parse(url).url_hash for url in (story.TAKEN_OVER, story.PUT_RIGHT))
        said = Action.objects.filter(kind__in=[ActionKind.FOLLOW_UP, ActionKind.RETRACT]).order_by("kind")
        verdicts = {
            url_hash: list(Scan.objects.filter(url_hash=url_hash).order_by("pk").values_list("verdict", flat=True))
            for url_hash in (late, mistake)
        }

        assert [(action.kind, action.url_hash) for action in said] == [("follow_up", late), ("retract", mistake)]
        assert all(action.created_at.date() < NOW.date() for action in said)
        assert verdicts == {late: ["benign", "malicious"], mistake: ["malicious", "benign"]}
        assert QueueItem.objects.filter(url_hash=late, verdict=Verdict.MALICIOUS, reach=2).exists()
        assert not QueueItem.objects.filter(url_hash=mistake).exists()

    def test_no_link_of_it_is_looked_at_again_by_itself(self) -> None:
        assert not Scan.objects.filter(look_again_at__isnull=False).exists()

    def test_everything_is_planned_and_sent(self) -> None:
        assert not Sighting.objects.filter(planned_at__isnull=True).exists()
        assert not Action.objects.exclude(state=ActionState.SENT).exists()
        assert not PendingWork.objects.exists()

    def test_a_connected_account_finds_nothing_to_say(self) -> None:
        account = RecordingClient()

        assert outbox.plan_next(NOW) is False
        assert sending.send_next(account, NOW) is False
        assert account.calls == []

    def test_a_demo_group_switched_on_again_is_not_greeted(self) -> None:
        choir = Group.objects.get(jid="demo-choir@g.us")
        set_state(choir, State.OFF, by="owner")
        set_state(choir, State.WATCH, by="owner")
        account = RecordingClient()

        outbox.plan_next(NOW)
        sending.send_next(account, NOW)

        assert account.calls == []

    def test_what_a_person_wants_said_again_in_a_demo_group_is_not_sent(self) -> None:
        action = Action.objects.filter(kind=ActionKind.REPLY).latest("created_at")
        Action.objects.filter(pk=action.pk).update(state=ActionState.PENDING, asked_by="owner")
        account = RecordingClient()

        sending.send_next(account, NOW)

        assert account.calls == []

    def test_the_demo_uses_nothing_of_the_sending_budget(self, settings: Settings) -> None:
        settings.SEND_DAILY_CAP, settings.SEND_TYPING = 1, 0
        group = make_group(state=State.WATCH)
        account = RecordingClient()

        outbox.plan_next(NOW)
        sending.send_next(account, NOW)

        assert [call.chat for call in account.calls] == [group.jid]
