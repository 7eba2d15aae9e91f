"""A URL is let through only when every reading of it, and every answer about its host, is public."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scans.engine import links
from scans.engine.netguard import Blocked, Unresolved, check_url
from tests.scans.engine.netguard.spellings import LITERALS, NAMES

PUBLIC = "93.184.216.34"


def public(host: str) -> list[str]:
    return [PUBLIC]


def no_lookup(host: str) -> list[str]:
    pytest.fail(f"{host} was looked up")


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("host", LITERALS, ids=ascii)
def test_no_spelling_leads_to_an_address_inside(scheme: str, host: str) -> None:
    with pytest.raises(Blocked):
        check_url(f"{scheme}://{host}/", no_lookup)


@pytest.mark.parametrize("host", NAMES, ids=ascii)
def test_a_name_for_inside_use_is_refused_without_a_lookup(host: str) -> None:
    with pytest.raises(Blocked):
        check_url(f"http://{host}/", no_lookup)


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("http://example.com/", "example.com"),
        ("HTTPS://EXAMPLE.COM:443/a?b#c", "example.com"),
        ("http://example.com./", "example.com"),
        ("http://example.com:8080/", "example.com"),
        ("https://example.com:8443/", "example.com"),
        ("https://example.com:80/", "example.com"),
        ("http:example.com", "example.com"),
        ("http:\\\\example.com\\a", "example.com"),
        ("http://user:secret@example.com/", "example.com"),
        ("http://127.0.0.1@example.com/", "example.com"),
        ("http://127.0.0.1:80@example.com:80/", "example.com"),
        ("http://127.0.0.1%2F@example.com/", "example.com"),
        ("http://exam\tple.com\n/", "example.com"),
        (" http://example.com ", "example.com"),
        ("http://ｅｘａｍｐｌｅ.com/", "example.com"),
        ("http://example。com/", "example.com"),
        ("http://exa\u00admple.com/", "example.com"),
        ("http://bücher.example/", "xn--bcher-kva.example"),
        ("http://faß.de/", "xn--fa-hia.de"),
        ("http://under_score.example.com/", "under_score.example.com"),
        ("http://127.0.0.1.example.com/", "127.0.0.1.example.com"),
        ("http://localhost.example.com/", "localhost.example.com"),
        ("http://internal.example.com/", "internal.example.com"),
        ("http://notlocal.com/", "notlocal.com"),
        ("http://xlocalhost.com/", "xlocalhost.com"),
        (f"http://{'a' * 63}.example.com/", f"{'a' * 63}.example.com"),
        ("http://example.com/http://127.0.0.1/?u=http://localhost/#http://10.0.0.1", "example.com"),
    ],
)
def test_a_public_host_is_asked_for_as_a_browser_reads_it(url: str, asked: str) -> None:
    hosts: list[str] = []

    def resolve(host: str) -> list[str]:
        hosts.append(host)
        return [PUBLIC]

    assert check_url(url, resolve) == PUBLIC
    assert hosts == [asked] == [links.parse(url).host]


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("http://1.1.1.1/", "1.1.1.1"),
        ("http://0x08080808/", "8.8.8.8"),
        ("http://8.8.2056/", "8.8.8.8"),
        ("http://８.８.８.８/", "8.8.8.8"),
        ("http://010.010.010.010/", "8.8.8.8"),
        ("https://[2606:4700::1111]:8443/", "2606:4700::1111"),
        ("https://[2A00:1450:0:0::]/", "2a00:1450::"),
    ],
)
def test_a_public_address_is_dialled_without_a_lookup(url: str, address: str) -> None:
    assert check_url(url, no_lookup) == address


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/", "file:///etc/passwd", "gopher://example.com/", "dict://example.com:80/", "ws://example.com/",
        "javascript:alert(1)", "data:text/html,x", "ldap://example.com", "unix:/run/x.sock", "http+unix://%2Frun%2Fx/",
        "jar:http://example.com!/", "view-source:http://example.com/", "blob:http://example.com/x", "about:blank",
        "//example.com/", "example.com", "www.example.com", "/etc/passwd", "", " ", "http", "http:", "http://",
        "http:///", "https://?", "http://#", "\ud800", "http://\ud800/", "http://exa\0mple.com/",
        f"http://example.com/{'a' * 9000}",
    ],
    ids=lambda url: ascii(url)[:40],
)  # fmt: skip
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(Blocked):
        check_url(url, no_lookup)


@pytest.mark.parametrize(
    "port", [1, 21, 22, 23, 25, 53, 81, 110, 111, 2375, 3306, 5432, 6379, 8000, 8081, 9200, 11211, 65535]
)
@pytest.mark.parametrize("host", ["example.com", PUBLIC])
def test_a_port_of_anything_but_web_servers_is_refused(host: str, port: int) -> None:
    with pytest.raises(Blocked, match=f"port {port} "):
        check_url(f"http://{host}:{port}/", no_lookup)


def test_port_nought_is_a_port_and_not_the_default() -> None:
    with pytest.raises(Blocked, match="port 0 "):
        check_url("http://example.com:0/", no_lookup)


@pytest.mark.parametrize(
    "answers",
    [
        ["127.0.0.1"],
        ["93.184.216.34", "127.0.0.1"],
        ["127.0.0.1", "93.184.216.34"],
        ["93.184.216.34"] * 50 + ["10.0.0.1"],
        ["2606:4700::1111", "93.184.216.34", "::1"],
        ["93.184.216.34", "::ffff:93.184.216.34"],
        ["93.184.216.34", "fe80::1%eth0"],
        ["93.184.216.34", "64:ff9b::5db8:d822"],
        ["169.254.169.254"],
        ["0.0.0.0"],
        ["::"],
        ["93.184.216.34", ""],
        ["93.184.216.34", "another.example.com"],
        ["not an address"],
        ["0x5db8d822"],
        ["[2606:4700::1111]"],
        ["93.184.216.34:80"],
        "93.184.216.34",
        [1572395042],
        [b"93.184.216.34"],
        [None],
        [["93.184.216.34"]],
    ],
    ids=str,
)
def test_one_answer_that_is_not_public_refuses_them_all(answers: Any) -> None:
    with pytest.raises(Blocked):
        check_url("http://example.com/", lambda host: answers)


@pytest.mark.parametrize("nothing", [[], (), None, "", 5], ids=repr)
def test_no_answer_is_no_address(nothing: Any) -> None:
    with pytest.raises(Unresolved, match=r"example\.com has no address"):
        check_url("http://example.com/", lambda host: nothing)


def raising(error: Exception) -> Callable[[str], list[str]]:
    def resolve(host: str) -> list[str]:
        raise error

    return resolve


@pytest.mark.parametrize(
    "error",
    [
        socket.gaierror(-2, "unknown"),
        TimeoutError(),
        OSError("no network"),
        UnicodeError("label"),
        KeyError("example.com"),
    ],
    ids=repr,
)
def test_a_lookup_that_fails_is_no_address(error: Exception) -> None:
    with pytest.raises(Unresolved):
        check_url("http://example.com/", raising(error))


def test_the_first_of_several_public_answers_is_dialled() -> None:
    assert check_url("http://example.com/", lambda host: ["2606:4700::1111", PUBLIC]) == "2606:4700::1111"


def test_a_name_is_looked_up_once() -> None:
    answers = [[PUBLIC], ["127.0.0.1"]]

    assert check_url("http://example.com/", lambda host: answers.pop(0)) == PUBLIC
    assert answers == [["127.0.0.1"]]


@pytest.mark.parametrize("last", ["10.0.0.1", "fe80::1%eth0"])
def test_every_answer_of_the_system_counts(last: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(2, 1, 6, "", (PUBLIC, 0)), (10, 1, 6, "", (last, 0, 0, 0))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)

    with pytest.raises(Blocked):
        check_url("http://example.com/")


def test_the_system_is_asked_for_the_complete_name_when_nobody_else_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def getaddrinfo(host: str, *rest: object, **more: object) -> list[tuple[Any, ...]]:
        asked.append(host)
        return [(2, 1, 6, "", (PUBLIC, 0)), (10, 1, 6, "", ("2606:4700::1111", 0, 0, 0)), (2, 1, 6, "", (PUBLIC, 0))]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)

    assert check_url("http://example.com/") == PUBLIC
    assert asked == ["example.com."]


@pytest.mark.parametrize(
    "url", ["http://user:secret@127.0.0.1/secret?secret#secret", "http://secret:1@example.com:99/"]
)
def test_a_refusal_tells_no_secret(url: str) -> None:
    with pytest.raises(Blocked) as refusal:
        check_url(url, public)

    assert "secret" not in str(refusal.value)


@given(st.text())
def test_no_text_makes_the_check_raise_anything_but_blocked(text: str) -> None:
    for url in (text, f"http://{text}", f"http://{text}/", f"http://example.com{text}"):
        try:
            assert check_url(url, public)
        except Blocked:
            continue
