"""Whether words joined by a dot, without a scheme, are a host name or just a sentence, a file or a number."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice

from scans.engine.finding import characters
from scans.engine.names import suffixes

MAX_HOST = 253
MAX_LABEL = 63

# Answers remembered: the same few sites and the same dotted words come again and again.
CACHED_HOSTS = 4096

# Top-level domains that are also file endings. Bare `name.py` is taken for a file; a scheme, www., a port, a path or
# a second-level suffix (`name.com.py`) makes it a link.
FILE_ENDINGS = frozenset({"java", "md", "mov", "ps", "py", "sh", "so", "zip"})

# Country domains with many real two-label sites (Poland, Serbia, …) that are file endings too: only the usual names
# of source files are taken for files.
FILE_OR_COUNTRY = frozenset({"cc", "mk", "ml", "pl", "pm", "rs"})
FILE_STEMS = frozenset({
    "app", "build", "client", "common", "config", "core", "file", "index", "lib", "main", "makefile", "mod", "perl",
    "readme", "run", "script", "server", "setup", "start", "test", "tests", "types", "utils",
})  # fmt: skip

# Top-level domains that end up behind a full stop when a space is missing ("ok.so what", "yes.me too"). A name of
# three letters or fewer before them, with nothing behind, is a sentence.
EVERYDAY_WORDS = frozenset({
    "am", "as", "at", "be", "best", "by", "call", "do", "got", "here", "how", "in", "is", "it", "like", "me", "my",
    "no", "now", "one", "pm", "read", "so", "to", "us", "you",
})  # fmt: skip
MAX_SENTENCE_WORD = 3

# Everyday words whose registry sells to nobody: a name of any length before them is a sentence.
CLOSED_WORDS = frozenset({"got", "here", "like", "now", "call", "read", "you"})

# 10.0.0.1 may be a version; 10.50.23.250 has two long numbers, 121.1.1.1 a longer first one than any version.
FIRST_LONG_NUMBER = 10
MIN_LONG_NUMBERS = 2
FIRST_UNVERSIONED = 100

# Below FIRST_UNVERSIONED the numbers of no network that anybody on the internet has: 0.0.0.0/8 and 10.0.0.0/8.
FIRST_OF_NOBODY = frozenset({0, 10})

# Endings that people capitalise in a host name ("Example.Com"); any other capitalised ending starts a sentence.
CAPITALISED = frozenset({"Com", "Net", "Org"})

# What stands before a single dot, behind the last picture or word of another script, and the ending behind it.
_WORDS = re.compile(
    f"(?>(?:[^.]*(?:[{characters.PICTURES}]|[{characters.UNLATIN}](?=[0-9A-Za-z])))?)([^.]++)\\.([A-Za-z]{{2,63}})"
)

# Hyphens of a compound word that are looked at.
MAX_HYPHENS = 8
_HYPHEN = re.compile(r"(?<=[^\W_])-(?=[^\W_])")
_NEXT_SENTENCE = re.compile(r"(.+\.(?:com|net|org))\.[^\W\d_]{2,}", re.IGNORECASE)

# Labels that are neither empty nor too long and have no hyphen at an edge.
_LABEL = rf"(?!-)[^.]{{1,{MAX_LABEL}}}(?<!-)"
_LABELS = re.compile(rf"{_LABEL}(?:\.{_LABEL})*", re.DOTALL)

_IPV4 = re.compile(r"(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)")


def is_ipv4(host: str) -> bool:
    """Whether four decimal numbers 0-255 are joined by dots."""
    return _IPV4.fullmatch(host) is not None


@lru_cache(maxsize=CACHED_HOSTS)
def is_plain_number_link(host: str) -> bool:
    """Whether four numbers count as a link with nothing behind them: an address that somebody has, or no version."""
    numbers = [int(number) for number in host.split(".")]
    if numbers[-1] == 0 or ".".join(map(str, numbers)) != host:  # a network, or with zeros in front
        return False
    is_long = numbers[0] >= FIRST_UNVERSIONED or sum(each >= FIRST_LONG_NUMBER for each in numbers) >= MIN_LONG_NUMBERS
    return is_long or numbers[0] not in FIRST_OF_NOBODY


@lru_cache(maxsize=CACHED_HOSTS)
def is_host(host: str, *, has_more: bool) -> bool:
    """Whether a host written without a scheme counts; has_more: a port, path or query follows it."""
    name, dot, ending = host.rpartition(".")
    if not dot or len(host) > MAX_HOST or not suffixes.is_top_level_domain(ending):
        return False
    name = name.lower()
    if not has_more and _are_words(name.split("."), ending):
        return False
    if _LABELS.fullmatch(name) is None:
        return False
    parts = suffixes.split(host.lower())
    return bool(parts.domain) or parts.is_private


def host_of_compound(words: str) -> str:
    """The host of a compound word, `booking.com` of `booking.com-account`; empty when there is none."""
    name, _, last = words.rpartition(".")
    ending, hyphen, rest = last.partition("-")
    if not hyphen or not rest[:1].isalnum():
        return ""
    host = f"{name}.{ending}"
    return host if is_host(host, has_more=False) else ""


def host_before(words: str) -> str:
    """The host that a phone reads at the start of words without one at their end; empty when there is none.

    `vases.com` of `vases.com-1.2` and of `vases.com.Then`, where a space is missing.
    """
    if "-" in words:
        for hyphen in islice(_HYPHEN.finditer(words, words.find(".") + 1), MAX_HYPHENS):
            host = words[: hyphen.start()]
            if suffixes.is_top_level_domain(host[host.rfind(".") + 1 :]) and is_host(host, has_more=False):
                return host
    glued = _NEXT_SENTENCE.fullmatch(words) if words.count(".") > 1 else None
    return glued.group(1) if glued and is_host(glued.group(1), has_more=False) else ""


def ends_in_words(run: str) -> bool:
    """Whether a run of host characters with one dot and nothing behind is a file or a sentence, whatever is glued on.

    Asked first of runs that hold no link: a text may hold thousands.
    """
    words = _WORDS.fullmatch(run) if run.count(".") == 1 else None
    return words is not None and _are_words([words.group(1).lower().lstrip("-_")], words.group(2))


def _are_words(labels: list[str], ending: str) -> bool:
    """Whether dotted words with nothing behind are the name of a file or the border of two sentences."""
    return labels[0] != "www" and (_is_file(labels, ending.lower()) or _is_sentence(labels, ending))


def _is_file(labels: list[str], ending: str) -> bool:
    if ending in FILE_ENDINGS:
        return not suffixes.is_suffix(f"{labels[-1]}.{ending}")
    return ending in FILE_OR_COUNTRY and len(labels) == 1 and labels[0] in FILE_STEMS


def _is_sentence(labels: list[str], ending: str) -> bool:
    if ending.istitle() and ending not in CAPITALISED:
        return True
    if ending.lower() in CLOSED_WORDS:
        return True
    return len(labels) == 1 and len(labels[0]) <= MAX_SENTENCE_WORD and ending.lower() in EVERYDAY_WORDS
