from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from pathlib import Path

import orjson
import pytest
from django.core.management import CommandError, call_command

ROOT = Path(__file__).parents[2]
MESSAGE = "Pay now http://192.0x00A80001/login.exe and see https://en.wikipedia.org/wiki/Foo_(bar)."
FOUND_KEYS = {"raw", "url", "host", "registrable_domain", "url_hash"}
JUDGED_KEYS = FOUND_KEYS | {"verdict", "score", "risk", "reasons", "not_checked"}


def scan(*arguments: str) -> str:
    output = io.StringIO()
    call_command("scan", *arguments, stdout=output)
    return output.getvalue()


def scan_file(path: Path, content: str | bytes, *arguments: str) -> str:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return scan("--file", str(path), *arguments)


def scan_json(path: Path, content: str | bytes, *arguments: str) -> list[dict[str, object]]:
    return [orjson.loads(line) for line in io.StringIO(scan_file(path, content, "--jsonl", *arguments))]


def test_a_text_is_judged_link_by_link_with_reasons() -> None:
    blocks = [line for line in scan(MESSAGE).splitlines() if not line.startswith(" ")]

    assert [("192" in block, "wikipedia" in block) for block in blocks] == [(True, False), (False, True)]
    assert blocks[0].startswith(("Suspicious: ", "Malicious: "))
    assert blocks[1].startswith("Nothing suspicious found: ")


def test_nothing_printed_for_people_is_clickable() -> None:
    output = scan(MESSAGE) + scan("--find", MESSAGE)

    assert "192.168.0.1" not in output
    assert "wikipedia.org" not in output
    assert "http:" not in output


def test_a_text_without_links_says_so() -> None:
    assert scan("see you at 10.30").strip() == "No links found."


def test_a_json_line_gives_a_json_line_of_the_documented_shape(tmp_path: Path) -> None:
    (answer,) = scan_json(tmp_path / "in", orjson.dumps({"id": 7, "text": MESSAGE}))

    links = answer["links"]
    assert answer["id"] == 7
    assert isinstance(links, list)
    assert [link["host"] for link in links] == ["192.168.0.1", "en.wikipedia.org"]
    for link in links:
        assert set(link) == JUDGED_KEYS
        assert link["risk"] is None
        assert link["not_checked"]
    assert {frozenset(reason) for reason in links[0]["reasons"]} == {frozenset({"code", "points", "text"})}


def test_a_url_is_judged_as_it_is(tmp_path: Path) -> None:
    (answer,) = scan_json(tmp_path / "in", b'{"id": "a", "url": "HTTPS://Example.com/?utm_source=x"}', "--find")

    links = answer["links"]
    assert isinstance(links, list)
    assert set(links[0]) == FOUND_KEYS
    assert links[0]["url"] == "https://example.com/"


@pytest.mark.parametrize(
    "bad",
    [
        b"{",
        b"[1]",
        b'"text"',
        b"{}",
        b'{"text": 5}',
        b'{"url": "ftp://a.example"}',
        b'{"text": "\xff\xfe',
        b"\x00",
        b'{"text":"\\ud800"}',
        b'{"id": ' + b"[" * 900 + b"]" * 900 + b', "text": "https://a.example"}',
    ],
)
def test_a_bad_line_is_reported_with_its_number_and_the_rest_goes_on(tmp_path: Path, bad: bytes) -> None:
    good = b'{"id": 1, "text": "https://a.example"}'

    answers = scan_json(tmp_path / "in", good + b"\n\n" + bad + b"\n" + good)

    assert [set(answer) for answer in answers] == [{"id", "links"}, {"line", "error"}, {"id", "links"}]
    assert answers[1]["line"] == 3


def test_an_overlong_line_is_an_error_and_the_next_line_is_read(tmp_path: Path) -> None:
    long = b'{"text": "' + b"x" * 3_000_000 + b'"}\n'

    answers = scan_json(tmp_path / "in", long + b'{"id": 2, "text": "nothing"}\n')

    assert answers == [{"line": 1, "error": "the line is too long"}, {"id": 2, "links": []}]


def test_only_bad_lines_are_a_failure(tmp_path: Path) -> None:
    with pytest.raises(CommandError):
        scan_json(tmp_path / "in", b"{\n[")


def test_what_was_not_checked_differs_without_network(tmp_path: Path) -> None:
    line = b'{"id": 1, "text": "https://a.example"}'

    online = scan_json(tmp_path / "in", line)
    offline = scan_json(tmp_path / "in", line, "--no-network")

    assert online != offline
    assert b"switched_off" in orjson.dumps(offline)


def test_a_chat_export_is_read_and_its_words_are_not_printed(tmp_path: Path) -> None:
    path = tmp_path / "chat.txt"
    path.write_text(
        "31.12.25, 21:41 - Ann: hush https://a.example/x\nsecret\n31.12.25, 21:42 - Bob: ok", encoding="utf-8"
    )

    for_people = scan("--chat-export", str(path))
    for_programs = scan("--chat-export", str(path), "--jsonl")

    assert "a[.]example" in for_people
    assert orjson.loads(for_programs)["id"] == 1
    assert not any(word in for_people + for_programs for word in ("hush", "secret", "Ann"))


