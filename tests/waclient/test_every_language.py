"""Every message in every language: short, not to be tapped, and about a link that "may be" something."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from groups.models import Group
from groups.policy import LinkRule
from scans.engine.ceiling import Ceiling
from scans.engine.findings import Finding
from scans.engine.links import find_links, parse
from scans.engine.scoring import Verdict
from scans.reasons import SENTENCES
from waclient import replies, words
from waclient.models import Place
from waclient.replies import MAX_LINES, MAX_NOTICE, MAX_REPLY, About, Voice
from waclient.shown_hosts import ISOLATE, ISOLATE_END, LONG, forms
from wbscanner.languages import CODES

LANGUAGES = sorted(CODES)
RIGHT_TO_LEFT = "ar"
WORDINGS = range(12)
VERDICTS = [Verdict.MALICIOUS, Verdict.SUSPICIOUS]
HOSTS = {
    "plain": "evil.example",
    "longest": ".".join(["a" * 61] * 4),
    "long name of a long ending": f"{'b' * 63}.{'c' * 63}.xn--mgba3a4f16a.ir",
    "many labels": ".".join(["login", "secure", "bank", *["abcdefghij"] * 12, "evil", "com"]),
    "looks like another": parse("http://pаypal.com/").host,
    "long in another alphabet": parse(f"http://{'ü' * 40}.{'é' * 30}.example/").host,
    "right to left": parse("http://שלום.example/").host,
    "IPv4": "192.0.2.123",
    "IPv6": "2001:db8:1111:2222:3333:4444:5555:6666",
    "digits": "1234567890.evil.example",
}
# What phones make tappable, written without our own reading of links: schemes, names with a dot, mail, numbers.
TAPPABLE = re.compile(r"https?:|www\.|://|\w\.[^\W\d_]{2,}|\d\.\d+\.\d+\.\d|\S@\S|\+?\d[\d ()-]{6,}", re.IGNORECASE)
# Judgements that nobody can stand for, in the languages' own words, and words that blame.
NEVER = re.compile(
    r"\bsafe\b|malicious|infected|hacked|do not open\b(?! it for now)|\d+/100|seguro\b|segura\b|malicios|infectad"
    r"|hackead|malveillant|piraté|\bsûr\b|bösartig|infiziert|gehackt|\bsicher\b|malevol|\bsicuro\b|\baman\b|diretas"
    r"|\bveilig\b|kwaadwillig|gehack|दुर्भावनापूर्ण|सुरक्षित|آمن|خبيث|ephephile",
    re.IGNORECASE,
)


def findings_of(code: str) -> list[Finding]:
    return [Finding.of(code, 9, brand="Deutsche Telekom")] if code.startswith("brand") else [Finding.of(code, 9)]


CODES_SAID = ["", "brand_lookalike", "safe_browsing", *sorted(SENTENCES)]


def abouts(host: str, codes: list[str]) -> Iterator[About]:
    for verdict in VERDICTS:
        for place in (Place.TEXT, Place.CODE, Place.DOCUMENT):
            for code in codes:
                found = findings_of(code) if code else []
                yield About(verdict, host, found, place)
                yield About(verdict, host, found, place, leads_to=HOSTS["longest"], is_from_known=True)
    for rule in LinkRule:
        yield About(Verdict.BENIGN, host, [], rule=rule)


def texts_about(voice: Voice, about: About) -> Iterator[str]:
    yield replies.warning(voice, about)
    yield replies.warning(voice, about, is_removed=True)
    yield replies.follow_up(voice, about)


def retractions(voice: Voice, host: str) -> Iterator[str]:
    for is_removed in (False, True):
        for by_person in (False, True):
            yield replies.retraction(voice, host, is_removed=is_removed, by_person=by_person)


def assert_may_be_sent(text: str) -> None:
    assert 0 < len(text) <= MAX_REPLY, text
    assert len(text.splitlines()) <= MAX_LINES, text
    assert find_links(text.replace("[.]", " ")) == [], text
    assert TAPPABLE.search(text.replace("[.]", "\0")) is None, text
    assert NEVER.search(text) is None, text
    assert "{" not in text, text
    assert text.count(ISOLATE) == text.count(ISOLATE_END), text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("host", HOSTS.values(), ids=HOSTS)
def test_every_wording_about_every_host_is_short_and_cannot_be_tapped(language: str, host: str) -> None:
    for about in abouts(host, ["", "brand_lookalike", "safe_browsing"]):
        for text in texts_about(Voice(language), about):
            assert_may_be_sent(text)
    for wording in WORDINGS:
        voice = Voice(language, {}, wording)
        for about in abouts(host, ["free_hosting"]):
            assert_may_be_sent(replies.warning(voice, about))
        for text in (*texts_about(voice, About(Verdict.MALICIOUS, host)), *retractions(voice, host)):
            assert_may_be_sent(text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_fits_beside_a_host_of_usual_length(language: str) -> None:
    host = "secure-login.correos-paquete.example"

    for code in CODES_SAID:
        about = About(Verdict.MALICIOUS, host, findings_of(code) if code else [])
        text = replies.warning(Voice(language), about)
        assert_may_be_sent(text)
        assert (replies.reason(language, findings_of(code)[0]) if code else "") in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_whose_the_host_is_is_said_before_anything_else_is_left_in(language: str) -> None:
    for kind in (replies.warning, replies.follow_up):
        for host in (HOSTS["plain"], HOSTS["many labels"], HOSTS["digits"]):
            about = About(Verdict.MALICIOUS, host, findings_of("brand_lookalike"), leads_to="customs-pay.example")
            assert "evil[.]" in kind(Voice(language), about)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("ceiling", [Ceiling.NOTHING, Ceiling.HOST])
def test_the_arrival_notice_has_three_lines_that_say_what_is_kept(language: str, ceiling: Ceiling) -> None:
    text = replies.notice(Group(language=language, ceiling=ceiling))

    assert len(text.splitlines()) == MAX_LINES
    assert len(text) <= MAX_NOTICE
    assert "72" in text
    assert "!scanner pause" in text
    assert find_links(text) == []
    assert TAPPABLE.search(text) is None
    assert NEVER.search(text) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_equal_wordings_differ_and_one_message_keeps_its_own(language: str) -> None:
    about = About(Verdict.MALICIOUS, "evil.example", [])
    texts = [replies.warning(Voice(language, {}, wording), about) for wording in range(12)]

    assert len(set(texts)) == 12
    assert texts == [replies.warning(Voice(language, {}, wording), about) for wording in range(12)]


@pytest.mark.parametrize("language", sorted(CODES - {"en"}))
def test_nothing_is_said_in_english_to_a_group_of_another_language(language: str) -> None:
    about = About(Verdict.MALICIOUS, "evil.example", [Finding.of("safe_browsing", 9)], leads_to="worse.example")

    english = replies.warning(Voice("en"), about).splitlines()

    assert not set(english) & set(replies.warning(Voice(language), about).splitlines())


def test_a_host_stands_left_to_right_in_a_text_that_runs_the_other_way() -> None:
    text = replies.warning(Voice(RIGHT_TO_LEFT), About(Verdict.MALICIOUS, "evil.example"))

    assert f"{ISOLATE}evil[.]example{ISOLATE_END}" in text


def test_a_host_in_another_alphabet_is_shown_both_ways_and_disturbs_nothing() -> None:
    host = HOSTS["right to left"]

    assert forms(host, "en")[0] == f"{ISOLATE}{host.replace('.', '[.]')} (שלום[.]example){ISOLATE_END}"


@pytest.mark.parametrize(
    ("host", "ending"),
    [
        (HOSTS["many labels"], "[.]evil[.]com"),
        (f"paypal.com.{'x' * 60}.evil.co.uk", "[.]evil[.]co[.]uk"),
        (HOSTS["long name of a long ending"], "[.]xn--mgba3a4f16a[.]ir"),
    ],
)
def test_a_host_that_is_cut_keeps_what_tells_whose_it_is(host: str, ending: str) -> None:
    for form in (form.strip(ISOLATE + ISOLATE_END) for form in forms(host, "en")[2:-1]):
        assert form.endswith(ending)
        assert len(form) <= LONG


def test_what_comes_from_google_says_so_and_nothing_else_does() -> None:
    about = About(Verdict.MALICIOUS, "evil.example", [Finding.of("safe_browsing", 10)])
    other = About(Verdict.MALICIOUS, "evil.example", [Finding.of("urlhaus", 10)])

    assert "Advisory provided by Google" in replies.warning(Voice(), about)
    assert "Advisory provided by Google" in replies.follow_up(Voice(texts={"update": "Beware: {host}"}), about)
    assert "Google" not in replies.warning(Voice(), other)


@pytest.mark.parametrize("language", LANGUAGES)
def test_google_is_named_in_every_language_whatever_has_to_be_left_out(language: str) -> None:
    for host in HOSTS.values():
        about = About(Verdict.MALICIOUS, host, [Finding.of("web_risk", 10)], leads_to=HOSTS["longest"])
        assert "Google" in replies.warning(Voice(language), about)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_warning_says_how_to_object_where_there_is_room(language: str) -> None:
    voice, hint = Voice(language), words.say("replies/appeal", language)

    assert replies.warning(voice, About(Verdict.MALICIOUS, "evil.example")).splitlines()[2] == hint
    assert "!appeal" in hint
    assert hint not in replies.warning(voice, About(Verdict.MALICIOUS, "bit.ly", leads_to="evil.example"))
    assert hint not in replies.retraction(voice, "evil.example", is_removed=False)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_known_neighbour_is_not_accused(language: str) -> None:
    """Their account may be in other hands: that is what is said, beside what the link may be."""
    known = replies.warning(Voice(language), About(Verdict.MALICIOUS, "evil.example", is_from_known=True))

    assert known.splitlines()[1] == words.lines("replies/advice/known_sender", language)[0]
