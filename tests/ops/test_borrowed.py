"""The desk's Portuguese is one: what Django itself says there is Brazil's too."""

from __future__ import annotations

import polib
import pytest
from django.utils import translation
from django.utils.translation import gettext, pgettext

from tests import borrowed
from tests.catalogues import DESK_TEXTS

CHANGED = "The {name} “{obj}” was changed successfully. You may edit it again below."


def test_djangos_own_messages_are_brazilian() -> None:
    with translation.override("pt"):
        assert gettext(CHANGED) == "O {name} “{obj}” foi alterado com sucesso. Você pode alterá-lo novamente abaixo."
        assert gettext("Your password was changed.") == "Sua senha foi alterada."
    assert "palavra-passe" not in str(borrowed.brazilian())


def test_words_of_the_desk_stand_before_djangos() -> None:
    theirs = {(entry.msgctxt, entry.msgid) for entry in borrowed.brazilian()}
    ours = [one for one in DESK_TEXTS.read("pt") if (one.msgctxt, one.msgid) in theirs and not one.msgid_plural]
    assert len(ours) > 20

    with translation.override("pt"):
        said = {one.msgid: pgettext(one.msgctxt, one.msgid) if one.msgctxt else gettext(one.msgid) for one in ours}

    assert said == {one.msgid: one.msgstr for one in ours}


def test_the_catalogue_is_the_installed_djangos() -> None:
    """Red after an update of Django: `make messages`."""
    kept, packed = polib.pofile(str(borrowed.PO), wrapwidth=110), polib.mofile(str(borrowed.PO.with_suffix(".mo")))

    assert str(kept) == str(borrowed.brazilian())
    assert len(packed) == len(kept)


@pytest.mark.parametrize("language", ["es", "fr", "de", "ar"])
def test_other_languages_keep_djangos_words(language: str) -> None:
    with translation.override(language):
        assert gettext(CHANGED) != CHANGED
