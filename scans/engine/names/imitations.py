"""How a host name borrows a protected name: in full, look-alike, mistyped, embedded, glued to other words."""

from __future__ import annotations

import itertools
import string
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from scans.engine.names import brands, suffixes
from scans.engine.names.brands import Brand
from scans.engine.names.confusables import scripts, skeleton, to_unicode
from scans.engine.names.host_lists import ABOUT_OTHERS
from scans.engine.names.words import LURE, are_words, asks_for_credentials, words_of


class Kind(StrEnum):
    """The ways of borrowing a name, strongest first."""

    HOMOGLYPH = "homoglyph"
    EMBEDDED = "embedded"
    LOOKALIKE = "lookalike"
    TYPO = "typo"
    NAMED = "named"
    OTHER_ENDING = "other_ending"


@dataclass(frozen=True, slots=True)
class Imitation:
    """One borrowed name: how, whose and as written; whether the address also asks for credentials or lures."""

    kind: Kind
    brand: Brand
    seen: str
    asks: bool
    lures: bool


# Endings that make `paypal-com` a domain written out; country endings are ordinary words (in, it, es, de).
_WRITTEN_OUT_ENDINGS = ("com", "net", "org", "gov", "io")
_MIN_LOOKALIKE = 5
_MIN_GLUED = 5
# How the endings of universities, governments and armies begin: edu, ac.uk, gov.br.
_INSTITUTIONS = frozenset({"edu", "ac", "gov", "gob", "mil"})
# Words of host names remembered: the same few come again and again.
CACHED_TOKENS = 8192
# Words that a protected name is made of at most: bank-of-america.
_MOST_PIECES = 3
# Labels of the shortest address with a whole domain in front: paypal.com.evil, the ending aside.
_LEAST_LABELS = 3
_LONGEST_NAME = max(len(name) for name in brands.BY_SKELETON)
# How names of _MIN_GLUED letters or more begin and end: nearly every other word is told apart by these.
_BEGINNINGS = frozenset(name[:_MIN_GLUED] for name in brands.BY_SKELETON if len(name) >= _MIN_GLUED)
_ENDS = frozenset(name[-_MIN_GLUED:] for name in brands.BY_SKELETON if len(name) >= _MIN_GLUED)


def _is_about_others(parts: suffixes.HostParts, registrable_domain: str) -> bool:
    """Encyclopaedias, download sites, proxies of libraries: the borrowed name says what it is about."""
    return (
        registrable_domain in ABOUT_OTHERS
        or parts.suffix in ABOUT_OTHERS
        or parts.suffix.partition(".")[0] in _INSTITUTIONS
    )


@lru_cache(maxsize=suffixes.CACHED_HOSTS)
def find(host: str) -> Imitation | None:
    """The strongest imitation in an ASCII host name, None for a brand's own domains and for ordinary names."""
    parts = suffixes.split(host)
    registrable = parts.registrable_domain
    if brands.is_never_imitation(host, registrable) or _is_about_others(parts, registrable):
        return None
    return _strongest(host[: -len(parts.suffix) - 1] if parts.suffix else host.rpartition(".")[0])


def _strongest(own: str) -> Imitation | None:
    """The strongest imitation among the labels left of the public suffix."""
    written = to_unicode(own)
    labels = written.split(".")
    tokens = words_of(written)
    found = [*_embedded(labels, tokens)] if _may_embed(labels, tokens) else []
    for token in tokens:
        found += _borrowed(token)
    if "-" in own:
        found += _hyphenated(labels)
    if not found:
        return None
    kind, brand, seen = min(found, key=_weakness)
    if kind is Kind.NAMED and seen == labels[-1] and seen in brand.names:
        kind = Kind.OTHER_ENDING
    rest = (*tokens, *(seen.removeprefix(name).removesuffix(name) for name in brand.names))
    asks = any(asks_for_credentials(word) for word in rest)
    return Imitation(kind, brand, seen, asks, any(word in LURE for word in rest))


_Found = tuple[Kind, Brand, str]


_ORDER = tuple(Kind)
_FORGED = (Kind.HOMOGLYPH, Kind.EMBEDDED)


