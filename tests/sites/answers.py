"""What a site is asked and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Seen:
    """One request that a server got: header names in lower case, path with query."""

    method: str
    scheme: str
    host: str
    path: str
    headers: Mapping[str, str]

    @property
    def url(self) -> str:
        """The address as it was asked for."""
        return f"{self.scheme}://{self.host}{self.path}"


@dataclass(frozen=True, slots=True)
class Answer:
    """A plain answer; Content-Type and Content-Length are added unless `headers` say them (None leaves one out)."""

    status: int = 200
    headers: Mapping[str, str | None] = field(default_factory=dict)
    body: bytes = b""

    def as_bytes(self, *, with_body: bool = True) -> bytes:
        """The answer as it goes over the wire."""
        known = {name.lower() for name in self.headers}
        lines = [f"HTTP/1.1 {self.status} {_phrase(self.status)}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items() if value is not None]
        lines += [f"Content-Type: {HTML}"] if "content-type" not in known and self.body else []
        lines += [f"Content-Length: {len(self.body)}"] if "content-length" not in known else []
        head = "\r\n".join([*lines, "Connection: close", "", ""]).encode("utf-8")
        return head + (self.body if with_body else b"")


NOT_FOUND = Answer(404, body=b"<title>Not found</title>")


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase if status in set(HTTPStatus) else "Odd"
