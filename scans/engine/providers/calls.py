"""One request to a provider: what may go wrong has a name, and what comes back is bounded before it is read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx
import orjson

from scans.engine.netguard import Blocked
from scans.engine.providers.provider import Call, ProviderError, Trouble

MAX_ANSWER = 1_048_576
MAX_DEPTH = 24
# Seconds; a provider that asks for more is looked at again then.
LONGEST_RETRY_AFTER = 24 * 3600.0

Headers = Mapping[str, str]


# Bytes of a refusal that are read, to tell one reason from another.
MAX_REFUSAL = 4_096


class Missing(ProviderError):
    """The provider answered 404 or 410: it does not know the subject."""


class Refused(ProviderError):
    """The provider answered that the request itself is wrong (400, 422); `said` is its own text, for nobody's eyes."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__(f"it refuses the request (status {status})")
        self.said = said


class NotSent(ProviderError):
    """It failed before the link was handed over, so that it may be tried again."""


async def request(  # noqa: PLR0913 (one HTTP request, all by name)
    call: Call,
    method: str,
    url: str,
    *,
    params: Mapping[str, str | list[str]] | None = None,
    form: Mapping[str, str] | None = None,
    json: object = None,
    headers: Headers | None = None,
    max_bytes: int = MAX_ANSWER,
) -> bytes:
    """The body of a 2xx answer of at most `max_bytes`; raises ProviderError, of it Missing for 404 and 410."""
    try:
        async with call.client.stream(
            method, url, params=params, data=form, json=json, headers=dict(headers or {})
        ) as response:
            if response.status_code in {400, 422}:
                raise Refused(response.status_code, await _beginning(response))
            _check_status(response, call.now)
            return await _read(response, max_bytes)
    except (httpx.HTTPError, httpx.InvalidURL, Blocked) as error:
        # Only the kind is said: messages of the library hold the address, and with it a key or a link.
        raise ProviderError(f"no answer ({type(error).__name__})") from None


async def request_json(  # noqa: PLR0913
    call: Call,
    method: str,
    url: str,
    *,
    params: Mapping[str, str | list[str]] | None = None,
    form: Mapping[str, str] | None = None,
    json: object = None,
    headers: Headers | None = None,
    max_bytes: int = MAX_ANSWER,
) -> dict[str, object]:
    """As request, read as a JSON object of bounded depth; raises ProviderError (NONSENSE for anything else)."""
    body = await request(call, method, url, params=params, form=form, json=json, headers=headers, max_bytes=max_bytes)
    return read_object(body)


def read_object(body: bytes) -> dict[str, object]:
    """A JSON object of at most MAX_DEPTH levels; raises ProviderError."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise ProviderError("the answer is not JSON", Trouble.NONSENSE) from None
    if not isinstance(value, dict) or not _is_shallow(value):
        raise ProviderError("the answer is not a JSON object of the expected kind", Trouble.NONSENSE)
    return value


def _is_shallow(value: object) -> bool:
    level: list[object] = [value]
    for _ in range(MAX_DEPTH):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return True
    return False


def _inside(value: object) -> list[object]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _check_status(response: httpx.Response, now: datetime) -> None:
    status = response.status_code
    if status in {404, 410}:
        raise Missing(f"not known to it (status {status})")
    if status in {401, 403}:
        raise ProviderError(f"it refuses the key (status {status})", Trouble.BAD_KEY)
    if status in {429, 509}:
        raise ProviderError("its quota is used up", Trouble.QUOTA, _retry_after(response, now))
    if not response.is_success:
        raise ProviderError(f"status {status}", Trouble.FAILED, _retry_after(response, now))


def _retry_after(response: httpx.Response, now: datetime) -> float | None:
    """Seconds, from a number or a date; None without a usable one. urlscan.io has a header of its own for them."""
    headers = response.headers
    text = headers.get("Retry-After", headers.get("X-Rate-Limit-Reset-After", "")).strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), LONGEST_RETRY_AFTER)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max((moment - now).total_seconds(), 0.0), LONGEST_RETRY_AFTER)


async def _beginning(response: httpx.Response) -> str:
    body = bytearray()
    async for piece in response.aiter_bytes():
        body += piece
        if len(body) >= MAX_REFUSAL:
            break
    return bytes(body[:MAX_REFUSAL]).decode("utf-8", "replace")


async def _read(response: httpx.Response, max_bytes: int) -> bytes:
    body = bytearray()
    async for piece in response.aiter_bytes():
        body += piece
        if len(body) > max_bytes:
            raise ProviderError(f"the answer is longer than {max_bytes} bytes", Trouble.NONSENSE)
    return bytes(body)
