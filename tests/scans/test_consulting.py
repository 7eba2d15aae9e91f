"""Scans ask providers as switches, keys, ceilings, kept answers, breakers and quotas let them, and say so."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as installed
from django.utils import timezone
from pytest_django import Settings

from scans.asking import consulting
from scans.asking import keys as provider_keys
from scans.carrying_out import perform_scan, run_next_scan, run_waiting_scans
from scans.engine.ceiling import Ceiling
from scans.engine.findings import Finding, NotChecked
from scans.engine.links import Link, parse
from scans.engine.providers.provider import Allowance, Facts, ProviderError, Span, Trouble
from scans.engine.scoring import Verdict
from scans.models import Cause, Disclosure, DisclosureKind, ProviderAnswer, ProviderState, Quota, Scan
from scans.services import request_scan
from tests.scans.oracles import Oracle, after, by_http, calls_bad, card, oracle, raises
from tests.scans.scanned import scanned
from tests.sites import Answer, Seen, Sites

pytestmark = pytest.mark.django_db

SHOP = "https://shop.example.com/"
Install = Callable[..., None]


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch, plain_internet: Sites) -> Install:
    """Puts these providers in place of the program's."""
    return lambda *oracles: monkeypatch.setattr(consulting, "registry", lambda: oracles)


def gaps(scan: Scan) -> dict[str, str]:
    """Why providers were not asked, by source."""
    return {gap.source: gap.reason for gap in scan.gaps if gap.source.startswith("provider")}


def told() -> list[tuple[str, str]]:
    """Who was told what, the visits left out."""
    rows = Disclosure.objects.exclude(kind=DisclosureKind.VISIT).order_by("id")
    return list(rows.values_list("provider", "kind"))


def test_an_installation_without_providers_says_so() -> None:
    assert gaps(scanned(SHOP)) == {"providers": "none_configured"}


def test_a_provider_that_knows_the_host_as_bad_decides(install: Install) -> None:
    install(oracle("one", calls_bad("shop.example.com")), oracle("two"))

    scan = scanned(SHOP, Ceiling.HOST)

    assert (scan.verdict, gaps(scan)) == (Verdict.MALICIOUS, {})
    assert [reason.code for reason in scan.reasons] == ["oracle_bad"]


@pytest.mark.parametrize("ceiling", list(Ceiling))
def test_nobody_is_told_more_than_the_scan_allows(install: Install, ceiling: Ceiling) -> None:
    oracles = [oracle(needs.value, ceiling=needs) for needs in (Ceiling.HASH, Ceiling.HOST, Ceiling.URL)]
    install(*oracles)

    scan = scanned(SHOP, ceiling)

    allowed = [each for each in oracles if ceiling.allows(each.card.ceiling)]
    assert [each.card.name for each in oracles if each.asked] == [each.card.name for each in allowed]
    assert told() == [(each.card.name, each.card.ceiling.value) for each in allowed]
    assert set(gaps(scan).values()) == ({"not_allowed"} if allowed != oracles else set())
    assert len(gaps(scan)) == 3 - len(allowed)


def test_a_provider_that_is_told_nothing_is_no_disclosure(install: Install) -> None:
    install(oracle("local", calls_bad("shop.example.com"), ceiling=Ceiling.NOTHING))

    assert scanned(SHOP, Ceiling.NOTHING).verdict == Verdict.MALICIOUS
    assert told() == []


def test_providers_are_asked_about_the_first_and_the_last_address_together(install: Install, internet: Sites) -> None:
    internet.redirect("short.example", "/x", to="https://middle.example/")
    internet.redirect("middle.example", to="https://last.example/")
    internet.page("last.example", body="<title>Hello</title>")
    provider = oracle()
    install(provider)

    scanned("https://short.example/x", Ceiling.HOST)

    assert provider.asked == [("short.example", "last.example")]
    assert told() == [("oracle", "host")]


class Whole(Oracle):
    """Is told whole addresses."""

    def subjects(self, links: Sequence[Link]) -> Sequence[str]:
        return [link.raw for link in links]


def test_a_whole_address_is_told_without_user_name_and_only_where_it_holds_no_secret(install: Install) -> None:
    provider = Whole(oracle("whole", ceiling=Ceiling.URL).card)
    install(provider)

    scanned("https://anna:secret@shop.example.com/a?id=7", Ceiling.URL)
    kept_in = scanned("https://example.com/reset-password?token=c4n4ryT0k3nZ9x8Y7w6V5u4", Ceiling.URL)

    assert provider.asked == [("https://shop.example.com/a?id=7",)]
    assert gaps(kept_in) == {"provider:whole": "look_only"}


