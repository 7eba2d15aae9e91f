from __future__ import annotations

from unicodedata import category

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from groups.models import Group
from scans.engine.findings import Finding
from scans.engine.links import InvalidLink, find_links, parse
from scans.engine.scoring import Verdict
from waclient import replies
from waclient.models import Place
from waclient.replies import MAX_LINES, MAX_REPLY, About, Voice
from waclient.shown_hosts import ISOLATE, ISOLATE_END
from waclient.tapping import is_clickable

FINDINGS = [Finding.of("risky_tld", 3, tld="xyz"), Finding.of("brand_host", 6, brand="Example Bank")]
VERDICTS = [Verdict.MALICIOUS, Verdict.SUSPICIOUS]

names = st.text(max_size=120)
labels = st.text(
    st.characters(min_codepoint=0x61, max_codepoint=0x2FFFF, exclude_categories=["Cs"]), min_size=1, max_size=40
)
hosts = st.lists(labels, min_size=1, max_size=4).map(".".join) | st.text(max_size=300)
codes = st.sampled_from(["brand_host", "brand_lookalike", "apk_path", "override_deny", "userinfo", "made_up", ""])
findings = st.lists(
    st.builds(
        lambda code, points, brand: Finding.of(code, points, brand=brand) if brand else Finding.of(code, points),
        codes,
        st.integers(-5, 15),
        names,
    ),
    max_size=4,
)


def warning(verdict: Verdict, host: str, found: list[Finding], *, is_removed: bool, **more: str) -> str:
    return replies.warning(Voice(), About(verdict, host, found, **more), is_removed=is_removed)  # type: ignore[arg-type]


def follow_up(verdict: Verdict, host: str, found: list[Finding], **more: str) -> str:
    return replies.follow_up(Voice(), About(verdict, host, found, **more))  # type: ignore[arg-type]


def retraction(host: str, *, is_removed: bool) -> str:
    return replies.retraction(Voice(), host, is_removed=is_removed)


def notice() -> str:
    return replies.notice(Group())


def as_stored(host: str) -> str:
    """The host as a Sighting has it: parsed and in ASCII where it is a host at all."""
    try:
        return parse(f"http://{host}/").host
    except InvalidLink:
        return host


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    host=hosts,
    found=findings,
    verdict=st.sampled_from(VERDICTS),
    is_removed=st.booleans(),
    place=st.sampled_from(list(Place)),
    end=st.just("") | hosts,
)
def test_no_host_and_no_brand_makes_a_reply_long_or_clickable(
    host: str, found: list[Finding], verdict: Verdict, is_removed: bool, place: Place, end: str
) -> None:
    for shown in (host, as_stored(host)):
        text = warning(verdict, shown, found, is_removed=is_removed, place=place, leads_to=end)

        assert 0 < len(text) <= MAX_REPLY
        assert len(text.splitlines()) <= MAX_LINES
        assert not is_clickable(text)
        assert find_links(text.replace("[.]", " ")) == []


HOSTILE_HOSTS = {
    "plain": "evil.example",
    "longest": ".".join(["a" * 61] * 4),
    "long punycode": parse(f"http://{'ü' * 40}.{'é' * 30}.example/").host,
    "IPv4": "192.0.2.1",
    "IPv6": "2001:db8::1",
    "right to left": parse("http://שלום.example/").host,
    "looks like another": parse("http://pаypal.com/").host,
    "underscores": "_a_.evil.example",
    "many labels": ".".join("abcdefghij" * 6),
}


@pytest.mark.parametrize("host", HOSTILE_HOSTS.values(), ids=HOSTILE_HOSTS.keys())
@pytest.mark.parametrize("verdict", VERDICTS)
@pytest.mark.parametrize("is_removed", [False, True])
def test_a_reply_about_a_hostile_host_is_short_and_cannot_be_tapped(
    host: str, verdict: Verdict, is_removed: bool
) -> None:
    text = warning(verdict, host, FINDINGS, is_removed=is_removed)

    assert len(text) <= MAX_REPLY
    assert find_links(text.replace("[.]", " ")) == []
    assert "http" not in text
    assert host not in text or "." not in host
    assert {character for character in text if category(character) == "Cf"} <= {ISOLATE, ISOLATE_END}


def test_a_reply_names_the_host_one_reason_and_one_piece_of_advice() -> None:
    text = warning(Verdict.MALICIOUS, "evil.example", FINDINGS, is_removed=False)

    assert text.splitlines() == [
        "⚠️ This link may be a scam: evil[.]example",
        "It may pass itself off as Example Bank. Best not to open it.",
        "Wrong? Reply “!appeal”.",
    ]


@pytest.mark.parametrize(
    ("place", "verdict", "first", "last"),
    [
        (Place.CODE, Verdict.MALICIOUS, "⚠️ This code may lead to a scam: evil[.]example", "Best not to scan it."),
        (
            Place.CODE,
            Verdict.SUSPICIOUS,
            "⚠️ Careful with this code, it leads to evil[.]example",
            "Ask the sender before opening it.",
        ),
        (
            Place.DOCUMENT,
            Verdict.MALICIOUS,
            "⚠️ A link in this document may be a scam: evil[.]example",
            "Best not to open it.",
        ),
        (
            Place.DOCUMENT,
            Verdict.SUSPICIOUS,
            "⚠️ Careful with a link in this document: evil[.]example",
            "Ask the sender before opening it.",
        ),
    ],
)
def test_a_reply_says_where_a_link_is_that_nobody_sees_as_one(
    place: Place, verdict: Verdict, first: str, last: str
) -> None:
    lines = warning(verdict, "evil.example", FINDINGS, is_removed=False, place=place).splitlines()

    assert lines[0] == first
    assert lines[1].endswith(f". {last}")


