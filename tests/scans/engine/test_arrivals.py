"""What a journey says about a link."""

from __future__ import annotations

import pytest

from scans.engine.arrivals import look_at
from scans.engine.findings import NotCheckedReason
from scans.engine.journeys import Hop, How, Journey, Page, Shown, Stop
from scans.engine.links import parse
from scans.engine.scoring import Verdict, assess
from scans.reasons import GAPS, SENTENCES, describe


def journey(*urls: str, stop: Stop = Stop.ARRIVED, page: Page | None = None, detail: str = "") -> Journey:
    """A journey over redirects; when it did not arrive the last address was not opened."""
    links = [parse(url) for url in urls or ("https://page.example/",)]
    hops = [Hop(link, How.REDIRECT if number else How.POSTED, 302) for number, link in enumerate(links)]
    hops[-1] = Hop(links[-1], hops[-1].how, 200 if stop is Stop.ARRIVED else None)
    return Journey(tuple(hops), stop, page, detail)


def points(travelled: Journey) -> dict[str, int]:
    return {finding.code: finding.points for finding in look_at(travelled)[0]}


def verdict(travelled: Journey) -> Verdict:
    return assess(*look_at(travelled)).verdict


def test_a_plain_page_says_nothing() -> None:
    assert look_at(journey(page=Page(host="page.example", title="Hello", has_field=True))) == ([], [])


@pytest.mark.parametrize(
    ("shown", "secret", "other", "nothing"),
    [(Shown.NAME, 8, 4, 2), (Shown.TITLE, 6, 0, 0), (Shown.LOGO, 4, 0, 0), (Shown.PART, 3, 0, 0)],
)
def test_a_name_of_others_weighs_by_how_it_is_shown_and_what_is_asked(
    shown: Shown, secret: int, other: int, nothing: int
) -> None:
    facts = {"host": "page.example", "brand": "PayPal", "shown": shown}

    found = [
        points(journey(page=Page(**facts, **more))).get("page_brand", 0)  # type: ignore[arg-type]
        for more in ({"asks_password": True}, {"asks_card": True}, {"has_field": True}, {})
    ]

    assert found == [secret, secret, other, nothing]


def test_an_ordinary_word_weighs_half() -> None:
    page = Page(host="page.example", brand="Chase", shown=Shown.NAME, is_common_brand=True, asks_password=True)

    assert points(journey(page=page)) == {"page_brand": 4, "asks_password": 0}


@pytest.mark.parametrize(
    ("host", "password", "card"),
    [("page.example", 0, 0), ("page.vercel.app", 1, 2), ("203.0.113.7", 1, 2), ("2001:db8::1", 1, 2)],
)
def test_a_bare_field_says_little_and_more_where_nobody_answers_for_the_host(
    host: str, password: int, card: int
) -> None:
    page = Page(host=host, asks_password=True, asks_card=True)

    assert points(journey(page=page)) == {"asks_password": password, "asks_card": card}
    assert verdict(journey(page=page)) is Verdict.BENIGN


@pytest.mark.parametrize(
    ("url", "offers", "is_download", "code", "weight"),
    [
        ("https://page.example/get", ".apk", True, "app_delivered", 4),
        ("https://page.example/invite.apk", ".apk", True, "app_delivered", 2),
        ("https://page.example/", ".apk", False, "app_offered", 3),
        ("https://page.example/get", ".exe", True, "program_delivered", 2),
        ("https://page.example/setup.exe", ".exe", True, "program_delivered", 1),
        ("https://page.example/", ".exe", False, "program_offered", 0),
        ("https://telegram.org/dl", ".apk", True, "app_delivered", 0),
        ("https://www.whatsapp.com/android", ".apk", False, "app_offered", 0),
    ],
)
def test_programs_weigh_by_what_they_are_and_who_offers_them(
    url: str, offers: str, is_download: bool, code: str, weight: int
) -> None:
    page = Page(host=parse(url).host, offers=offers, is_download=is_download)

    assert points(journey(url, page=page)) == {code: weight}


ELSE = {"ended_elsewhere": 0}


@pytest.mark.parametrize(
    ("urls", "stop", "detail", "expected"),
    [
        (("https://a.example/",), Stop.BAD_CERTIFICATE, "expired", {"bad_certificate": 2}),
        (("https://a.example/", "http://8.8.4.4/"), Stop.ARRIVED, "", {"led_to_number": 2, **ELSE}),
        (("http://8.8.4.4/", "http://8.8.4.4/x"), Stop.ARRIVED, "", {}),
        (("https://a.example/", "http://a.example:81/"), Stop.BLOCKED, "", {"led_to_blocked": 2}),
        (("http://10.0.0.1/",), Stop.BLOCKED, "", {}),
        (("https://a.example/",), Stop.NOT_WEB, "intent", {"leaves_the_web": 1, "other_app": 0}),
        (("https://a.example/",), Stop.NOT_WEB, "upi", {"leaves_the_web": 1, "payment": 0}),
        (("https://a.example/",), Stop.NOT_WEB, "steam", {"leaves_the_web": 1}),
        (("https://a.example/",), Stop.NOT_WEB, "javascript", {"leaves_the_web": 2}),
        (("https://bit.ly/x",), Stop.UNREACHABLE, "", {"shortener_not_opened": 1}),
        (("https://a.example/", "https://bit.ly/x"), Stop.TIMED_OUT, "", {"shortener_not_opened": 1, **ELSE}),
        (("https://bit.ly/x", "https://a.example/"), Stop.UNREACHABLE, "", {**ELSE}),
        (("https://a.example/", "https://www.a.example/x"), Stop.ARRIVED, "", {}),
        (tuple(f"https://a.example/{number}" for number in range(6)), Stop.ARRIVED, "", {}),
        (tuple(f"https://a.example/{number}" for number in range(7)), Stop.ARRIVED, "", {"many_hops": 1}),
    ],
)  # fmt: skip
def test_the_way_has_its_findings(urls: tuple[str, ...], stop: Stop, detail: str, expected: dict[str, int]) -> None:
    assert points(journey(*urls, stop=stop, detail=detail)) == expected


