"""Who is switched off or lacks its key is not asked; where keys come from, and that they stay secret."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings as installed
from pytest_django import Settings

from scans.asking import keys as provider_keys
from scans.engine.ceiling import Ceiling
from scans.engine.providers.provider import ProviderError
from scans.engine.scoring import Verdict
from scans.models import ProviderState
from tests.scans.asking.asked import SHOP, Install, gaps
from tests.scans.oracles import by_http, oracle, raises
from tests.scans.scanned import scanned
from tests.sites import Answer, Seen, Sites

pytestmark = pytest.mark.django_db


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


def test_neither_key_nor_address_of_a_scan_is_kept_with_a_provider(install: Install) -> None:
    install(oracle("oracle", raises(ProviderError("no answer (ConnectError)")), key_name="ORACLE_KEY"))
    ProviderState.objects.create(name="oracle", key=provider_keys.encrypted("s3cr3t"))

    scanned(SHOP, Ceiling.HOST)

    state = ProviderState.objects.get()
    assert "s3cr3t" not in f"{state.key}{state.last_error}"
    assert provider_keys.find(oracle("oracle", key_name="ORACLE_KEY").card, state)[0] == "s3cr3t"
    assert installed.INSTALLATION_KEY not in state.key