class Silent(Oracle):
    """Has nothing to say of any link."""

    def subjects(self, links: Sequence[Link]) -> Sequence[str]:
        return []


class Confused(Oracle):
    """Cannot even tell what to ask."""

    def subjects(self, links: Sequence[Link]) -> Sequence[str]:
        raise LookupError(links)


def test_who_has_nothing_to_say_of_a_link_is_no_gap(install: Install) -> None:
    install(Silent())

    assert (gaps(scanned(SHOP)), told()) == ({}, [])


def test_who_breaks_before_being_asked_is_a_gap_and_takes_nobody_along(install: Install) -> None:
    install(Confused(), oracle("two", calls_bad("shop.example.com")))

    scan = scanned(SHOP, Ceiling.HOST)

    assert (scan.verdict, gaps(scan)) == (Verdict.MALICIOUS, {"provider:oracle": "failed"})


# --- switches and keys


def test_who_is_switched_off_is_not_asked_and_says_so(install: Install) -> None:
    chosen, opt_in, default = oracle("chosen"), oracle("opt-in", is_on=False), oracle("default")
    install(chosen, opt_in, default)
    ProviderState.objects.create(name="chosen", is_on=False)

    scan = scanned(SHOP, Ceiling.HOST)

    assert gaps(scan) == {"provider:chosen": "switched_off", "provider:opt-in": "switched_off"}
    assert (chosen.asked, opt_in.asked, len(default.asked)) == ([], [], 1)
    ProviderState.objects.create(name="opt-in", is_on=True)
    scanned(SHOP, Ceiling.HOST)
    assert len(opt_in.asked) == 1


def test_without_its_key_a_provider_is_not_asked_and_says_so(install: Install) -> None:
    keyed = oracle("keyed", key_name="KEYED_KEY")
    install(keyed)

    scan = scanned(SHOP, Ceiling.HOST)

    assert (scan.verdict, gaps(scan), keyed.asked) == (Verdict.BENIGN, {"provider:keyed": "no_key"}, [])


