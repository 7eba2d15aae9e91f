"""Keeps the catalogues of what is said in chats: `make messages` after changing a text, then translate what is new.

Strings are taken from the templates (`{% translate %}`, `{% blocktranslate %}`), and from the few modules whose
sentences the desk and chats share.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import polib
from django.utils.translation.template import templatize

from wbscanner.languages import CODES

ROOT = Path(__file__).resolve().parents[1]
TEMPLATES = ("templates/replies", "templates/alerts")
SHARED = ("groups/golive.py",)
CATALOGUES = ROOT / "locale" / "chats"
TRANSLATED = sorted(CODES - {"en"})
PLURALS = {
    "ar": "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : "
    "n%100>=11 && n%100<=99 ? 4 : 5;",
    "fr": "nplurals=2; plural=(n > 1);",
    "hi": "nplurals=2; plural=(n > 1);",
    "id": "nplurals=1; plural=0;",
    "zu": "nplurals=2; plural=(n > 1);",
}
TWO_FORMS = "nplurals=2; plural=(n != 1);"
_LITERAL = r"""u?(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
_CALL = re.compile(rf"\b(n?p?gettext|_)\(\s*({_LITERAL})(?:,\s*({_LITERAL}))?(?:,\s*({_LITERAL}))?", re.DOTALL)

Key = tuple[str, str, str]
"""Context, singular, plural; the first and the last may be empty."""


def wanted() -> dict[Key, list[str]]:
    """Every string that is said in chats, with the files that hold it."""
    found: dict[Key, list[str]] = {}
    for folder in TEMPLATES:
        for path in sorted((ROOT / folder).rglob("*.txt")):
            name = path.relative_to(ROOT).as_posix()
            for key in keys_of(path.read_text(encoding="utf-8")):
                places = found.setdefault(key, [])
                if name not in places:
                    places.append(name)
    for name in SHARED:
        for key in keys_of_code((ROOT / name).read_text(encoding="utf-8")):
            found.setdefault(key, []).append(name)
    return found


def keys_of_code(source: str) -> list[Key]:
    """The strings of a module in their order."""
    keys = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"_", "ngettext"}:
            texts = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            keys.append(("", texts[0], texts[1] if node.func.id == "ngettext" else ""))
    return keys


def keys_of(template: str) -> list[Key]:
    """The strings of one template in their order."""
    keys = []
    for name, *literals in _CALL.findall(templatize(template)):
        texts = [ast.literal_eval(literal) for literal in literals if literal]
        context = texts.pop(0) if "pgettext" in name else ""
        keys.append((context, texts[0], texts[1] if name.startswith("n") else ""))
    return keys


def po_path(language: str) -> Path:
    return CATALOGUES / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> polib.POFile:
    """The catalogue of a language, empty where there is none yet."""
    path = po_path(language)
    catalogue = polib.pofile(str(path), wrapwidth=110) if path.exists() else polib.POFile(wrapwidth=110)
    catalogue.metadata = {
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURALS.get(language, TWO_FORMS),
    }
    return catalogue


def key_of(entry: polib.POEntry) -> Key:
    return entry.msgctxt or "", entry.msgid, entry.msgid_plural or ""


def update(language: str, strings: dict[Key, list[str]]) -> polib.POFile:
    """The catalogue with exactly these strings; what is translated stays, what is new waits."""
    before = {key_of(entry): entry for entry in read(language)}
    catalogue = read(language)
    catalogue.clear()
    for key, places in sorted(strings.items(), key=lambda item: (item[1][0], item[0])):
        context, singular, plural = key
        entry = before.get(key) or polib.POEntry(msgid=singular, msgid_plural=plural, msgctxt=context or None)
        entry.occurrences = [(place, "") for place in places]
        catalogue.append(entry)
    return catalogue


def save(language: str, catalogue: polib.POFile) -> None:
    path = po_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(path))
    path.with_suffix(".mo").write_bytes(catalogue.to_binary())


def main() -> None:
    strings = wanted()
    for language in TRANSLATED:
        catalogue = update(language, strings)
        save(language, catalogue)
        waiting = len(catalogue.untranslated_entries())
        print(f"{language}: {len(catalogue)} strings" + (f", {waiting} to translate" if waiting else ""))


if __name__ == "__main__":
    main()
