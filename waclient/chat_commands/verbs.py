"""What a message asks of the bot, if anything: forgiving in spelling and language. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeVar

from groups.policy import Preset
from waclient.chat_commands.lengths import fold_marks, length_of
from waclient.chat_commands.synonyms import LANGUAGE_NAMES, MEMBERS, POLICIES, SYNONYMS, Verb

# A bare "!word" must be close to one of ours, or it is meant for somebody else; after "!scanner" it is meant for us.
CLOSE, CLOSE_ENOUGH = 0.8, 0.7
MIN_FUZZY = 3  # characters; shorter words are too alike
MAX_FIRST_LINE = 200  # characters in which the verb is looked for
NAMES = ("scanner", "wbscanner", "escaner", "skanner")
# The full-width sign and the inverted one stand where a phone's keyboard puts them.
START = re.compile(r"^\s*[!！¡]\s?¿?(?P<rest>\S.*)$", re.DOTALL)
WORD = re.compile(r"[^\s:,;!?¿.]+")

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Spoken:
    """A command: its verb, None where "!scanner" is followed by nothing we know, and what stood behind it.

    `is_named`: it was written to the bot by its name.
    """

    verb: Verb | None
    rest: str = ""
    is_named: bool = False


def read(text: str) -> Spoken | None:
    """The command that a message is; None for everything that is not meant for the bot."""
    found = START.match(text)
    if found is None:
        return None
    rest = found["rest"]
    first = WORD.match(rest)
    if first is None:
        return None
    if _is_name(first[0]):
        return _for_us(rest[first.end() :].strip(" \t\n:,"))
    verb, after = _verb(rest, MEMBER_WORDS, CLOSE)
    return None if verb is None else Spoken(verb, after)


def preset_of(text: str) -> Preset | None:
    """The ready-made policy that somebody names."""
    return _close(fold(text).strip(" ."), _words(POLICIES), CLOSE_ENOUGH)


def language_of(text: str) -> str | None:
    """The code of the language that somebody names by code or by name."""
    word = fold(text).strip(" .")
    return word if word in LANGUAGE_NAMES else _close(word, _words(LANGUAGE_NAMES), CLOSE_ENOUGH)


def fold(text: str) -> str:
    """Lower case without the accents of Latin letters, as synonyms are written."""
    return fold_marks(unicodedata.normalize("NFKD", text.casefold()))


def _for_us(rest: str) -> Spoken:
    """What follows "!scanner"; nothing at all asks for help."""
    if not rest:
        return Spoken(Verb.HELP, is_named=True)
    verb, after = _verb(rest, ALL_WORDS, CLOSE_ENOUGH)
    if verb is Verb.PAUSE and length_of(after) is not None:
        return Spoken(Verb.MUTE, after, is_named=True)  # "pause for an hour" ends by itself
    return Spoken(verb, after, is_named=True)


def _verb(text: str, words: Mapping[str, Verb], cutoff: float) -> tuple[Verb | None, str]:
    """The verb at the start of a text, of two words where such a one is known, and what stands behind it."""
    spans = list(WORD.finditer(text[:MAX_FIRST_LINE]))[:2]
    if len(spans) > 1 and (verb := words.get(fold(f"{spans[0][0]} {spans[1][0]}".replace("-", " ")))):
        return verb, text[spans[1].end() :].strip(" \t\n:,")
    if not spans:
        return None, ""
    return _close(fold(spans[0][0]).replace("-", " "), words, cutoff), text[spans[0].end() :].strip(" \t\n:,")


def _close(word: str, words: Mapping[str, Key], cutoff: float) -> Key | None:
    if word in words:
        return words[word]
    if len(word) < MIN_FUZZY:
        return None
    same_start = [one for one in words if one[0] == word[0]]
    nearest = get_close_matches(word, same_start, n=1, cutoff=cutoff)
    return words[nearest[0]] if nearest else None


def _words(table: Mapping[Key, tuple[str, ...]]) -> dict[str, Key]:
    return {fold(word): key for key, synonyms in table.items() for word in synonyms}


def _is_name(word: str) -> bool:
    return bool(get_close_matches(fold(word), NAMES, n=1, cutoff=0.85))


ALL_WORDS = _words(SYNONYMS)
MEMBER_WORDS = {word: verb for word, verb in ALL_WORDS.items() if verb in MEMBERS}