@pytest.mark.parametrize(
    ("stop", "reason"),
    [
        (Stop.ARRIVED, None),
        (Stop.LOOK_ONLY, NotCheckedReason.LOOK_ONLY),
        (Stop.NOT_WEB, NotCheckedReason.NOT_FOLLOWED),
        (Stop.BLOCKED, NotCheckedReason.BLOCKED),
        (Stop.UNREACHABLE, NotCheckedReason.FAILED),
        (Stop.BAD_CERTIFICATE, NotCheckedReason.FAILED),
        (Stop.TIMED_OUT, NotCheckedReason.FAILED),
        (Stop.TOO_MANY_HOPS, NotCheckedReason.FAILED),
        (Stop.LOOP, NotCheckedReason.FAILED),
        (Stop.INVALID, NotCheckedReason.FAILED),
    ],
)
def test_every_end_that_was_not_seen_is_a_gap_with_a_sentence(stop: Stop, reason: NotCheckedReason | None) -> None:
    gaps = look_at(journey(stop=stop))[1]

    assert [(gap.source, gap.reason) for gap in gaps] == ([("redirects", reason)] if reason else [])
    assert reason is None or ("redirects", reason) in GAPS


def test_every_stop_is_either_an_arrival_or_a_gap() -> None:
    assert {stop for stop in Stop if not look_at(journey(stop=stop))[1]} == {Stop.ARRIVED}


@pytest.mark.parametrize("stop", [stop for stop in Stop if stop not in (Stop.ARRIVED, Stop.LOOK_ONLY, Stop.NOT_WEB)])
def test_a_link_that_could_not_be_opened_is_never_benign(stop: Stop) -> None:
    assert verdict(journey(stop=stop)) is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("scheme", "expected"), [("intent", Verdict.BENIGN), ("javascript", Verdict.UNKNOWN), ("file", Verdict.UNKNOWN)]
)
def test_being_sent_where_no_browser_goes_is_a_failure(scheme: str, expected: Verdict) -> None:
    assert verdict(journey(stop=Stop.NOT_WEB, detail=scheme)) is expected


def test_a_look_only_link_is_no_failure() -> None:
    assert verdict(journey(stop=Stop.LOOK_ONLY)) is Verdict.BENIGN


def test_of_several_pages_on_the_way_the_worst_counts_and_once() -> None:
    fake = Page(host="evil.example", brand="PayPal", shown=Shown.NAME, asks_password=True)
    real = Page(host="forum.example", asks_password=True)
    travelled = Journey(
        journey("https://evil.example/", "https://forum.example/").hops, Stop.ARRIVED, real, "", (fake, fake)
    )

    assert points(travelled) == {"page_brand": 8, "asks_password": 0, "ended_elsewhere": 0}


def test_a_finding_of_a_journey_reads_as_one_plain_sentence() -> None:
    page = Page(host="evil.example", brand="PayPal", shown=Shown.NAME, asks_password=True)

    said = [
        describe(finding) for finding in look_at(journey("https://bit.ly/x", "https://evil.example/", page=page))[0]
    ]

    assert said == [
        "The page shows the name of PayPal but is not known to be theirs: evil[.]example.",
        "The page on evil[.]example asks for a password.",
        "The link leads to another site: evil[.]example.",
    ]
    assert {"app_delivered", "app_offered", "program_delivered", "program_offered", "cloaking"} <= set(SENTENCES)


@pytest.mark.parametrize(
    ("url", "status", "expected"),
    [
        ("https://shop.example/", 200, Verdict.BENIGN),
        ("https://shop.example/", 404, Verdict.BENIGN),
        ("https://shop.example/", 410, Verdict.BENIGN),
        ("https://shop.example/", 401, Verdict.UNKNOWN),
        ("https://shop.example/", 403, Verdict.UNKNOWN),
        ("https://shop.example/", 429, Verdict.UNKNOWN),
        ("https://shop.example/", 503, Verdict.UNKNOWN),
        ("https://www.paypal.com/", 403, Verdict.BENIGN),
    ],
)
def test_a_page_that_is_not_shown_to_us_is_not_called_innocent(url: str, status: int, expected: Verdict) -> None:
    answered = Journey((Hop(parse(url), How.POSTED, status),), Stop.ARRIVED, Page(host=parse(url).host))

    assert verdict(answered) is expected
    assert [(gap.source, gap.reason) for gap in look_at(answered)[1]] == (
        [("page", NotCheckedReason.REFUSED)] if expected is Verdict.UNKNOWN else []
    )
