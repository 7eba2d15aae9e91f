"""A certificate authority of one day and a server certificate for WhatsApp's names."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

HOST = "web.whatsapp.com"
# One day each way: tests that move the clock by hours still connect.
VALID = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Certificates:
    """Where the authority's certificate (for SSL_CERT_FILE) and the server's key with its certificate lie."""

    authority_file: Path
    server_file: Path

    def server_context(self) -> ssl.SSLContext:
        """Return the TLS settings of the server's side."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.server_file)
        return context


def make_certificates(directory: Path, more_hosts: Sequence[str] = ()) -> Certificates:
    """Write a new authority and a certificate for HOST and more into a directory."""
    authority_key, server_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority_name = _name("wbscanner tests")
    authority = (
        _builder(authority_name, authority_name, authority_key.public_key(), serial=1)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(authority_key, hashes.SHA256())
    )
    names = x509.SubjectAlternativeName([x509.DNSName(host) for host in (HOST, *more_hosts)])
    server = (
        _builder(_name(HOST), authority_name, server_key.public_key(), serial=2)
        .add_extension(names, critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    certificates = Certificates(directory / "authority.pem", directory / "server.pem")
    certificates.authority_file.write_bytes(authority.public_bytes(Encoding.PEM))
    private = server_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    certificates.server_file.write_bytes(server.public_bytes(Encoding.PEM) + private)
    return certificates


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, serial: int
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(serial)
        .not_valid_before(now - VALID)
        .not_valid_after(now + VALID)
    )
