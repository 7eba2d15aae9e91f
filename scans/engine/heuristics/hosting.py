"""Where the page lives: endings that scams prefer, free hosts, links that hide the real address."""

from __future__ import annotations

import re
from functools import lru_cache

from scans.engine.findings import Finding
from scans.engine.heuristics.host import Host
from scans.engine.names import brands, suffixes
from scans.engine.names.confusables import to_unicode
from scans.engine.names.host_lists import RISKY_HOSTING, SHORTENERS, has_risky_tld
from scans.engine.names.words import LURE, asks_for_credentials, words_of

# Governments have private suffixes of their own (service.gov.uk), where only they put pages.
_GOVERNMENT = re.compile(r"(?:^|\.)(?:gov|gouv|gob|go)(?:\.|$)")


def risky_tld(link: Host) -> Finding | None:
    """The ending of the host is one that scams prefer (cheap or free names)."""
    if link.is_ip or not has_risky_tld(link.host) or brands.owner(link.registrable_domain):
        return None
    return Finding.of("risky_tld", 2, tld=link.host.rpartition(".")[2])


def free_hosting(link: Host) -> Finding | None:
    """Anyone may put a page on this host for nothing; never enough to warn by itself, more where scams are the rule."""
    if link.is_ip or not _is_free(link.host):
        return None
    points = 2 if suffixes.split(link.host).suffix in RISKY_HOSTING else 1
    return Finding.of("free_hosting", points, host=link.host)


@lru_cache(maxsize=suffixes.CACHED_HOSTS)
def _is_free(host: str) -> bool:
    parts = suffixes.split(host)
    return parts.is_private and bool(parts.domain) and not _GOVERNMENT.search(parts.suffix)


@lru_cache(maxsize=8192)
def _asking_words(name: str) -> tuple[int, int]:
    """How many words of the name ask for credentials, and how many lure."""
    words = words_of(to_unicode(name))
    return sum(map(asks_for_credentials, words)), sum(map(LURE.__contains__, words))


def free_host_credentials(link: Host) -> Finding | None:
    """A page on a free host whose name asks for a login, an account or a payment."""
    if link.is_ip or not _is_free(link.host):
        return None
    parts = suffixes.split(link.host)
    asking, luring = _asking_words(f"{parts.subdomain}.{parts.domain}")
    if not asking:
        return None
    return Finding.of("free_host_credentials", 3 if asking + luring == 1 else 5, host=link.host)


_VOWELS = re.compile("[aeiou]")
_DIGIT = re.compile("[0-9]")
_FIVE_CONSONANTS = re.compile("[bcdfghjklmnpqrstvwxz]{5}")
_MIN_LETTERS = 7
_LOW_VOWEL_SHARE = 0.2


def _looks_generated(name: str) -> bool:
    """Names that people rarely choose: digits among letters, only digits, hardly a vowel, two or more hyphens."""
    if name.startswith("xn--"):
        return False
    digits = len(_DIGIT.findall(name))
    few_vowels = len(name) >= _MIN_LETTERS and len(_VOWELS.findall(name)) < _LOW_VOWEL_SHARE * len(name)
    return digits > 1 or few_vowels or name.count("-") > 1 or _FIVE_CONSONANTS.search(name) is not None


def generated_name(link: Host) -> Finding | None:
    """A name that looks made by a machine, where names cost little or nothing (risky ending, free host)."""
    if link.is_ip or not (has_risky_tld(link.host) or _is_free(link.host)):
        return None
    name = suffixes.split(link.host).domain
    return Finding.of("generated_name", 2, host=link.host) if _looks_generated(name) else None


def credential_words(link: Host) -> Finding | None:
    """Several words in the host's name that ask for credentials or lure: secure-login-verify.example."""
    if link.is_ip or _is_free(link.host):
        return None
    parts = suffixes.split(link.host)
    asking, luring = _asking_words(parts.registrable_domain.partition(".")[0])
    return Finding.of("credential_words", 3, host=link.host) if asking and asking + luring > 1 else None


def is_shortener(host: str) -> bool:
    """Whether links on this host only send the visitor on."""
    return host.removeprefix("www.") in SHORTENERS


def shortener(link: Host) -> Finding | None:
    """The link only sends the visitor on; no points, because honest people shorten links all the time."""
    return Finding.of("shortener", 0, host=link.host) if is_shortener(link.host) else None
