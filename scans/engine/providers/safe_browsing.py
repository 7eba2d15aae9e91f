"""Google Safe Browsing, version 5: only the first four bytes of hashes leave this machine, and nothing is downloaded.

https://developers.google.com/safe-browsing/reference/rest/v5/hashes/search. The server answers in protobuf only
(JSON gets "Unsupported Output Format").
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import timedelta

from scans.engine.ceiling import Ceiling
from scans.engine.findings import Finding
from scans.engine.links import Link
from scans.engine.providers import protobuf
from scans.engine.providers.calls import Refused, request
from scans.engine.providers.google import ANSWER_KEPT, refusal
from scans.engine.providers.provider import Answered, Call, Card, Facts, Provider, ProviderError, Reply, Trouble
from scans.engine.providers.shapes import a_dict, a_text
from scans.engine.providers.url_hashing import PREFIX_BYTES, full_hashes

SEARCH = "https://safebrowsing.googleapis.com/v5/hashes:search"
POINTS = 10

_THREATS = {1: "malware", 2: "phishing", 3: "unwanted_software", 4: "harmful_app"}
_FULL_HASH_BYTES = 32
_LONGEST = timedelta(hours=24)


class SafeBrowsing:
    """Asks which full hashes begin with the prefixes of a link's hashes."""

    @property
    def card(self) -> Card:
        return Card(
            name="safe_browsing",
            title="Google Safe Browsing",
            ceiling=Ceiling.HASH,
            max_requests=1,
            terms="Is told the first 4 bytes of hashes, never an address. Free for non-commercial use only; what it"
            " finds is a suspicion, and it must be said that it comes from Google.",
            key_name="SAFE_BROWSING_KEY",
        )

    def subjects(self, links: Sequence[Link]) -> list[str]:
        return list(dict.fromkeys(_prefix(one) for link in links for one in full_hashes(link)))

    async def ask(self, subjects: Sequence[str], call: Call) -> Answered:
        prefixes = [b64encode(bytes.fromhex(subject)).decode("ascii") for subject in subjects]
        params: dict[str, str | list[str]] = {"key": call.key, "alt": "proto", "hashPrefixes": prefixes}
        try:
            found, kept = _read(await request(call, "GET", SEARCH, params=params))
        except Refused as error:
            raise refusal(error) from None
        replies = {subject: _reply(subject, found, kept) for subject in subjects}
        return Answered(replies, requests=1)

    def judge(self, links: Sequence[Link], facts: Mapping[str, Facts]) -> list[Finding]:
        for link in links:
            for full_hash in full_hashes(link):
                threat = a_text(a_dict(a_dict(facts.get(_prefix(full_hash))).get("hashes")).get(full_hash.hex()))
                if threat in _THREATS.values():
                    return [Finding.of("safe_browsing", POINTS, host=link.host, threat=threat)]
        return []


def _prefix(full_hash: bytes) -> str:
    return full_hash[:PREFIX_BYTES].hex()


def _reply(prefix: str, found: Mapping[str, str], kept: timedelta) -> Reply:
    hashes = {full_hash: threat for full_hash, threat in found.items() if full_hash.startswith(prefix)}
    return Reply({"hashes": hashes}, min(kept, ANSWER_KEPT if found else _LONGEST))


def _read(body: bytes) -> tuple[dict[str, str], timedelta]:
    """Threats by full hash in hexadecimal, and how long the answer may be kept; raises ProviderError."""
    found, kept = dict[str, str](), timedelta()
    for number, value in protobuf.fields(body):
        if number == 1 and isinstance(value, bytes):
            full_hash, threat = _read_hash(value)
            if threat:
                found[full_hash] = threat
        elif number == 2 and isinstance(value, bytes):
            seconds = next((one for place, one in protobuf.fields(value) if place == 1 and isinstance(one, int)), 0)
            kept = timedelta(seconds=min(seconds, _LONGEST.total_seconds()))
    return found, kept


def _read_hash(message: bytes) -> tuple[str, str]:
    """A full hash and the worst of its threats, empty when it has none that counts."""
    full_hash, threats = b"", list[int]()
    for number, value in protobuf.fields(message):
        if number == 1 and isinstance(value, bytes):
            full_hash = value
        elif number == 2 and isinstance(value, bytes):
            threats += _read_detail(value)
    if len(full_hash) != _FULL_HASH_BYTES:
        raise ProviderError("the answer holds a hash of another length", Trouble.NONSENSE)
    return full_hash.hex(), _THREATS[min(threats)] if threats else ""


def _read_detail(message: bytes) -> list[int]:
    """The threat of a detail, when it is one to act on.

    Not one with an attribute: 1 is on trial, 2 holds only inside frames, and a detail with anything unknown is void.
    """
    threat, attributes = 0, list[int]()
    for number, value in protobuf.fields(message):
        if number == 1 and isinstance(value, int):
            threat = value
        elif number == 2:
            attributes += protobuf.numbers(value)
    return [threat] if threat in _THREATS and not attributes else []


PROVIDERS: tuple[Provider, ...] = (SafeBrowsing(),)