def _weakness(found: _Found) -> tuple[bool, bool, int]:
    """Sorts forgeries first, whosever name it is; then names that are no ordinary words; then by kind."""
    kind, brand, _ = found
    return kind not in _FORGED, brand.common, _ORDER.index(kind)


def _may_embed(labels: list[str], tokens: list[str]) -> bool:
    """Whether a whole domain may stand in these labels: a name with something behind it, or labels enough."""
    return len(labels) >= _LEAST_LABELS or not brands.BY_NAME.keys().isdisjoint(tokens)


def _embedded(labels: list[str], tokens: list[str]) -> Iterator[_Found]:
    """A brand's whole domain: paypal.com.evil.tld, wa.me.evil.tld, paypal-com.evil.tld; not amazon.com.be."""
    front = labels[1:] if labels[0] == "www" else labels
    for length in range(2, min(len(front), _MOST_PIECES + 1)):
        domain = ".".join(front[:length])
        owner = brands.owner(domain)
        if owner is not None:
            yield Kind.EMBEDDED, owner, domain
    for at, (name, ending) in enumerate(itertools.pairwise(tokens)):
        brand = brands.BY_NAME.get(name)
        if brand is None or (ending == labels[-1] and at + 2 == len(tokens)):
            continue
        longer = ".".join(tokens[at + 1 : at + 3])
        if f"{name}.{longer}" in brand.domains and "." in longer:
            yield Kind.EMBEDDED, brand, f"{name}.{longer}"
        elif ending in _WRITTEN_OUT_ENDINGS and f"{name}.{ending}" in brand.domains:
            yield Kind.EMBEDDED, brand, f"{name}.{ending}"


@lru_cache(maxsize=CACHED_TOKENS)
def _borrowed(token: str) -> tuple[_Found, ...]:
    """A name as a word of its own or glued to words of scam addresses, in any spelling that looks like it."""
    exact = brands.BY_NAME.get(token)
    return tuple(_disguised(token)) if exact is None else ((Kind.NAMED, exact, token),)


def _disguised(token: str) -> Iterator[_Found]:
    numbered = brands.BY_NAME.get(token.strip(string.digits))
    if numbered is not None:
        yield Kind.NAMED, numbered, token
        return
    shape = skeleton(token)
    same_shape = brands.BY_SKELETON.get(shape)
    if same_shape is not None:
        name, brand = same_shape
        if not token.isascii():
            yield Kind.HOMOGLYPH, brand, token
        elif len(name) >= _MIN_LOOKALIKE:
            yield Kind.LOOKALIKE, brand, token
        return
    mistyped = brands.mistyped(token)
    if mistyped is not None:
        yield Kind.TYPO, brands.BY_NAME[mistyped], token
        return
    yield from _glued(token, shape)


def _glued(token: str, shape: str) -> Iterator[_Found]:
    """paypallogin, loginpaypal, paypa1secure: the name at one end, words of scam addresses for the rest."""
    if shape[:_MIN_GLUED] not in _BEGINNINGS and shape[-_MIN_GLUED:] not in _ENDS:
        return
    for length in range(_MIN_GLUED, min(_LONGEST_NAME, len(shape) - 1) + 1):
        for piece, rest in ((shape[:length], shape[length:]), (shape[-length:], shape[:-length])):
            known = brands.BY_SKELETON.get(piece)
            if known is None or not are_words(rest):
                continue
            name, brand = known
            if name in token:
                yield Kind.NAMED, brand, token
            else:
                yield (Kind.LOOKALIKE if token.isascii() else Kind.HOMOGLYPH), brand, token


def _hyphenated(labels: list[str]) -> Iterator[_Found]:
    """A name with hyphens put in: wells-fargo, face-book, bank-of-america."""
    for label in labels:
        parts = label.split("-")
        for start in range(len(parts) - 1):
            for end in range(start + 2, min(start + _MOST_PIECES, len(parts)) + 1):
                brand = brands.BY_NAME.get("".join(parts[start:end]))
                if brand is not None:
                    yield Kind.NAMED, brand, "-".join(parts[start:end])


def only_accents(seen: str) -> bool:
    """Whether a spelling stays within one alphabet of accented Latin letters (äpple), which honest words do too."""
    return scripts(seen) <= {"LATIN"}
