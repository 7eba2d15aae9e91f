"""How long something is to last, as people write it: "2h", "for an hour", "media hora". Pure."""

from __future__ import annotations

import re
import unicodedata
from datetime import timedelta

HOURS, MINUTES, DAYS, WEEKS = 3600, 60, 86400, 604800
HALF = 0.5
UNITS = {
    MINUTES: "m min mins minute minutes minuto minutos minuten minuti menit minuut मिनट دقيقة دقائق umzuzu imizuzu",
    HOURS: "h hr hrs hour hours hora horas heure heures stunde stunden std ora ore jam uur ure घंटा घंटे ghante "
    "ghanta ساعة ساعات ihora amahora",
    DAYS: "d day days dia dias jour jours tag tage giorno giorni hari dag dae दिन din يوم ايام usuku izinsuku",
    WEEKS: "w week weeks semana semanas semaine semaines woche wochen settimana settimane minggu weke सप्ताह اسبوع "
    "iviki amaviki",
}  # fmt: skip
NUMBERS = {
    HALF: "half media meia demi halbe halben mezza mezz setengah halwe आधा आधे نصف",
    1: "a an one un una uno uma um une ein eine einer einen eins एक satu se sejam واحد een 'n",
    2: "two dos dois duas deux zwei due दो dua اثنين twee",
    3: "three tres trois drei tre तीन tiga ثلاث ثلاثة drie",
}
JOINED = {"sejam": HOURS, "sehari": DAYS, "ساعتين": 2 * HOURS, "يومين": 2 * DAYS}
PIECE = re.compile(r"(?P<number>\d{1,5}(?:[.,]\d{1,2})?)|(?P<word>[^\s\d.,:;!?]+)")


def length_of(text: str) -> timedelta | None:
    """The first length in a text; None when it names none. A number without a unit is no length."""
    number: float | None = None
    for piece in PIECE.finditer(fold_marks(unicodedata.normalize("NFKD", text.casefold()))):
        if piece["number"]:
            number = float(piece["number"].replace(",", "."))
            continue
        word = piece["word"]
        if word in JOINED:
            return timedelta(seconds=JOINED[word])
        if word in _UNITS and (number is not None or len(word) > 1):
            return timedelta(seconds=(1 if number is None else number) * _UNITS[word])
        number = _after(word, number)
    return None


def _after(word: str, number: float | None) -> float | None:
    """The number so far once a word was read: "half an hour" stays half."""
    if word not in _NUMBERS:
        return number
    return number if number == HALF and _NUMBERS[word] == 1 else _NUMBERS[word]


def fold_marks(text: str) -> str:
    """Decomposed text without the accents of Latin letters and the vowel marks of Arabic ones."""
    return "".join(one for one in text if not ("\u0300" <= one <= "\u036f" or "\u064b" <= one <= "\u0655"))


def _table(groups: dict[int, str]) -> dict[str, int]:
    return {_fold(word): seconds for seconds, words in groups.items() for word in words.split()}


def _fold(word: str) -> str:
    return fold_marks(unicodedata.normalize("NFKD", word.casefold()))


_UNITS = _table(UNITS)
_NUMBERS = {_fold(word): number for number, words in NUMBERS.items() for word in words.split()}
