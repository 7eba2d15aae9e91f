"""Which override applies to a link. Pure: no table, no clock.

Precedence: a group's rule beats a global one; the more specific beats the wider; deny beats allow at equal
rank; over a chain of redirects a deny on any hop wins, otherwise the final hop's rule. An allow of a shortener covers
only itself: it says nothing about where the short link leads.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from scans.engine.heuristics.hosting import is_shortener
from scans.engine.links import Link
from scans.engine.names import suffixes

MAX_PATTERN = 200
MIN_PATTERN_LITERALS = 4
MAX_PATTERN_STARS = 8


class Kind(StrEnum):
    URL = "url"
    HOST = "host"
    PATTERN = "pattern"
    DOMAIN = "domain"


class Ruling(StrEnum):
    ALLOW = "allow"
    DENY = "deny"


class InvalidPattern(ValueError):
    """The pattern cannot be used; the message says what to change."""


SPECIFICITY = {Kind.URL: 3, Kind.HOST: 2, Kind.PATTERN: 1, Kind.DOMAIN: 0}


@dataclass(frozen=True, slots=True)
class Subject:
    """What of a link the rules look at; `address` is host, path and query without the scheme."""

    url_hash: str
    host: str
    registrable_domain: str
    address: str
    is_shortener: bool = False

    @classmethod
    def of(cls, link: Link) -> Subject:
        return cls.of_parts(link.url_hash, link.host, link.registrable_domain, link.url)

    @classmethod
    def of_parts(cls, url_hash: str, host: str, registrable_domain: str, url: str) -> Subject:
        return cls(url_hash, host, registrable_domain, url.partition("://")[2], is_shortener(host))


@dataclass(frozen=True, slots=True)
class Rule:
    """One override as the precedence sees it; `id` is the row's."""

    id: int
    kind: Kind
    target: str
    ruling: Ruling
    is_groups_own: bool


def candidates(subject: Subject) -> list[tuple[Kind, str]]:
    """The exact keys under which a rule for this link may be stored, most specific first."""
    keys = [(Kind.URL, subject.url_hash), (Kind.HOST, subject.host)]
    host, domain = subject.host, subject.registrable_domain
    while domain and (host == domain or host.endswith(f".{domain}")):
        keys.append((Kind.DOMAIN, host))
        if host == domain:
            break
        host = host.partition(".")[2]
    return keys


def check_pattern(pattern: str) -> str:
    """The pattern in lower case; raises InvalidPattern when it would match nearly everything or nothing."""
    pattern = pattern.strip().lower()
    if len(pattern) > MAX_PATTERN or pattern.count("*") > MAX_PATTERN_STARS:
        raise InvalidPattern(f"Use at most {MAX_PATTERN} characters and {MAX_PATTERN_STARS} stars.")
    if "://" in pattern or any(character.isspace() for character in pattern):
        raise InvalidPattern("Write host and path only, without http:// and without spaces: *.example.com/pay/*")
    host = pattern.partition("/")[0]
    is_short = sum(character.isalnum() for character in host) < MIN_PATTERN_LITERALS
    if is_short or "." not in host.strip("*.") or not suffixes.split(host.strip("*.")).domain:
        raise InvalidPattern(
            "Name at least a domain, such as *.example.com or shop-*.example.com: this would match too much."
        )
    return pattern


def glob(pattern: str, text: str) -> bool:
    """Whether `text` matches, `*` standing for any run of characters. Linear in the text for each star."""
    first, *rest = pattern.split("*")
    if not rest:
        return text == pattern
    *middle, last = rest
    if len(text) < len(first) + len(last) or not text.startswith(first) or not text.endswith(last):
        return False
    at, end = len(first), len(text) - len(last)
    for piece in middle:
        found = text.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return True


def applies(rule: Rule, subject: Subject) -> bool:
    if rule.kind is Kind.PATTERN:
        return _fits(rule.target, subject)
    return (rule.kind, rule.target) in candidates(subject)


def _fits(pattern: str, subject: Subject) -> bool:
    """Host against host (or host:port), path against path and query: a star that crossed over would let anyone write
    an allowed host into his path."""
    host, has_path, path = pattern.partition("/")
    authority, _, rest = subject.address.lower().partition("/")
    is_host = glob(host, subject.host) or glob(host, authority.rpartition("@")[2])
    return is_host and (not has_path or glob(path, rest))


def strongest(rules: Iterable[Rule], subject: Subject) -> Rule | None:
    """The rule that decides this link among those given; None when none applies."""
    fitting = [rule for rule in rules if applies(rule, subject)]
    return max(fitting, key=_rank, default=None)


def _rank(rule: Rule) -> tuple[bool, int, int, bool, int]:
    return (rule.is_groups_own, SPECIFICITY[rule.kind], len(rule.target), rule.ruling is Ruling.DENY, rule.id)


def over_hops(rules: Sequence[Rule], hops: Sequence[Subject]) -> Rule | None:
    """The rule that decides a chain: a deny on any hop, otherwise what the final hop's rule says."""
    found = [strongest(rules, hop) for hop in hops]
    denies = [rule for rule in found if rule is not None and rule.ruling is Ruling.DENY]
    if denies:
        return max(denies, key=_rank)
    final = found[-1] if found else None
    return None if final is None or hops[-1].is_shortener else final


@dataclass(frozen=True, slots=True)
class Book:
    """Many rules of one scope, sorted so that a link is held only against those that may apply to it."""

    exact: Mapping[tuple[Kind, str], Sequence[Rule]]
    patterns: Sequence[Rule]

    @classmethod
    def of(cls, rules: Iterable[Rule]) -> Book:
        exact: defaultdict[tuple[Kind, str], list[Rule]] = defaultdict(list)
        patterns = []
        for rule in rules:
            if rule.kind is Kind.PATTERN:
                patterns.append(rule)
            else:
                exact[rule.kind, rule.target].append(rule)
        return cls(dict(exact), tuple(patterns))

    def about(self, hops: Sequence[Subject]) -> list[Rule]:
        """The rules that may apply to a link: those under its keys, and the patterns."""
        keys = {key for hop in hops for key in candidates(hop)} if self.exact else set()
        return [rule for key in sorted(keys) for rule in self.exact.get(key, ())] + list(self.patterns)


def over_books(books: Sequence[Book], hops: Sequence[Subject]) -> Rule | None:
    """The rule of several books, a group's own and the one of all groups, that decides a link."""
    return over_hops([rule for book in books for rule in book.about(hops)], hops)
