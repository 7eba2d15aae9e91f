"""Nothing in the program goes out by another door than the guard, and nothing but tests widens the door."""

from __future__ import annotations

import ast
import functools
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[4]
PACKAGES = ("wbscanner", "scans", "groups", "overrides", "waclient", "deploy")
GUARD = Path("scans/engine/netguard")
FOR_TESTS_ONLY = {"extra_allow", "extra_roots"}

# Ways to open a connection; those that a module may use are named below with the reason.
CONNECTING_MODULES = {
    "aiohttp", "asyncssh", "curl_cffi", "ftplib", "http.client", "http.server", "httpcore", "imaplib", "linkpreview",
    "paramiko", "poplib", "pycurl", "requests", "smtplib", "socketserver", "telnetlib", "tornado", "urllib.request",
    "urllib3", "websocket", "websockets", "xmlrpc.client", "aioquic", "h2", "niquests", "httplib2", "treq",
}  # fmt: skip
CONNECTING_CALLS = {
    "httpx.AsyncClient", "httpx.Client", "httpx.get", "httpx.post", "httpx.put", "httpx.patch", "httpx.delete",
    "httpx.head", "httpx.options", "httpx.request", "httpx.stream", "httpx.HTTPTransport", "httpx.AsyncHTTPTransport",
    "socket.create_connection", "socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyname_ex",
    "asyncio.open_connection", "anyio.connect_tcp", "ssl.get_server_certificate",
}  # fmt: skip
ALLOWED = {
    ("wbscanner/probes.py", "http.client"),  # asks this installation's own web process whether it is up
    # What the operator's environment names as the way to tell the owner; public addresses unless that says otherwise.
    ("wbscanner/notify/destinations.py", "httpx.Client"),
    ("wbscanner/notify/destinations.py", "socket.getaddrinfo"),
    ("wbscanner/notify/channels.py", "smtplib"),
    ("waclient/media_size.py", "httpx.Client"),  # WhatsApp's media server by its own name, by the library's own proxy
}
# neonize fetches a stranger's URL by itself, unguarded, when one of these is used.
FETCHING_OF_NEONIZE = {"link_preview", "get_bytes_from_name_or_url", "allow_private"}


@functools.cache
def sources() -> list[tuple[str, ast.Module]]:
    """Every module of the program by its path, parsed; the guard and the tests excepted."""
    files = itertools.chain([ROOT / "manage.py"], *((ROOT / package).rglob("*.py") for package in PACKAGES))
    paths = [file.relative_to(ROOT) for file in files]
    return [
        (path.as_posix(), ast.parse((ROOT / path).read_bytes())) for path in paths if not path.is_relative_to(GUARD)
    ]


def names(tree: ast.AST) -> Iterator[str]:
    """Everything that a module calls by name: variables, attributes, arguments, imports, and texts."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name) | ast.Constant(value=str(name)):
                yield name
            case ast.keyword(arg=str(name)):
                yield name
            case ast.ImportFrom() | ast.Import():
                yield from (part for alias in node.names for part in alias.name.split("."))


def connections(tree: ast.AST) -> Iterator[str]:
    """The modules imported and functions called that open connections."""
    for node in ast.walk(tree):
        match node:
            case ast.Import():
                yield from _known(*(alias.name for alias in node.names))
            case ast.ImportFrom(module=str(module)):
                yield from _known(module, *(f"{module}.{alias.name}" for alias in node.names))
            case ast.Call(func=ast.Attribute(value=ast.Name(id=module), attr=name)) if (
                f"{module}.{name}" in CONNECTING_CALLS
            ):
                yield f"{module}.{name}"


def _known(*imported: str) -> Iterator[str]:
    """Which of the known ways an imported name is, or is a part of."""
    for name in imported:
        if name in CONNECTING_CALLS:
            yield name
        yield from (known for known in CONNECTING_MODULES if f"{name}.".startswith(f"{known}."))


def test_what_only_tests_may_pass_is_named_by_tests_alone() -> None:
    assert {path for path, tree in sources() if FOR_TESTS_ONLY & set(names(tree))} == set()


def test_every_connection_is_made_by_the_guard() -> None:
    used = {(path, way) for path, tree in sources() for way in connections(tree)}

    assert used == ALLOWED


def test_neonize_is_never_asked_to_fetch_an_address() -> None:
    assert {path for path, tree in sources() if FETCHING_OF_NEONIZE & set(names(tree))} == set()


def test_no_redirect_is_followed_by_the_client_itself() -> None:
    calls = ((path, node) for path, tree in sources() for node in ast.walk(tree) if isinstance(node, ast.keyword))

    assert {path for path, node in calls if node.arg == "follow_redirects"} == set()


@pytest.mark.parametrize(
    "source",
    [
        "import requests",
        "import urllib.request",
        "from urllib import request",
        "from urllib.request import urlopen",
        "import httpx\nhttpx.get('http://a')",
        "from httpx import AsyncClient",
        "import httpx\nclient = httpx.AsyncClient()",
        "import socket\nsocket.create_connection(('a', 80))",
        "from asyncio import open_connection",
        "import httpcore",
        "from http.client import HTTPConnection",
    ],
)
def test_the_search_for_connections_finds_them(source: str) -> None:
    assert list(connections(ast.parse(source)))


@pytest.mark.parametrize(
    "source",
    [
        "client(extra_allow=['127.0.0.1'])",
        "client(**{'extra_allow': x})",
        "def f(extra_allow): ...",
        "guard.extra_allow",
        "from a import extra_allow",
        "send(text, link_preview=True)",
        "neonize.utils.get_bytes_from_name_or_url(x)",
    ],
)
def test_the_search_for_names_finds_them(source: str) -> None:
    assert (FOR_TESTS_ONLY | FETCHING_OF_NEONIZE) & set(names(ast.parse(source)))


def test_the_guard_reads_neither_environment_nor_settings_nor_files() -> None:
    allowed = {
        "__future__", "ada_url", "asyncio", "certifi", "collections", "concurrent", "contextlib", "dataclasses",
        "functools", "http", "httpcore", "httpx", "ipaddress", "itertools", "re", "scans", "socket", "ssl", "threading",
        "time", "typing",
    }  # fmt: skip
    trees = [ast.parse(file.read_bytes()) for file in (ROOT / GUARD).rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]

    imported = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    imported |= {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in imported} <= allowed
    assert all(name.startswith("scans.engine") for name in imported if name.startswith("scans"))
    assert {node.id for node in nodes if isinstance(node, ast.Name)}.isdisjoint({"open", "eval", "exec", "__import__"})
