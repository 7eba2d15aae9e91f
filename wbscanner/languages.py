"""The languages that groups are answered in, and those of the desk. Imports no Django: settings read it."""

from __future__ import annotations

from typing import TypedDict


class LanguageInfo(TypedDict):
    """What Django wants to know about a language that it does not know."""

    bidi: bool
    code: str
    name: str
    name_local: str


# By the name that its speakers give it: who looks for a language may read no other.
LANGUAGES = [
    ("en", "English"),
    ("es", "Español"),
    ("pt", "Português"),
    ("fr", "Français"),
    ("de", "Deutsch"),
    ("it", "Italiano"),
    ("hi", "हिन्दी"),
    ("id", "Bahasa Indonesia"),
    ("ar", "العربية"),
    ("af", "Afrikaans"),
    ("zu", "isiZulu"),
]
CODES = frozenset(code for code, _name in LANGUAGES)
DESK = frozenset({"en", "es", "pt", "fr", "de", "ar"})
"""In which the desk is shown; all of its texts are translated (locale/desk)."""
DESK_LANGUAGES = [(code, name) for code, name in LANGUAGES if code in DESK]
UNKNOWN_TO_DJANGO: dict[str, LanguageInfo] = {
    "zu": {"bidi": False, "code": "zu", "name": "Zulu", "name_local": "isiZulu"},
}
