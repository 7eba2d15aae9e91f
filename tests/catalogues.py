"""Keeps the catalogues of translations: `make messages` after changing a text, then translate what is new.

There are two: what is said in chats, in every language that groups are answered in, and the desk, in the languages it
is shown in. A string of both is kept with the chats.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polib

from tests import borrowed, strings
from tests.strings import ROOT, Found, Key
from wbscanner.languages import CODES, DESK

PLURALS = {
    "ar": "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : "
    "n%100>=11 && n%100<=99 ? 4 : 5;",
    "fr": "nplurals=2; plural=(n > 1);",
    "hi": "nplurals=2; plural=(n > 1);",
    "id": "nplurals=1; plural=0;",
    "zu": "nplurals=2; plural=(n > 1);",
}
TWO_FORMS = "nplurals=2; plural=(n != 1);"


@dataclass(frozen=True, slots=True)
class Catalogues:
    """The catalogues of one kind of texts, one a language."""

    folder: Path
    languages: list[str]
    wanted: Callable[[], Found]

    def po_path(self, language: str) -> Path:
        return self.folder / language / "LC_MESSAGES" / "django.po"

    def read(self, language: str) -> polib.POFile:
        """The catalogue of a language, empty where there is none yet."""
        path = self.po_path(language)
        catalogue = polib.pofile(str(path), wrapwidth=110) if path.exists() else polib.POFile(wrapwidth=110)
        catalogue.metadata = {
            "Language": language,
            "MIME-Version": "1.0",
            "Content-Type": "text/plain; charset=UTF-8",
            "Content-Transfer-Encoding": "8bit",
            "Plural-Forms": PLURALS.get(language, TWO_FORMS),
        }
        return catalogue

    def update(self, language: str, found: Found) -> polib.POFile:
        """The catalogue with exactly these strings; what is translated stays, what is new waits."""
        before = {key_of(entry): entry for entry in self.read(language)}
        catalogue = self.read(language)
        catalogue.clear()
        for key, places in sorted(found.items(), key=lambda item: (item[1][0], item[0])):
            context, singular, plural = key
            entry = before.get(key) or polib.POEntry(msgid=singular, msgid_plural=plural, msgctxt=context or None)
            entry.occurrences = [(place, "") for place in places]
            catalogue.append(entry)
        return catalogue

    def save(self, language: str, catalogue: polib.POFile) -> None:
        path = self.po_path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        catalogue.save(str(path))
        path.with_suffix(".mo").write_bytes(catalogue.to_binary())


CHATS = Catalogues(ROOT / "locale" / "chats", sorted(CODES - {"en"}), strings.of_chats)
DESK_TEXTS = Catalogues(ROOT / "locale" / "desk", sorted(DESK - {"en"}), strings.of_desk)
ALL = (CHATS, DESK_TEXTS)


def key_of(entry: polib.POEntry) -> Key:
    return entry.msgctxt or "", entry.msgid, entry.msgid_plural or ""


def main() -> None:
    for catalogues in ALL:
        found = catalogues.wanted()
        for language in catalogues.languages:
            catalogue = catalogues.update(language, found)
            catalogues.save(language, catalogue)
            waiting = len(catalogue.untranslated_entries())
            rest = f", {waiting} to translate" if waiting else ""
            print(f"{catalogues.folder.name}/{language}: {len(catalogue)} strings{rest}")
    borrowed.save(borrowed.brazilian())


if __name__ == "__main__":
    main()
