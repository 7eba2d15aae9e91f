"""A certificate authority of one hour, and certificates for whatever host is asked for: good ones and bad ones."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

HOUR = timedelta(hours=1)


class Fault(StrEnum):
    """What can be wrong with a certificate."""

    NONE = "none"
    EXPIRED = "expired"
    OTHER_NAME = "other name"
    SELF_SIGNED = "self-signed"


@cache
def authority() -> Authority:
    """The one of this process."""
    return Authority()


class Authority:
    """Signs for every host; one key for all servers, made anew for every test run."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._server_key = ec.generate_private_key(ec.SECP256R1())
        self._name = _named("wbscanner tests")
        self._contexts: dict[tuple[str, Fault], ssl.SSLContext] = {}
        # Older than the expired certificates that it signs.
        self._own = (
            self._builder(self._name, self._name, self._key.public_key(), datetime.now(UTC) - 48 * HOUR, 49 * HOUR)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(self._key, hashes.SHA256())
        )

    @property
    def pem(self) -> str:
        """The authority's certificate, for those who shall trust it."""
        return self._own.public_bytes(Encoding.PEM).decode("ascii")

    def context(self, host: str, fault: Fault = Fault.NONE) -> ssl.SSLContext:
        """The TLS settings of a server that claims to be `host`."""
        if (host, fault) not in self._contexts:
            self._contexts[host, fault] = self.make_context(host, fault)
        return self._contexts[host, fault]

    def make_context(self, host: str, fault: Fault = Fault.NONE) -> ssl.SSLContext:
        """As `context`, one that nobody else has."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        private = self._server_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        with TemporaryDirectory() as folder:
            file = Path(folder) / "server.pem"
            file.write_bytes(self._certificate(host, fault).public_bytes(Encoding.PEM) + private)
            context.load_cert_chain(file)
        return context

    def _certificate(self, host: str, fault: Fault) -> x509.Certificate:
        shown = "somebody-else.example" if fault is Fault.OTHER_NAME else host
        age = 24 * HOUR if fault is Fault.EXPIRED else HOUR
        self_signed = fault is Fault.SELF_SIGNED
        issuer, key = (_named(host), self._server_key) if self_signed else (self._name, self._key)
        builder = self._builder(_named(shown), issuer, self._server_key.public_key(), datetime.now(UTC) - age, 2 * HOUR)
        names = x509.SubjectAlternativeName([_general_name(shown)])
        return builder.add_extension(names, critical=False).sign(key, hashes.SHA256())

    def _builder(
        self, subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, start: datetime, valid: timedelta
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(start + valid)
        )


def _named(common_name: str) -> x509.Name:
    # 64: the longest common name that X.520 allows; who connects reads the alternative name.
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64])])


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)
