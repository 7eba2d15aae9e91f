"""Asking an address as somebody: what was answered, whether anything was written, and who could have read what."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.test import Client
from django.test.client import MULTIPART_CONTENT

from tests.rights.world import MAY_NOT_READ, World

WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")
OF_LOGINS = '"django_session"'  # when somebody was last seen, and what they were last told


@dataclass(frozen=True, slots=True)
class Answer:
    """`outcome` as the tables write it: a status, or "login" for the way there or its page; ! when rows changed."""

    outcome: str
    leaks: tuple[str, ...]
    writes: tuple[str, ...]


@dataclass(slots=True)
class Recorder:
    """Statements that changed a row of anything but logins."""

    writes: list[str] = field(default_factory=list)

    def __call__(self, execute: Any, sql: Any, params: Any, many: bool, context: Mapping[str, Any]) -> Any:
        result = execute(sql, params, many, context)
        is_write = sql.startswith(WRITES) and OF_LOGINS not in sql
        if is_write and (sql.startswith("INSERT") or context["cursor"].rowcount != 0):
            self.writes.append(sql)
        return result

    def watching(self) -> AbstractContextManager[None]:
        return connection.execute_wrapper(self)


def ask(world: World, who: str, method: str, path: str, form: Mapping[str, Any] | None = None) -> Answer:
    """Everything that came of it is undone before this returns."""
    recorder = Recorder()
    with transaction.atomic():
        with recorder.watching():
            response = _send(world.client(who), method, path, form or {})
        text = (body(response) + str(response.headers).lower()).replace(path, "")
        transaction.set_rollback(True)
    leaks = tuple(word for word in MAY_NOT_READ[who] if word in text)
    return Answer(_outcome(response) + ("!" if recorder.writes else ""), leaks, tuple(recorder.writes))


def _send(client: Client, method: str, path: str, form: Mapping[str, Any]) -> Any:
    if method == "GET":
        return client.get(path)
    return client.post(path, form, "application/json" if path.startswith("/api/") else MULTIPART_CONTENT)


def _outcome(response: Any) -> str:
    is_to_login = response.headers.get("Location", "").startswith("/admin/login/")
    is_login = response.status_code == 401 and 'id="login-form"' in body(response)
    return "login" if is_login or (response.status_code == 302 and is_to_login) else str(response.status_code)


def body(response: Any) -> str:
    """In small letters, as the words that nobody else may read are written."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return str(content.decode(errors="replace").lower())