def test_another_file_is_refused_as_chat_export(tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(b"PK\x03\x04 zip")

    with pytest.raises(CommandError, match="unzip"):
        scan("--chat-export", str(tmp_path / "in"))


@pytest.mark.parametrize("name", ["missing", "."])
def test_an_unreadable_file_ends_in_one_line(tmp_path: Path, name: str) -> None:
    with pytest.raises(CommandError, match=r"\ACannot read: [^\n]+\Z"):
        scan("--file", str(tmp_path / name))


def test_a_long_line_is_read_to_its_end(tmp_path: Path) -> None:
    words = "word " * 30_000

    output = scan_file(tmp_path / "in", f"{words}https://late.example/x {words}", "--find")

    assert output.strip() == "hxxps://late[.]example/x"


def test_a_link_is_printed_once_in_a_file(tmp_path: Path) -> None:
    output = scan_file(tmp_path / "in", "https://a.example\nhttps://b.example\nhttps://a.example/#x\n", "--find")

    assert len(output.splitlines()) == 2


@pytest.mark.parametrize(
    "arguments", [["text", "--file", "f"], ["text", "--jsonl"], ["--file", "f", "--chat-export", "g"]]
)
def test_contradicting_arguments_are_refused(arguments: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("scan", *arguments)


def process(*arguments: str) -> subprocess.Popen[bytes]:
    pipe = subprocess.PIPE
    command = [sys.executable, str(ROOT / "manage.py"), "scan", *arguments]
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, env=os.environ | {"PYTHONUNBUFFERED": ""})


def test_bytes_that_are_no_utf_8_and_a_byte_order_mark_spoil_nothing(tmp_path: Path) -> None:
    lines = b'\xef\xbb\xbf{"id": 1, "text": "\xff https://a.example"}\n\xc2\xa0\n{"id": 2, "text": "https://b.example"}'

    answers = scan_json(tmp_path / "in", lines, "--find")

    assert [answer["id"] for answer in answers] == [1, 2]
    assert all(answer["links"] for answer in answers)


@pytest.mark.parametrize("identity", [0, -7, 2**63, 1.5, True, None, 'é\u2028"\\\n'])
def test_an_id_comes_back_as_it_was_with_and_without_links(tmp_path: Path, identity: object) -> None:
    lines = [orjson.dumps({"id": identity, "text": text}) for text in ("nothing", "see https://a.example")]

    answers = scan_json(tmp_path / "in", b"\n".join(lines), "--find")

    assert [(answer["id"], type(answer["id"])) for answer in answers] == [(identity, type(identity))] * 2
    assert [len(list(answer["links"])) for answer in answers] == [0, 1]  # type: ignore[call-overload]


def test_a_text_beyond_a_messages_length_is_read_to_its_end(tmp_path: Path) -> None:
    text = f"https://early.example {'word ' * 30_000} https://early.example https://late.example"

    (answer,) = scan_json(tmp_path / "in", orjson.dumps({"id": 1, "text": text}), "--find")

    links = answer["links"]
    assert isinstance(links, list)
    assert [link["host"] for link in links] == ["early.example", "late.example"]


def test_standard_input_is_read() -> None:
    running = process("--jsonl", "--find")

    output, errors = running.communicate(b'{"id": 1, "text": "see https://a.example/x"}\n', timeout=60)

    assert orjson.loads(output)["links"][0]["host"] == "a.example"
    assert (errors, running.returncode) == (b"", 0)


@pytest.mark.parametrize("as_json", [True, False])
def test_each_line_is_answered_before_the_next_one_is_asked(as_json: bool) -> None:
    running = process("--find", "--no-network", *(["--jsonl"] if as_json else []))
    assert running.stdin
    assert running.stdout
    assert running.stderr

    with running.stdin, running.stdout, running.stderr:
        for number in range(3):
            text = f"see https://a{number}.example/x"
            question = orjson.dumps({"id": number, "text": text}) if as_json else text.encode()
            running.stdin.write(question + b"\n")
            running.stdin.flush()
            assert f"a{number}" in running.stdout.readline().decode()

    assert running.wait(timeout=60) == 0


def peak_memory(path: Path, lines: int) -> int:
    """KiB that a process has at most for a file with that many lines, each with a link of its own."""
    with path.open("wb") as written:
        for number in range(lines):
            text = f"look https://www.site{number}.example.org/{number}?a=b"
            written.write(orjson.dumps({"id": number, "text": text}) + b"\n")
    command = [sys.executable, str(ROOT / "manage.py"), "scan", "--jsonl", "--no-network", "--file", str(path)]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(running.pid, 0)
    running.returncode = os.waitstatus_to_exitcode(status)
    assert running.returncode == 0
    return usage.ru_maxrss


def test_memory_stays_flat_however_long_the_file_is(tmp_path: Path) -> None:
    few, many = peak_memory(tmp_path / "few", 10_000), peak_memory(tmp_path / "many", 30_000)

    assert many - few < 8 * 1024


def test_a_reader_that_goes_away_ends_it_with_one_line() -> None:
    running = process("--find")
    assert running.stdin
    assert running.stdout
    assert running.stderr
    running.stdout.close()

    with running.stderr, running.stdin as stdin:
        stdin.write(b"".join(b"https://a%d.example/\n" % number for number in range(3000)))
        stdin.close()
        errors = running.stderr.read()

    assert running.wait(timeout=60) == 141
    assert errors.strip().count(b"\n") == 0
    assert b"Traceback" not in errors


@pytest.mark.usefixtures("ctrl_c")
def test_an_interrupt_ends_it_with_one_line() -> None:
    running = process("--jsonl", "--find")
    assert running.stdin
    assert running.stdout
    assert running.stderr
    with running.stdin, running.stdout, running.stderr:
        for _ in range(500):
            running.stdin.write(b'{"id": 1, "text": "see https://a.example/x"}\n')
        running.stdin.flush()
        running.stdout.readline()

        running.send_signal(signal.SIGINT)
        errors = running.stderr.read()

    assert running.wait(timeout=60) == 130
    assert errors.strip().count(b"\n") == 0
    assert b"Stopped." in errors
