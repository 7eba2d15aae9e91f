"""What a host name looks like to the eye: scripts of its letters and its skeleton in plain ASCII."""

from __future__ import annotations

import json
import unicodedata
from functools import lru_cache
from importlib.resources import files

import ada_url

# One spelling for what the eye takes for one: applied after folding to ASCII, to names and suspects alike.
_SEQUENCES = (("rn", "m"), ("vv", "w"))
_LOOKS_LIKE_ASCII = str.maketrans({"0": "o", "1": "l", "i": "l", "3": "e", "4": "a", "5": "s", "6": "b", "8": "b"})

# Scripts that ordinary words mix: Japanese, Korean and Chinese with Latin (Unicode TS 39, "highly restrictive").
_MIXES_WITH_LATIN = (
    frozenset({"LATIN", "CJK", "HIRAGANA", "KATAKANA"}),
    frozenset({"LATIN", "CJK", "HANGUL"}),
    frozenset({"LATIN", "CJK", "BOPOMOFO"}),
)
# First words of Unicode character names that name no script of their own.
_NO_SCRIPT = frozenset(
    {"COMBINING", "DIGIT", "HYPHEN", "MIDDLE", "KATAKANA-HIRAGANA", "IDEOGRAPHIC", "MODIFIER", "ZERO"}
)
# Letters of other scripts that are drawn exactly like ASCII ones: a word of nothing else may be a forged Latin word.
_TWINS = frozenset("аеорсухіјѕԁһӏԛԝѵүαικνορτυօոսհցզոյ")
_MIN_CONFUSABLE_LETTERS = 3


def _load() -> dict[str, str]:
    text = files("scans.engine.data").joinpath("confusables.json").read_text(encoding="utf-8")
    looks_like: dict[str, str] = json.loads(text)["looks_like"]
    return {char: seen for seen, chars in looks_like.items() for char in chars}


_CONFUSABLE = _load()
_CONFUSABLE_TABLE = str.maketrans(_CONFUSABLE)


def to_unicode(host: str) -> str:
    """The form of an ASCII host that browsers may show; labels that are no valid punycode stay as they are."""
    return str(ada_url.idna.decode(host)) if "xn--" in host else host


def to_ascii_shape(text: str) -> str:
    """The text with accents dropped and foreign letters replaced by the ASCII letters they look like."""
    if text.isascii():
        return text
    replaced = text.translate(_CONFUSABLE_TABLE)
    decomposed = unicodedata.normalize("NFKD", replaced)
    return "".join(char for char in decomposed if not unicodedata.combining(char)).translate(_CONFUSABLE_TABLE)


def skeleton(text: str) -> str:
    """Equal for texts that look alike: paypa1, pаypal (Cyrillic) and paypal; rnicrosoft and microsoft."""
    shape = to_ascii_shape(text.lower())
    for seen, meant in _SEQUENCES:
        shape = shape.replace(seen, meant)
    return shape.translate(_LOOKS_LIKE_ASCII)


@lru_cache(maxsize=4096)
def _script(char: str) -> str | None:
    word = unicodedata.name(char, "UNNAMED").split(" ", 1)[0]
    return None if word in _NO_SCRIPT or not char.isalpha() else word


def scripts(label: str) -> frozenset[str]:
    """The scripts of a label's letters as upper-case names (LATIN, CYRILLIC, CJK); digits and marks have none."""
    return frozenset(script for char in label if (script := _script(char)) is not None)


def mixes_scripts(label: str) -> bool:
    """Whether a label mixes scripts in a way that no ordinary writing does."""
    found = scripts(label)
    return len(found) > 1 and not any(found <= allowed for allowed in _MIXES_WITH_LATIN)


def imitates_latin(label: str) -> bool:
    """Whether a label of another script has only letters drawn like ASCII ones (whole-script confusable)."""
    letters = [char for char in label if char.isalpha()]
    return len(letters) >= _MIN_CONFUSABLE_LETTERS and _TWINS.issuperset(letters) and len(scripts(label)) == 1
