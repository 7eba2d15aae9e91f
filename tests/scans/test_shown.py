"""What a moderator sees of a scan: reasons and the way, and nothing that can be tapped."""

from __future__ import annotations

import re
from html import unescape

import pytest

from scans import shown
from scans.engine.findings import Finding, NotChecked
from scans.engine.journeys import Hop, How
from scans.engine.links import parse
from scans.hops import rows_of
from scans.models import Scan
from tests.factories import make_scan

pytestmark = pytest.mark.django_db

WAY = [
    Hop(parse("https://bit.ly/3xYz"), How.POSTED, 301),
    Hop(parse("https://l.facebook.com/l.php?u=https%3A%2F%2Fevil.example%2F"), How.REDIRECT),
    Hop(parse("https://evil.example/"), How.WRAPPED, 200),
    Hop(parse("https://last.example/login"), How.SCRIPT, 404),
]


def led(*hops: Hop) -> Scan:
    return make_scan(hops=[row.as_dict() for row in rows_of(hops)])


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.replace("<wbr>", ""))).replace(" [.] ", "[.]")


def test_the_way_is_told_address_by_address_in_plain_words() -> None:
    said = words(shown.reasons(led(*WAY)))

    assert "Where it leads: 4 addresses" in said
    for part in [
        "bit[.]ly as posted · opened (301)",
        "l[.]facebook[.]com sent on · not opened",
        "evil[.]example written inside the address before it · opened (200)",
        "last[.]example sent on by a script · answered with an error (404) · ends here",
    ]:
        assert part in said
    assert said.count("ends here") == 1


@pytest.mark.parametrize("reason", ["failed", "look_only", "blocked", "not_followed"])
def test_a_way_that_was_not_seen_to_its_end_does_not_claim_one(reason: str) -> None:
    gap = NotChecked("redirects", reason)
    long = make_scan(hops=[row.as_dict() for row in rows_of(WAY[:2])], not_checked=[gap])
    short = make_scan(hops=[row.as_dict() for row in rows_of(WAY[:1])], not_checked=[gap])

    assert "sent on · not opened · the last one known" in words(shown.reasons(long))
    assert "ends here" not in words(shown.reasons(long))
    assert "does not lead to another address" not in words(shown.reasons(short))


def test_a_host_is_shown_with_the_one_it_leads_to_when_that_is_another() -> None:
    said = words(shown.host_and_end("bit.ly", led(*WAY).hops, "", "in a QR code"))

    assert " ".join(said.split()) == "bit[.]ly leads to last[.]example in a QR code"
    assert "leads" not in shown.host_and_end("bit.ly", led(WAY[0]).hops)
    assert "leads" not in shown.host_and_end("bit.ly", [])


@pytest.mark.parametrize(
    ("host", "front", "own"),
    [
        ("whatsapp.com.code-verification.example", "whatsapp[.]com[.]", "code-verification[.]example"),
        ("bank.co.uk", "", "bank[.]co[.]uk"),
        ("a.shop.github.io", "a[.]", "shop[.]github[.]io"),
        ("login.xn--pypal-4ve.com", "login[.]", "xn--pypal-4ve[.]com"),
        ("192.168.0.1", "192[.]168[.]0[.]1", ""),
        ("2001:db8::1", "2001[:]db8[:][:]1", ""),
        (f"paypal.com.{'.'.join(['a' * 60] * 3)}.evil.example", f"paypal[.]com[.]{'a' * 60}[.]", "evil[.]example"),
        ('"><img src=x>.example', "", ""),
    ],
)
def test_of_a_host_the_part_that_somebody_owns_stands_out(host: str, front: str, own: str) -> None:
    html = shown.host_plate(host)

    bold = re.findall(r"<b>(.*?)</b>", html)
    assert [re.sub(r"<[^>]+>", "", part) for part in bold] == ([own] if own else [])
    assert unescape(re.sub(r"<[^>]+>", "", html)).startswith(front)
    assert "<img" not in html


def test_a_host_breaks_only_before_its_dots_and_its_names_are_whole() -> None:
    html = shown.host_plate("pay.parcel-fee.example")

    assert html.count("<wbr>") == html.count("[.]") == 2
    assert re.sub("<[^>]+>", "|", html).replace("||[.]|", ".").strip("|") == "pay.|parcel-fee.example"


def test_a_host_in_a_sentence_breaks_before_its_dots() -> None:
    html = shown.reasons(make_scan(findings=[Finding.of("shortener", 3, host="a-name.shop<.example")]))

    assert "a-name<wbr>[.]shop&lt;<wbr>[.]example" in html


def test_nothing_on_the_way_can_be_tapped() -> None:
    html = shown.reasons(led(*WAY))

    assert "href" not in html
    assert "https://" not in html


def test_a_link_that_stays_where_it_is_says_so() -> None:
    assert "does not lead to another address" in words(shown.reasons(led(Hop(WAY[0].link, How.POSTED, 200))))


def test_of_a_link_that_was_not_opened_nothing_is_claimed() -> None:
    scan = make_scan(not_checked=[NotChecked("redirects", "not_allowed")])

    said = words(shown.reasons(scan))

    assert "lead to another" not in said
    assert "Where the link leads: not checked, its group lets nothing leave this machine." in said


@pytest.mark.parametrize(
    ("points", "wanted"),
    [
        (4, "+4 Speaks against the link:"),
        (0, "· Good to know:"),
        (-2, "−2 Speaks for the link:"),
    ],
)
def test_every_reason_says_which_way_it_weighs(points: int, wanted: str) -> None:
    scan = make_scan(findings=[Finding.of("shortener", points, host="bit.ly")])

    assert wanted in words(shown.reasons(scan))


def test_findings_about_one_message_stand_with_those_about_the_link() -> None:
    said = words(shown.reasons(make_scan(), also=[Finding.of("hidden_characters", 4, host="evil.example")]))

    assert "Invisible characters were hidden in the address evil[.]example." in said


def test_an_endless_address_on_the_way_is_cut() -> None:
    endless = Hop(parse(f"https://evil.example/{'a' * 5000}"), How.REDIRECT, 200)

    said = words(shown.reasons(led(WAY[0], endless)))

    assert "aaa… " in said
    assert len(said) < 1000
