from __future__ import annotations

import socket

import pytest

from wbscanner.listen import Address, BadBind, explain_obstacle, parse


@pytest.mark.parametrize(
    ("bind", "expected"),
    [
        ("127.0.0.1:8000", Address("127.0.0.1", 8000)),
        ("0.0.0.0:80", Address("0.0.0.0", 80)),
        ("[::1]:8443", Address("::1", 8443)),
        ("localhost:1", Address("localhost", 1)),
    ],
)
def test_a_bind_is_host_and_port(bind: str, expected: Address) -> None:
    assert parse(bind) == expected
    assert str(expected) == bind


@pytest.mark.parametrize("bind", ["8000", ":8000", "127.0.0.1", "127.0.0.1:", "127.0.0.1:http", "127.0.0.1:70000"])
def test_anything_else_is_refused_with_an_example(bind: str) -> None:
    with pytest.raises(BadBind, match=r"127\.0\.0\.1:8000"):
        parse(bind)


@pytest.mark.parametrize(("host", "expected"), [("0.0.0.0", "127.0.0.1"), ("::", "::1"), ("192.0.2.7", "192.0.2.7")])
def test_a_server_on_every_address_is_asked_on_the_loopback(host: str, expected: str) -> None:
    assert Address(host, 8000).local == Address(expected, 8000)


def test_a_port_in_use_is_explained_with_the_way_out() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        obstacle = explain_obstacle(Address("127.0.0.1", port))

    assert obstacle is not None
    assert f"make run PORT={port + 1}" in obstacle


def test_a_free_port_is_no_obstacle() -> None:
    assert explain_obstacle(Address("127.0.0.1", 0)) is None
