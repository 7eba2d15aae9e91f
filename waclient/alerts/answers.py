"""What people answer to alerts, read from what they write. Pure; forgiving in case, spelling and language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Word(StrEnum):
    SCAM = "scam"
    FINE = "fine"
    WHY = "why"
    UNDO = "undo"


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody answers, to which alerts by number; without numbers it is about the alert that is quoted."""

    word: Word
    numbers: tuple[int, ...] = ()


# Without accents, in small letters, letters that are repeated once. Synonyms in the languages of the answers.
SYNONYMS: Mapping[Word, str] = {
    Word.SCAM: "bad scam spam fraud phishing dangerous block "
    "betrug boese schlecht estafa malo mala fraude golpe ruim arnaque mauvais truffa cattivo penipuan buruk bahaya "
    "sleg bedrog swendelary kubi ukukhohlisa धोखा खराब احتيال سيئ",
    Word.FINE: "ok okay okey oke oki k fine good safe clean allow "
    "gut inordnung bien bueno bom bon bene buono baik aman goed kulungile ठीक حسنا جيد",
    Word.WHY: "why reason reasons warum wieso porque pourquoi perche kenapa mengapa hoekom kungani क्यों لماذا",
    Word.UNDO: "undo revert back "
    "zurueck rueckgaengig deshacer desfazer annuler annulla batal batalkan ontdoen hlehlisa वापस تراجع",
}
SIGNS = {
    "👎": Word.SCAM,
    "🚫": Word.SCAM,
    "⛔": Word.SCAM,
    "👍": Word.FINE,
    "✅": Word.FINE,
    "👌": Word.FINE,
    "❓": Word.WHY,
    "↩": Word.UNDO,
}
LONGEST = 60  # characters: an answer is short, anything longer is conversation
MOST_NUMBERS = 8
FILLERS = frozenset(["alert", "number", "nr", "and", "und", "y", "e", "et"])
# A letter with what stands over, under or beside it in Devanagari and Arabic.
PIECE = re.compile(r"\d+|[^\W\d_](?:[^\W\d_]|[\u0900-\u0903\u093a-\u094f\u064b-\u0652])*")
QUESTIONS = frozenset("?¿؟")
REPEATED = re.compile(r"(.)\1+")
LATIN_ONLY = re.compile(r"[\u0300-\u036f]")
SPELLING_FROM = 4  # letters: a shorter word with one letter wrong is another word
# One letter away from a synonym and meant otherwise.
OTHER_WORDS = frozenset(
    ["scan", "span", "band", "glad", "food", "find", "line", "mine", "nine", "clear", "bloc", "black", "unto"]
)


def read(text: str) -> Said | None:
    """What this message answers; None when it is no answer but conversation."""
    sign = sign_of(text)
    if sign is not None:
        return Said(sign)
    if not 0 < len(text) <= LONGEST:
        return None
    words, numbers = set[Word](), list[int]()
    for piece in PIECE.findall(_plain(text)) + _signs(text):
        if piece.isdecimal():
            numbers.append(int(piece[:9]))
        elif (word := _word(piece)) is not None:
            words.add(word)
        elif piece not in FILLERS:
            return None
    if len(words) != 1 or len(numbers) > MOST_NUMBERS:
        return None
    word = words.pop()
    is_asked = word is not Word.WHY and not QUESTIONS.isdisjoint(text)  # "7 ok?" decides nothing
    return None if is_asked else Said(word, tuple(dict.fromkeys(numbers)))


def sign_of(emoji: str) -> Word | None:
    """What a reaction says; its skin tone says nothing."""
    bare = "".join(char for char in emoji.strip() if not _is_modifier(char))
    return SIGNS.get(bare)


def _signs(text: str) -> list[str]:
    return [char for char in text if char in SIGNS]


def _is_modifier(char: str) -> bool:
    return "\U0001f3fb" <= char <= "\U0001f3ff" or char in "\ufe0f\u200d"


def _plain(text: str) -> str:
    """Small letters without accents, German umlauts spelt out."""
    small = text.casefold()
    for letter, spelt in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("por qu", "porqu")):
        small = small.replace(letter, spelt)
    return unicodedata.normalize("NFC", LATIN_ONLY.sub("", unicodedata.normalize("NFD", small)))


def _once(word: str) -> str:
    return REPEATED.sub(r"\1", word)


_WORDS = {_once(_plain(one)): word for word, ones in SYNONYMS.items() for one in ones.split()}


def _word(piece: str) -> Word | None:
    if piece in SIGNS:
        return SIGNS[piece]
    if piece in OTHER_WORDS:
        return None
    once = _once(piece)
    if once in _WORDS:
        return _WORDS[once]
    if len(once) < SPELLING_FROM:
        return None
    near = {word for known, word in _WORDS.items() if len(known) >= SPELLING_FROM and _is_near(once, known)}
    return near.pop() if len(near) == 1 else None


def _is_near(one: str, other: str) -> bool:
    """Whether one letter is wrong, missing, too many, or two neighbours changed places."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    rest, other_rest = one[start:], other[start:]
    swapped = rest[:2] == other_rest[1::-1] and rest[2:] == other_rest[2:]
    return rest[1:] == other_rest[1:] or rest == other_rest[1:] or rest[1:] == other_rest or swapped