@pytest.mark.parametrize("place", [Place.TEXT, Place.CODE, Place.DOCUMENT])
def test_a_reply_about_a_link_that_leads_elsewhere_names_both_hosts(place: Place) -> None:
    text = warning(Verdict.MALICIOUS, "bit.ly", FINDINGS, is_removed=False, place=place, leads_to="paypal.evil.example")

    assert text.splitlines()[0].endswith(": bit[.]ly")
    assert text.splitlines()[1] == "It goes on to paypal[.]evil[.]example."


def test_a_host_on_the_way_that_is_too_long_is_shortened_and_the_reason_stays() -> None:
    end = ".".join(["a" * 61] * 3)

    text = warning(Verdict.MALICIOUS, "bit.ly", FINDINGS, is_removed=False, leads_to=end)

    assert text.splitlines() == [
        "⚠️ This link may be a scam: bit[.]ly",
        f"It goes on to …[.]{'a' * 17}…{'a' * 18}.",
        "It may pass itself off as Example Bank. Best not to open it.",
    ]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("app_delivered", "It downloads an app past the app store."),
        ("app_offered", "It offers an app past the app store."),
        ("program_delivered", "It downloads a program."),
        ("led_to_number", "Its address is a bare number instead of a name."),
        ("cloaking", "It shows phones another site than others."),
    ],
)
def test_what_was_seen_at_the_end_of_the_way_is_a_reason_too(code: str, words: str) -> None:
    text = warning(Verdict.SUSPICIOUS, "odd.example", [Finding.of(code, 4)], is_removed=False)

    assert text.splitlines()[1] == f"{words} Ask the sender before opening it."


def test_the_reason_is_the_weightiest_finding_that_speaks_against_the_link() -> None:
    text = warning(
        Verdict.SUSPICIOUS, "odd.example", [Finding.of("apk_path", 4), Finding.of("userinfo", 2)], is_removed=False
    )

    assert "It downloads an app past the app store." in text


@pytest.mark.parametrize("found", [[], [Finding.of("shortener", 0)], [Finding.of("known_good", -3)]])
def test_without_a_reason_none_is_made_up(found: list[Finding]) -> None:
    text = warning(Verdict.SUSPICIOUS, "odd.example", found, is_removed=False)

    assert text.splitlines()[:2] == ["⚠️ Careful with this link: odd[.]example", "Ask the sender before opening it."]


@pytest.mark.parametrize("brand", ["Booking.com", "Amazon.co.uk", "https://evil.example", "x" * 300])
def test_a_reason_that_would_be_clickable_or_too_long_is_left_out_and_the_host_stays(brand: str) -> None:
    text = warning(Verdict.MALICIOUS, "evil.example", [Finding.of("brand_host", 9, brand=brand)], is_removed=False)

    assert brand not in text
    assert "evil[.]example" in text


@pytest.mark.django_db
def test_no_reply_says_that_a_link_is_safe() -> None:
    texts = [
        warning(verdict, "a.example", FINDINGS, is_removed=removed) for verdict in Verdict for removed in (False, True)
    ]

    assert not any("safe" in text.lower() for text in [*texts, notice()])


@pytest.mark.django_db
def test_the_arrival_notice_is_short_and_not_clickable() -> None:
    assert notice()
    assert not is_clickable(notice())
    assert "<" not in notice()
    assert "&" not in notice()


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    host=hosts,
    found=findings,
    verdict=st.sampled_from(VERDICTS),
    is_removed=st.booleans(),
    place=st.sampled_from(list(Place)),
    end=st.just("") | hosts,
)
def test_no_host_and_no_brand_makes_a_correction_long_or_clickable(
    host: str, found: list[Finding], verdict: Verdict, is_removed: bool, place: Place, end: str
) -> None:
    for shown in (host, as_stored(host)):
        late = follow_up(verdict, shown, found, place=place, leads_to=end)
        for text in (late, retraction(shown, is_removed=is_removed)):
            assert 0 < len(text) <= MAX_REPLY
            assert len(text.splitlines()) <= MAX_LINES
            assert not is_clickable(text)


@pytest.mark.parametrize(
    ("place", "verdict", "first"),
    [
        (Place.TEXT, Verdict.MALICIOUS, "⚠️ Update: a link posted here earlier may be a scam: evil[.]example"),
        (Place.TEXT, Verdict.SUSPICIOUS, "⚠️ Update: careful with a link posted here earlier: evil[.]example"),
        (Place.CODE, Verdict.MALICIOUS, "⚠️ Update: a code posted here earlier may lead to a scam: evil[.]example"),
        (
            Place.DOCUMENT,
            Verdict.SUSPICIOUS,
            "⚠️ Update: careful with a link in a document posted here earlier: evil[.]example",
        ),
    ],
)
def test_a_late_warning_says_what_it_is_about_without_pointing(place: Place, verdict: Verdict, first: str) -> None:
    lines = follow_up(verdict, "evil.example", [Finding.of("listed_url", 10, list="X", days=0)], place=place)

    assert lines.splitlines()[0] == first
    assert lines.splitlines()[1].startswith("It is on a list of reported scam links. ")


@pytest.mark.parametrize("is_removed", [False, True])
def test_a_retraction_takes_back_and_promises_nothing(is_removed: bool) -> None:
    text = retraction("shop.example", is_removed=is_removed)

    assert text.splitlines()[0] == "✅ Correction: a new check found nothing suspicious about shop[.]example"
    assert ("may be posted again" in text) is is_removed
    assert text.endswith("Sorry for the alarm.")
    assert "safe" not in text.lower()
