"""Words of Django itself in the Portuguese that the desk speaks: Brazil's. Part of `make messages`.

The desk's language is called "pt", and what Django knows by that name is Portugal's. Its Brazilian words, where they
differ, are taken over into a catalogue of their own, which stands behind those of the desk.
"""

from __future__ import annotations

from pathlib import Path

import django
import polib

from tests.strings import ROOT

PO = ROOT / "locale" / "django" / "pt" / "LC_MESSAGES" / "django.po"
APPS = ("conf", "contrib/admin", "contrib/auth", "contrib/contenttypes", "contrib/humanize", "contrib/sessions")
HEADER = """Django's own translations into Brazilian Portuguese (BSD licence), where Portugal's differ.
Made by `make messages`."""


def of_django(app: str, language: str) -> polib.POFile:
    folder = Path(django.__file__).parent / app / "locale" / language / "LC_MESSAGES"
    return polib.pofile(str(folder / "django.po"))


def brazilian() -> polib.POFile:
    """Every translated entry that reads otherwise in Portugal."""
    catalogue = polib.POFile(wrapwidth=110)
    catalogue.header = HEADER
    known: set[tuple[str, str]] = set()
    for app in APPS:
        theirs = {_key(entry): _words(entry) for entry in of_django(app, "pt").translated_entries()}
        ours = of_django(app, "pt_BR")
        catalogue.metadata = {**_metadata(ours)}
        for entry in ours.translated_entries():
            if theirs.get(_key(entry)) != _words(entry) and _key(entry) not in known:
                known.add(_key(entry))
                catalogue.append(_bare(entry))
    return catalogue


def save(catalogue: polib.POFile) -> None:
    PO.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(PO))
    PO.with_suffix(".mo").write_bytes(catalogue.to_binary())


def _metadata(theirs: polib.POFile) -> dict[str, str]:
    kept = ("MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Plural-Forms")
    return {"Language": "pt", **{name: theirs.metadata[name] for name in kept}}


def _key(entry: polib.POEntry) -> tuple[str, str]:
    return entry.msgctxt or "", entry.msgid


def _words(entry: polib.POEntry) -> object:
    return entry.msgstr or dict(entry.msgstr_plural)


def _bare(entry: polib.POEntry) -> polib.POEntry:
    return polib.POEntry(
        msgctxt=entry.msgctxt, msgid=entry.msgid, msgid_plural=entry.msgid_plural, msgstr=entry.msgstr,
        msgstr_plural=entry.msgstr_plural, flags=[flag for flag in entry.flags if flag.endswith("-format")],
    )  # fmt: skip
