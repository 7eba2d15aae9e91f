"""Certificates are always verified, and a bad one can be told from a server that is not there."""

from __future__ import annotations

import asyncio
import os
import ssl
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from scans.engine.netguard import BadCertificate
from scans.engine.netguard.transport import trusted
from tests.scans.engine.netguard.certificates import Authority, authority
from tests.scans.engine.netguard.servers import PUBLIC, serving

pytestmark = pytest.mark.allow_hosts(["127.0.0.0/8", "::1"])


@pytest.fixture
def known(tmp_path: Path) -> Authority:
    """An authority that the client is told to trust."""
    return authority(tmp_path)


@pytest.mark.parametrize(
    ("written", "host"),
    [
        ("site.example.com", "site.example.com"),
        ("SITE.example.com.", "site.example.com"),
        ("bücher.example.com", "xn--bcher-kva.example.com"),
        ("under_score.example.com", "under_score.example.com"),
        ("a_-.example.com", "a_-.example.com"),
    ],
)
def test_the_name_that_was_checked_is_the_one_in_the_handshake_and_in_the_request(
    known: Authority, written: str, host: str
) -> None:
    asked: list[str | None] = []
    tls = known.server("*.example.com", host)
    tls.sni_callback = lambda _, name, __: asked.append(name)

    async def visit() -> None:
        async with serving(tls=tls) as site, site.client(host=host, roots=known.pem) as client:
            answer = await client.get(site.url(written, scheme="https"))
            assert answer.text == "hello"
            assert f"\r\nHost: {host}:{site.port}\r\n" in site.heads[0]

    asyncio.run(visit())
    assert asked == [host]


def test_a_star_that_browsers_read_more_generously_is_no_proof_of_a_bad_certificate(known: Authority) -> None:
    async def visit() -> None:
        host = "under_score.example.com"
        async with (
            serving(tls=known.server("*.example.com")) as site,
            site.client(host=host, roots=known.pem) as client,
        ):
            with pytest.raises(httpx.ConnectError, match="Hostname mismatch") as failure:
                await client.get(site.url(host, scheme="https"))
            assert not isinstance(failure.value, BadCertificate)

    asyncio.run(visit())


def test_an_address_is_compared_with_the_certificate(known: Authority) -> None:
    async def visit(tls: ssl.SSLContext) -> str:
        async with serving(tls=tls) as site, site.client(roots=known.pem) as client:
            return (await client.get(site.url(PUBLIC, scheme="https"))).text

    assert asyncio.run(visit(known.server(PUBLIC))) == "hello"
    with pytest.raises(BadCertificate):
        asyncio.run(visit(known.server("site.example.com", "127.0.0.3")))


@pytest.mark.parametrize(
    ("names", "expires", "reason"),
    [
        (["other.example.com"], timedelta(days=1), "Hostname mismatch"),
        (["*.site.example.com"], timedelta(days=1), "Hostname mismatch"),
        (["site.example.com"], timedelta(days=-1), "certificate has expired"),
    ],
)
def test_a_certificate_for_another_name_or_time_is_bad(
    known: Authority, names: list[str], expires: timedelta, reason: str
) -> None:
    async def visit() -> None:
        async with serving(tls=known.server(*names, expires=expires)) as site, site.client(roots=known.pem) as client:
            with pytest.raises(BadCertificate, match=reason) as refusal:
                await client.get(site.url(scheme="https"))
            assert refusal.value.request.url.host == "site.example.com"
            assert site.heads == []

    asyncio.run(visit())


def test_a_certificate_of_nobody_known_is_bad_and_the_environment_makes_no_friends(
    known: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "roots.pem"
    file.write_text(known.pem, encoding="ascii")
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.setenv(name, str(file))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))

    async def visit() -> None:
        async with serving(tls=known.server("site.example.com")) as site, site.client() as client:
            with pytest.raises(BadCertificate, match="unable to get local issuer certificate"):
                await client.get(site.url(scheme="https"))

    asyncio.run(visit())
    assert trusted("").keylog_filename is None
    assert os.environ["SSL_CERT_FILE"] == str(file)
    assert not (tmp_path / "keys").exists()


def test_verification_is_on_with_and_without_certificates_of_tests(known: Authority) -> None:
    for context in (trusted(""), trusted(known.pem)):
        assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
        assert context.minimum_version >= ssl.TLSVersion.TLSv1_2


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x15\x03\x01\x00\x02\x02\x28", b"\0" * 70_000], ids=repr
)
def test_a_server_that_speaks_no_tls_is_not_said_to_have_a_bad_certificate(answer: bytes) -> None:
    async def visit() -> None:
        async with serving(answer) as site, site.client() as client:
            with pytest.raises(httpx.TransportError) as failure:
                await client.get(site.url(scheme="https"))
            assert isinstance(failure.value, httpx.NetworkError)
            assert not isinstance(failure.value, BadCertificate)

    asyncio.run(visit())


@pytest.mark.parametrize(
    "nonsense", [b"\x17\x03\x03\x00\x20" + b"x" * 32, b"plain text\r\n" * 9, b"\x16\x03\x03\xff\xff"]
)
def test_nonsense_inside_an_encrypted_connection_is_a_failed_read(known: Authority, nonsense: bytes) -> None:
    def spoil(writer: asyncio.StreamWriter) -> None:
        os.write(writer.get_extra_info("socket").fileno(), nonsense)
        writer.transport.abort()

    async def visit() -> None:
        head = b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nhel"
        tls = known.server("site.example.com")
        async with serving(head, tls=tls, after=spoil) as site, site.client(roots=known.pem) as client:
            with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
                await client.get(site.url(scheme="https"))

    asyncio.run(visit())
