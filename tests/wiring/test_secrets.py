from __future__ import annotations

import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wbscanner.env import ROOT
from wbscanner.secrets import Unreadable, decrypt, encrypt, pseudonym, read_or_make

KEY, OTHER_KEY = "one installation's key", "another installation's key"
AT_ONCE = 8
CHILD = (
    "import sys, pathlib; from wbscanner.secrets import read_or_make as r; print(r(pathlib.Path(sys.argv[1]), 'key'))"
)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def test_a_key_is_made_once_long_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "data"

    key = read_or_make(folder, "key")

    assert len(key) >= 64
    assert read_or_make(folder, "key") == key
    assert (mode(folder), mode(folder / "key")) == (0o700, 0o600)
    assert names(folder) == ["key"]


def test_two_keys_of_one_installation_differ(tmp_path: Path) -> None:
    assert read_or_make(tmp_path, "one") != read_or_make(tmp_path, "two")


def test_a_key_that_an_operator_put_there_is_used(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("chosen by hand\n")

    assert read_or_make(tmp_path, "key") == "chosen by hand"


def test_threads_that_start_at_once_agree_on_one_key(tmp_path: Path) -> None:
    for turn in range(20):
        folder, line = tmp_path / str(turn), Barrier(AT_ONCE)

        def make(folder: Path = folder, line: Barrier = line) -> str:
            line.wait(10)
            return read_or_make(folder, "key")

        with ThreadPoolExecutor(AT_ONCE) as pool:
            keys = {future.result() for future in [pool.submit(make) for _ in range(AT_ONCE)]}

        assert keys == {(folder / "key").read_text()}
        assert names(folder) == ["key"]


def test_processes_that_start_at_once_agree_on_one_key(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    command = [sys.executable, "-c", CHILD, str(folder)]
    running = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(AT_ONCE)]

    said = [child.communicate(timeout=60)[0].strip() for child in running]

    assert [child.returncode for child in running] == [0] * AT_ONCE
    assert set(said) == {(folder / "key").read_text()}
    assert names(folder) == ["key"]


def test_a_pseudonym_is_stable_short_and_belongs_to_one_installation() -> None:
    name = pseudonym(KEY, "4915112345678@s.whatsapp.net")

    assert name == pseudonym(KEY, "4915112345678@s.whatsapp.net")
    assert len(name) == 32
    assert int(name, 16) >= 0
    assert "4915112345678" not in name
    assert name != pseudonym(OTHER_KEY, "4915112345678@s.whatsapp.net")
    assert name != pseudonym(KEY, "4915112345679@s.whatsapp.net")


@given(st.text(max_size=200))
def test_what_was_encrypted_can_be_read_again_with_the_same_key_only(plain: str) -> None:
    token = encrypt(KEY, plain)

    assert decrypt(KEY, token) == plain
    assert len(plain) < 4 or plain not in token
    with pytest.raises(Unreadable):
        decrypt(OTHER_KEY, token)


@pytest.mark.parametrize(
    "damaged",
    ["", "gAAAA", "not a token", "é" * 40, "\x00", encrypt(KEY, "x")[:-4]],
    ids=["empty", "short", "text", "not ASCII", "control", "cut"],
)
def test_a_damaged_value_is_unreadable_and_nothing_worse(damaged: str) -> None:
    with pytest.raises(Unreadable):
        decrypt(KEY, damaged)
