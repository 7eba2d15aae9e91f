"""Which language a group writes is counted in memory, and only the outcome is stored."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from socket import AF_UNIX, SOCK_DGRAM, socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groups.policy import State
from tests.factories import make_group
from tests.waclient.inbound import edits, says
from waclient.ending import Ending
from waclient.languages import LEAST_MESSAGES, Tally, language_of
from waclient.listening import Listening
from waclient.models import Sighting
from waclient.rosters import Rosters
from waclient.working import Work

pytestmark = pytest.mark.django_db

SAID = {
    "en": ["Hi everyone, the school sent this form this morning", "is this real? can anyone please check it for me"],
    "es": [
        "Hola a todos, el colegio ha mandado esto para la excursión",
        "alguien sabe si esto es verdad o es mentira?",
    ],
    "pt": ["Oi gente, alguém sabe se isso é verdade?", "olha o que a prefeitura publicou hoje de manhã"],
    "fr": ["Bonjour à tous, voici le programme de la sortie", "quelqu'un sait si c'est vrai ce qu'ils disent ?"],
    "de": ["Hallo zusammen, hier ist die Anmeldung für das Fest", "weiß jemand ob das echt ist oder Betrug"],
    "it": ["Ciao a tutti, ecco il programma della gita", "qualcuno sa se è vero quello che dicono?"],
    "hi": ["नमस्ते, स्कूल ने आज सुबह यह भेजा है", "क्या यह सच है? कृपया जाँच करें"],
    "id": [
        "Selamat pagi semua, ini jadwal acara sekolah hari Jumat ya",
        "apakah berita ini benar? tolong dicek dulu ya",
    ],
    "ar": ["مرحبا جميعا، هذا برنامج الرحلة يوم الجمعة", "هل هذا الخبر صحيح يا جماعة؟"],
    "af": [
        "Hallo almal, hier is die program vir die skooluitstappie",
        "weet iemand of dit waar is? ek het dit nou net gekry",
    ],
    "zu": ["Sanibonani nonke, nanku uhlelo lokuvakasha kwesikole", "ngabe lokhu kuyiqiniso? ngicela nibheke"],
}


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, texts in SAID.items() for text in texts])
def test_short_messages_are_told_apart(code: str, text: str) -> None:
    assert language_of(f"{text} https://forms.example/a?b=c") == code


@pytest.mark.parametrize("text", ["", "ok", "https://evil.example/look/at/this/in/english", "😀" * 40, "Привет всем"])
def test_what_cannot_be_told_is_not_guessed(text: str) -> None:
    assert language_of(text) == ""


@given(st.text(max_size=2_000))
def test_no_text_breaks_it(text: str) -> None:
    language_of(text)


@pytest.fixture
def listening(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Listening]:
    with socket(AF_UNIX, SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        ending, rosters = Ending(), Rosters()
        yield Listening(ending, rosters, Work(ending, rosters))
        ending.systemd.socket.close()


def test_a_watched_groups_language_is_suggested_after_some_messages_with_links(listening: Listening) -> None:
    group = make_group(state=State.WATCH)
    for number in range(LEAST_MESSAGES - 1):
        listening.hear(says(group, f"{SAID['es'][number % 2]} https://forms.example/{number}"))
    group.refresh_from_db()
    before = group.suggested_language

    listening.hear(says(group, f"{SAID['es'][0]} https://forms.example/last"))

    group.refresh_from_db()
    assert (before, group.suggested_language, group.language) == ("", "es", "")


def test_what_has_no_link_or_comes_from_a_group_that_nobody_chose_is_not_counted(listening: Listening) -> None:
    watched, unchosen = make_group(state=State.WATCH), make_group(state=State.OFF)

    for number in range(2 * LEAST_MESSAGES):
        listening.hear(says(watched, SAID["es"][number % 2]))
        listening.hear(says(unchosen, f"{SAID['es'][0]} https://forms.example/{number}"))

    watched.refresh_from_db()
    unchosen.refresh_from_db()
    assert (watched.suggested_language, unchosen.suggested_language) == ("", "")
    assert not Sighting.objects.exists()


def test_a_group_of_many_languages_gets_no_suggestion() -> None:
    group, tally = make_group(state=State.WATCH), Tally()

    for _ in range(4):
        for texts in SAID.values():
            tally.count(says(group, texts[0]))

    group.refresh_from_db()
    assert group.suggested_language == ""


def test_an_edit_is_not_counted_again() -> None:
    group, tally = make_group(state=State.WATCH), Tally()
    said = says(group, SAID["es"][0])

    for _ in range(2 * LEAST_MESSAGES):
        tally.count(edits(said, SAID["es"][1]))

    group.refresh_from_db()
    assert group.suggested_language == ""
