"""Which language a group writes: counted in memory only, on messages that carry links. Only the outcome is stored."""

from __future__ import annotations

import re
from collections import Counter, defaultdict

import gcld3

from groups.models import Group
from waclient.client import InboundMessage, MessageKind
from wbscanner.languages import CODES

# Letters below which a guess is a guess, characters above which more say nothing new.
LEAST_LETTERS = 15
MOST_CHARACTERS = 500
# Messages that are counted before anything is suggested, and the share of them that one language needs.
LEAST_MESSAGES = 5
SHARE = 0.6
GROUPS_KEPT = 500
# What the library calls languages that we answer in; Malay and Indonesian are hardly told apart in short texts.
SAME = {"ms": "id"}
_NO_WORD = re.compile(r"[./@:]\w|\d")  # addresses and numbers

_identifier = gcld3.NNetLanguageIdentifier(0, MOST_CHARACTERS * 4)


def language_of(text: str) -> str:
    """The language of a text as a code of ours; empty when it is another one or cannot be told. Takes 0.1 ms."""
    said = text[: MOST_CHARACTERS * 2].split()
    words = " ".join(word for word in said if not _NO_WORD.search(word))[:MOST_CHARACTERS]
    if len(words.replace(" ", "")) < LEAST_LETTERS:
        return ""
    found = _identifier.FindLanguage(words.encode("utf-8", "ignore").decode("utf-8"))
    code = SAME.get(found.language, found.language)
    return code if found.is_reliable and code in CODES else ""


class Tally:
    """How many messages of each group were in which language, since the process began."""

    def __init__(self) -> None:
        self._counts: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def count(self, message: InboundMessage) -> None:
        """Count a message with a link; once a group's language shows, it is suggested in the desk."""
        code = language_of(message.words) if message.kind is MessageKind.NEW else ""
        if not code:
            return
        if message.chat not in self._counts and len(self._counts) >= GROUPS_KEPT:
            self._counts.clear()
        counts = self._counts[message.chat]
        counts[code] += 1
        [(most, times)] = counts.most_common(1)
        if counts.total() >= LEAST_MESSAGES and times / counts.total() >= SHARE:
            Group.objects.filter(jid=message.chat).exclude(suggested_language=most).update(suggested_language=most)
