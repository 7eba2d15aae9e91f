"""Links of plain characters, which most are: one regular expression reads them as the general way does, much faster."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from scans.engine.finding.bare_hosts import host_before, host_of_compound, is_host, is_ipv4, is_plain_number_link
from scans.engine.finding.evasions import Evasion
from scans.engine.names.suffixes import is_top_level_domain


class Candidate(NamedTuple):
    """A piece of a text: as written, as an absolute URL to be parsed, and what had to be undone to read it."""

    raw: str
    url: str
    evasions: tuple[Evasion, ...] = ()


# What only a scheme before it makes part of a link; 0080 is read closely.
_NO_PORTS = frozenset({":/", ":?", ":#", ":0"})
PLAIN_SCHEMES = frozenset({"", "http://", "https://"})

# Most links: a path of harmless characters, brackets and marks of a sentence around. The general way reads each alike,
# many times slower (a test compares them). Letters of a host are those that may stand beside Latin ones.
_HOST_LETTERS = "A-Za-z0-9À-ÖØ-öø-ſΑ-ωЀ-ҁҊ-ӿ"
_LETTERS = f"{_HOST_LETTERS}א-ת\u0620-\u064aぁ-ゖァ-ヺー一-鿿"
_LINK = (
    f"(((?i:https?)://)?([{_HOST_LETTERS}][{_HOST_LETTERS}._-]*(?<=[{_HOST_LETTERS}]))"
    f"((?::(?:[1-5][0-9]{{4}}|[0-9]{{1,4}}))?(?:[/?#][{_LETTERS}/._%+=&?#,@~-]*(?<=[{_LETTERS}/=&+%_-]))?))"
)
_PLAIN_LINK = re.compile(
    "(?:[\U0001f300-\U0001faff\u2600-\u27bf\ufe0f]+(?=https?:))?(?:[(\\[{*~'#]*|[<\"«]|\\[[A-Za-z0-9]+\\]\\()"
    f"{_LINK}(?!:\\?)"
    "[.,!?;:)*\\]}…。]*(?:['>\"»][.,!?;:)*\\]}…。]*)?(?:(?<!=)[\U0001f300-\U0001f64f]+)?"
)
_PLAIN_LINK_INSIDE = re.compile(
    f"(?<![@._{_HOST_LETTERS}-])(?=[{_HOST_LETTERS}_-]+\\.[{_HOST_LETTERS}]|(?i:https?)://)(?>{_LINK})(?!@)"
)
_SINGLE_DOT = re.compile(r"[^.]\.[^.]")
# E-mail addresses, amounts, times and ratios: 1.250,00 and 1.5:1.
_MAILBOX = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+[.,!?;:)]*")
_AMOUNT = re.compile(r"[A-Z$€£]{0,3}[0-9]+(?:[.,:/%-][0-9]+){1,2}[.,!?;:)%€]*")

# The scheme of a link that was written without one: browsers try it first, and it shares the verdict of the full form.
ASSUMED_SCHEME = "https://"


def plainly(word: str) -> tuple[Candidate, ...] | None:
    """What a word of plain characters holds, None when only a closer look can tell."""
    plain = _PLAIN_LINK.fullmatch(word)
    if plain is not None and (";" not in word or "&" not in word):
        return _plain_candidates(*plain.groups(""))
    is_none = _MAILBOX.fullmatch(word) if "@" in word else _AMOUNT.fullmatch(word)
    return None if is_none is None else ()


def _plain_candidates(link: str, scheme: str, host: str, tail: str) -> tuple[Candidate, ...] | None:
    """The same of the parts of a link."""
    is_ascii = host.isascii()
    if scheme:
        if ".." in host or (not is_ascii and not is_top_level_domain(host[host.rfind(".") + 1 :])):
            return None
        if "-" in host and host.rfind("-") > host.rfind(".") and host_of_compound(host):
            return None
        return (Candidate(link, link if scheme in PLAIN_SCHEMES else scheme.lower() + link[len(scheme) :]),)
    if not is_ascii or tail[:2] in _NO_PORTS:
        return None
    if ".." in host:  # "wait...what"
        return () if not tail and _SINGLE_DOT.search(host) is None else None
    if host[-1].isdigit():  # no name ends so, and only four numbers are an address
        may_be_link = tail or "-" in host or (is_ipv4(host) and is_plain_number_link(host))
        return None if may_be_link and _AMOUNT.fullmatch(link) is None else ()
    if is_host(host, has_more=bool(tail)):
        return (Candidate(link, ASSUMED_SCHEME + link),)
    return None if tail or "-" in host or host_before(host) else ()


def plain_ones(text: str) -> Iterator[Candidate]:
    """The links of plain characters in a text, whatever is glued to them."""
    for link, scheme, host, tail in _PLAIN_LINK_INSIDE.findall(text):
        if scheme:
            read = scheme + host.partition("..")[0] if ".." in host else link
            yield Candidate(read, scheme.lower() + read[len(scheme) :])
        elif ".." in host:
            yield from plain_ones(" ".join([*host.split("..")[:-1], host.rpartition("..")[2] + tail]))
        elif read := _read_of(host, tail):
            yield Candidate(read, ASSUMED_SCHEME + read)


def _read_of(host: str, tail: str) -> str:
    """What anybody reads of a host without a scheme and what follows it; empty when it is no link."""
    ending = host[host.rfind(".") + 1 :]
    if is_top_level_domain(ending):
        is_link = is_host(host, has_more=bool(tail))
    else:
        is_link = ending.isdigit() and is_ipv4(host) and (bool(tail) or is_plain_number_link(host))
    return host + tail if is_link else host_before(host)