def key_in_environment(_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORACLE_KEY", "s3cr3t")


def key_in_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (path / "key").write_text("s3cr3t\n")
    monkeypatch.setenv("ORACLE_KEY_FILE", str(path / "key"))


def key_in_desk(_path: Path, _monkeypatch: pytest.MonkeyPatch) -> None:
    ProviderState.objects.create(name="oracle", key=provider_keys.encrypted("s3cr3t"))


@pytest.mark.parametrize("provide", [key_in_environment, key_in_file, key_in_desk])
def test_a_key_comes_from_the_environment_a_file_or_the_desk(
    install: Install,
    internet: Sites,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    provide: Callable[[Path, pytest.MonkeyPatch], None],
) -> None:
    def answer(seen: Seen) -> Answer:
        is_right = seen.headers.get("auth-key") == "s3cr3t"
        return Answer(200, {"Content-Type": "application/json"}, b'{"bad": true}' if is_right else b"{}")

    internet.everywhere()
    internet.choose("oracle.example", "/?q=shop.example.com", answer)
    provide(tmp_path, monkeypatch)
    install(oracle("oracle", by_http, key_name="ORACLE_KEY"))

    assert scanned(SHOP, Ceiling.HOST).verdict == Verdict.MALICIOUS


def test_a_key_of_another_installation_or_a_file_that_is_gone_is_no_key(
    install: Install, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    install(oracle("stored", key_name="STORED_KEY"), oracle("filed", key_name="FILED_KEY"))
    ProviderState.objects.create(name="stored", key=provider_keys.encrypted("s3cr3t"))
    monkeypatch.setenv("FILED_KEY_FILE", str(tmp_path / "gone"))
    settings.INSTALLATION_KEY = "another"

    assert gaps(scanned(SHOP, Ceiling.HOST)) == {"provider:stored": "no_key", "provider:filed": "no_key"}


# --- kept answers


def test_an_answer_is_kept_and_a_kept_one_is_no_disclosure(install: Install) -> None:
    provider = oracle("oracle", calls_bad("shop.example.com"), Allowance(Span.DAY, 100))
    install(provider)

    first, second = scanned(SHOP, Ceiling.HOST), scanned(SHOP, Ceiling.HOST)

    assert (first.verdict, second.verdict) == (Verdict.MALICIOUS, Verdict.MALICIOUS)
    assert (len(provider.asked), told()) == (1, [("oracle", "host")])
    answer = ProviderAnswer.objects.get()
    assert "shop" not in f"{answer.subject_hash}{answer.facts}"
    assert sum(Quota.objects.get().spent.values()) == 1


def test_a_kept_answer_counts_where_nobody_may_be_asked(install: Install) -> None:
    provider = oracle("oracle", calls_bad("shop.example.com"))
    install(provider)
    scanned(SHOP, Ceiling.HOST)

    again = scanned(SHOP, Ceiling.NOTHING)

    assert (again.verdict, gaps(again), len(provider.asked)) == (Verdict.MALICIOUS, {}, 1)


def test_only_what_is_not_kept_is_asked_for(install: Install, internet: Sites) -> None:
    internet.everywhere()
    provider = oracle()
    install(provider)
    scanned(SHOP, Ceiling.HOST)
    internet.redirect("short.example", "/x", to=SHOP)

    scanned("https://short.example/x", Ceiling.HOST)

    assert provider.asked == [("shop.example.com",), ("short.example",)]


def test_an_answer_is_asked_for_again_when_its_time_is_over_or_a_person_wants_to_know(install: Install) -> None:
    provider = oracle()
    install(provider)
    scanned(SHOP, Ceiling.HOST)

    ProviderAnswer.objects.update(expires_at=timezone.now())
    scanned(SHOP, Ceiling.HOST)
    request_scan(parse(SHOP), Ceiling.HOST, reuse=False)
    Scan.objects.filter(status="queued").update(passes_caches=True)
    run_next_scan()

    assert len(provider.asked) == 3
    assert ProviderAnswer.objects.count() == 1


# --- trouble


@pytest.mark.parametrize(
    ("error", "verdict", "reason"),
    [
        (ProviderError("status 500"), Verdict.UNKNOWN, "failed"),
        (ProviderError("429", Trouble.QUOTA), Verdict.BENIGN, "quota"),
        (KeyError("matches"), Verdict.UNKNOWN, "failed"),
    ],
    ids=repr,
)
def test_trouble_with_a_provider_is_said_and_noted(
    install: Install, error: Exception, verdict: Verdict, reason: str
) -> None:
    install(oracle("oracle", raises(error, error)))

    scan = scanned(SHOP, Ceiling.HOST)

    assert (scan.verdict, gaps(scan)) == (verdict, {"provider:oracle": reason})
    assert ProviderState.objects.get().last_failure_at is not None
    assert told() == [("oracle", "host")]


def test_who_hangs_is_left_alone_by_the_next_scan_and_that_is_no_innocence(
    install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scans.engine.consult.ASK_SECONDS", 1.1)
    hanging = oracle("hanging", after(60))
    install(hanging, oracle("quick"))

    first = scanned(SHOP, Ceiling.HOST)
    began = time.monotonic()
    second = scanned(SHOP, Ceiling.HOST)

    assert time.monotonic() - began < 0.5
    assert (first.verdict, gaps(first)) == (Verdict.UNKNOWN, {"provider:hanging": "failed"})
    assert (second.verdict, gaps(second)) == (Verdict.UNKNOWN, {"provider:hanging": "paused"})
    assert len(hanging.asked) == 1


def test_who_said_when_to_come_back_is_not_asked_before(install: Install) -> None:
    busy = oracle("busy", raises(ProviderError("503", Trouble.FAILED, 300.0)))
    spent = oracle("spent", raises(ProviderError("429", Trouble.QUOTA, 300.0)))
    install(busy, spent)
    scanned(SHOP, Ceiling.HOST)

    assert gaps(scanned(SHOP, Ceiling.HOST)) == {"provider:busy": "paused", "provider:spent": "quota"}
    ProviderState.objects.update(open_until=timezone.now())
    assert gaps(scanned(SHOP, Ceiling.HOST)) == {}


class Broken(Oracle):
    """Breaks with something unusual at one place."""

    def __init__(self, place: str, error: BaseException) -> None:
        super().__init__(card("broken"), raises(error, error) if place == "ask" else raises())
        self.place, self.error = place, error

    def subjects(self, links: Sequence[Link]) -> Sequence[str]:
        if self.place == "subjects":
            raise self.error
        return super().subjects(links)

    def judge(self, links: Sequence[Link], facts: Mapping[str, Facts]) -> list[Finding]:
        if self.place == "judge":
            raise self.error
        return super().judge(links, facts)


@pytest.mark.parametrize("place", ["subjects", "ask", "judge"])
@pytest.mark.parametrize("error", [AssertionError(), OSError(5, "x"), EOFError(), MemoryError()], ids=repr)
def test_whatever_a_provider_raises_the_others_still_count(install: Install, place: str, error: Exception) -> None:
    install(Broken(place, error), oracle("two", calls_bad("shop.example.com")))

    scan = scanned(SHOP, Ceiling.HOST)

    assert (scan.verdict, gaps(scan)) == (Verdict.MALICIOUS, {"provider:broken": "failed"})


def test_a_library_that_loses_its_way_in_cancelling_is_a_failure_and_stops_no_worker(install: Install) -> None:
    install(Broken("ask", asyncio.CancelledError()), oracle("two", calls_bad("shop.example.com")))

    scan = scanned(SHOP, Ceiling.HOST)

    assert (scan.verdict, gaps(scan)) == (Verdict.MALICIOUS, {"provider:broken": "failed"})


# --- quotas


def test_a_spent_quota_is_said_and_leaves_a_clean_link_benign(install: Install) -> None:
    provider = oracle("vt", raises(), Allowance(Span.MINUTE, 2))
    install(provider)

    ended = [scanned(f"https://shop{number}.example/", Ceiling.HOST) for number in range(3)]

    assert [gaps(scan) for scan in ended] == [{}, {}, {"provider:vt": "quota"}]
    assert (ended[2].verdict, len(provider.asked)) == (Verdict.BENIGN, 2)


def test_a_quota_near_its_end_is_spent_on_the_riskier_links_and_on_what_people_ask(install: Install) -> None:
    provider = oracle("vt", raises(), Allowance(Span.DAY, 100))
    install(provider)
    scanned("https://first.example/", Ceiling.HOST)
    Quota.objects.update(spent=dict.fromkeys(Quota.objects.get().spent, 85))

    clean, risky = scanned(SHOP, Ceiling.HOST), scanned("http://192.0.2.1/login.exe", Ceiling.HOST)
    request_scan(parse(SHOP), Ceiling.HOST, reuse=False)
    Scan.objects.filter(status="queued").update(cause=Cause.ASKED)
    asked_for = run_next_scan()

    assert asked_for is not None
    asked_for.refresh_from_db()
    assert (clean.verdict, gaps(clean)) == (Verdict.BENIGN, {"provider:vt": "saved"})
    assert (gaps(risky), gaps(asked_for)) == ({}, {})


def test_what_was_reserved_and_not_sent_is_given_back(install: Install) -> None:
    install(oracle("vt", raises(), Allowance(Span.DAY, 1000), max_requests=3))

    scanned(SHOP, Ceiling.HOST)

    assert sum(Quota.objects.get().spent.values()) == 1


# --- side by side


def test_scans_at_once_ask_side_by_side(install: Install) -> None:
    install(*(oracle(f"oracle{number}", after(0.3)) for number in range(14)))
    for number in range(8):
        request_scan(parse(f"https://shop{number}.example/"), Ceiling.HOST)
    began = time.monotonic()

    assert run_waiting_scans(20) == 8

    assert time.monotonic() - began < 2.4
    assert set(Scan.objects.values_list("verdict", flat=True)) == {Verdict.BENIGN}


def test_one_scan_with_all_providers_slow_takes_less_than_600_ms(install: Install) -> None:
    scanned("https://warm.example/", Ceiling.HOST)
    install(*(oracle(f"oracle{number}", after(0.3), Allowance(Span.DAY, 1000)) for number in range(14)))
    request_scan(parse(SHOP), Ceiling.HOST)
    began = time.monotonic()

    run_next_scan()

    assert time.monotonic() - began < 0.6
    assert gaps(Scan.objects.latest("pk")) == {}


def test_a_worker_that_was_given_up_still_tells_what_it_learnt_of_providers(install: Install) -> None:
    install(oracle("vt", raises(ProviderError("status 500")), is_safe_to_repeat=False))
    request_scan(parse(SHOP), Ceiling.HOST)
    slow = Scan.claim(timezone.now())
    assert slow is not None
    Scan.objects.update(lease_until=timezone.now() - timedelta(seconds=1), fence=slow.fence + 1)

    perform_scan(slow)

    assert ProviderState.objects.get().failures == 1
    assert (told(), Disclosure.objects.count()) == ([("vt", "host")], 1)
    assert NotChecked("provider:vt", "failed") not in Scan.objects.get().gaps


def test_neither_key_nor_address_of_a_scan_is_kept_with_a_provider(install: Install) -> None:
    install(oracle("oracle", raises(ProviderError("no answer (ConnectError)")), key_name="ORACLE_KEY"))
    ProviderState.objects.create(name="oracle", key=provider_keys.encrypted("s3cr3t"))

    scanned(SHOP, Ceiling.HOST)

    state = ProviderState.objects.get()
    assert "s3cr3t" not in f"{state.key}{state.last_error}"
    assert provider_keys.find(oracle("oracle", key_name="ORACLE_KEY").card, state)[0] == "s3cr3t"
    assert installed.INSTALLATION_KEY not in state.key
