"""What each heuristic says, and above all what it leaves alone."""

from __future__ import annotations

import pytest

from scans.engine.findings import Finding
from scans.engine.heuristics import HEURISTICS, WRITING, Heuristic, classes
from scans.engine.links import Link, find_links, parse
from scans.engine.scoring import Verdict, assess


def findings(link: Link) -> list[Finding]:
    return [found for heuristic in (*HEURISTICS, *WRITING) if (found := heuristic(link)) is not None]


def link_of(text: str) -> Link:
    """As a message would give it, so that invisible characters are seen where they stood."""
    return find_links(text)[0] if "\u200b" in text or "\u202e" in text else parse(text)


def codes(url: str) -> set[str]:
    return {found.code for found in findings(link_of(url))}


def verdict(url: str) -> Verdict:
    return assess(findings(link_of(url))).verdict


EXAMPLES = {
    "ip_host": "http://203.0.113.7/",
    "uncommon_port": "https://shop.example:4444/",
    "userinfo_host": "https://paypal.com@evil.example/",
    "userinfo": "https://someone:secret@evil.example/",
    "executable_path": "https://files.example/setup.EXE",
    "apk_path": "https://files.example/whats.apk",
    "long_url": "https://shop.example/?q=" + "a" * 600,
    "risky_tld": "https://flowers.top/",
    "free_hosting": "https://flowers.github.io/",
    "free_host_credentials": "https://account-verify.vercel.app/",
    "credential_words": "https://secure-login-verify.example/",
    "generated_name": "https://x7k2qv9.top/",
    "shortener": "https://bit.ly/3xYz",
    "mixed_script": "https://flоwers.example/",
    "whole_script_confusable": "https://сосо.com/",
    "fake_separator": "https://google.comノsearch.example/",
    "brand_homoglyph": "https://pаypal.com/",
    "brand_domain_embedded": "https://paypal.com.evil.example/",
    "brand_lookalike": "https://paypa1.com/",
    "brand_typo": "https://faceboook.com/",
    "brand_named": "https://netflix-login.com/",
    "brand_other_ending": "https://netflix.xyz/",
}


# One heuristic has a code for every class of links that are never opened: test_link_classes.
OF_ONE_CODE = [heuristic for heuristic in HEURISTICS if heuristic is not classes.opens_no_page]


@pytest.mark.parametrize("name", [heuristic.__name__ for heuristic in OF_ONE_CODE])
def test_every_heuristic_has_an_example_and_its_code_is_its_name(name: str) -> None:
    assert name in codes(EXAMPLES[name])


@pytest.mark.parametrize("heuristic", OF_ONE_CODE, ids=lambda heuristic: heuristic.__name__)
def test_a_heuristic_gives_its_own_code_or_nothing_on_every_example(heuristic: Heuristic) -> None:
    given = {found.code for url in EXAMPLES.values() if (found := heuristic(link_of(url))) is not None}

    assert given == {heuristic.__name__}


ORDINARY = [
    "https://пример.рф/",
    "https://правительство.рф/новости",
    "https://日本語.jp/",
    "https://www.日本経済新聞jp.jp/",
    "https://한국어.kr/",
    "https://münchen.de/straße",
    "https://bücher.example/",
    "https://ايران.ir/",
    "https://ไทย.com/",
    "https://ελλάδα.gr/",
    "https://сосна.рф/",
    "https://оса.ru/",
    "https://en.wikipedia.org/wiki/Foo_(bar)",
    "https://www.paypal.com/signin",
    "https://amazon.co.jp/dp/B000",
    "https://www.google.com.br/search?q=login",
    "https://accounts.google.com/signin",
    "https://login.microsoftonline.com/common/oauth2",
    "https://appleinsider.com/",
    "https://www.applebees.com/",
    "https://www.appie.nl/",
    "https://revolt.tv/",
    "https://signpost.com/",
    "https://metamorphosis.example/",
    "https://chase.example/",
    "https://visa-information.example/",
    "https://booking.hotel.example/",
    "https://united-parcel.example/",
    "https://steam.example/",
    "https://example.com:8443/",
    "https://example.com/script.js",
    "https://1.1.1.1/",
    "https://netflix.fandom.com/wiki/Home",
    "https://www-amazon-com.proxy.library.university.edu/",
]


@pytest.mark.parametrize("url", ORDINARY)
def test_an_ordinary_address_has_no_finding(url: str) -> None:
    assert findings(parse(url)) == []


@pytest.mark.parametrize(
    "url",
    [
        "https://paypa1.com/",
        "https://g00gle.com/",
        "https://rnicrosoft.com/",
        "https://arnazon.com/",
        "https://appie.com/",
        "https://netflix-login.com/",
        "https://faceboook.com/",
        "https://micros0ft.com/",
        "https://whattsapp.com/",
        "https://login.paypa1.com/",
        "https://paypal.evil.com/",
        "https://paypal-com.evil.example/",
        "https://secure-paypallogin.com/",
        "https://wells-fargo-online.com/",
        "https://whatsapp-gold.com/",
        "https://dhl-paket-lieferung.com/",
        "https://apple-id-login.com/",
        "https://amazon.vercel.app/",
        "https://correios-rastreio.com/",
        "https://ẉhatsapp.com/free-tickets",
        "https://pay\u202epal.example/",
        "http://198.51.100.7:8081/i",
        "https://сосо.com/",
        "https://secure-account-login.pages.dev/",
        "https://pub-3f8a91c2d7.r2.dev/index.html",
        "https://x7k2qv9.top/",
    ],
)
def test_a_deceitful_address_is_at_least_suspicious(url: str) -> None:
    assert verdict(url) in (Verdict.SUSPICIOUS, Verdict.MALICIOUS)


@pytest.mark.parametrize(
    "url",
    [
        "https://pаypal.com/",
        "https://xn--pple-43d.com/",
        "https://gοοgle.com/",
        "https://paypal.com@evil.example/",
        "https://www.paypal.com%2Fsignin@evil.example/",
        "https://paypal.com.evil.example/",
        "https://amazon.co.jp.evil.example/",
        "https://paypa1-login.com/",
        "https://netflix-login.top/",
        "http://192.0x00A80001/login.exe",
        "http://0xcb007107/",
        "http://203.0.113.7/update.apk",
    ],
)
def test_a_forged_address_is_malicious_by_itself(url: str) -> None:
    assert verdict(url) is Verdict.MALICIOUS


@pytest.mark.parametrize(
    "url",
    [
        "https://www-paypal-com.translate.goog/login",
        "https://flowers.github.io/",
        "https://my-project.vercel.app/",
        "https://flowers.xyz/blog",
        "https://my-home.duckdns.org/",
        "https://my-app-2x7k9q.vercel.app/",
        "https://bit.ly/3xYz",
        "http://192.168.1.1/",
        "https://someone:secret@git.example/",
        "https://www.äpple.se/",
        "https://files.example/setup.exe",
        "https://shop.example:4444/",
        "https://first.last@gmail.com/",
    ],
)
def test_one_weak_sign_never_warns(url: str) -> None:
    assert verdict(url) is Verdict.BENIGN


@pytest.mark.parametrize(
    "raw", ["http://2130706433/", "http://0x7f.1/", "http://0177.0.0.1/", "http://127.1/", "http://１27.0.0.1/"]
)
def test_a_number_in_disguise_is_named_as_such(raw: str) -> None:
    assert {"ip_host", "disguised_ip"} <= codes(raw)


@pytest.mark.parametrize(
    "raw", ["http://203.0.113.7/", "http://203.0.113.7./", "http://a@203.0.113.7:80/", "http://[2001:db8::1]/"]
)
def test_a_plainly_written_number_is_no_disguise(raw: str) -> None:
    assert "disguised_ip" not in codes(raw)


def test_a_defanged_number_is_no_disguise() -> None:
    (link,) = find_links("look hxxp://203[.]0[.]113[.]7/a")

    assert "disguised_ip" not in {found.code for found in findings(link)}


def test_invisible_characters_around_a_link_are_not_held_against_it() -> None:
    links = find_links("\u200fhttps://example.com/a\u200f \u202bhttps://example.org\u202c")

    assert [findings(link) for link in links] == [[] for _ in links]


def test_a_link_too_long_to_be_read_is_suspicious() -> None:
    (link,) = find_links("https://shop.example/" + "a" * 9000)

    assert assess(findings(link)).verdict is Verdict.SUSPICIOUS


@pytest.mark.parametrize("heuristic", HEURISTICS, ids=lambda heuristic: heuristic.__name__)
@pytest.mark.parametrize(
    "url",
    [
        "http://" + "-".join(["paypal"] * 34) + ".example/",
        "http://" + "a." * 120 + "example/",
        "http://" + "1" * 60 + ".top/" + "%2f" * 2000,
        "http://" + "a.com%2f" * 900 + "@b.example/",
        "https://xn--" + "a" * 55 + ".com/",
        "https://com/",
        "http://[::ffff:1.2.3.4]/",
        "http://" + "ԁ" * 20 + ".com/",
    ],
    ids=["names", "labels", "escapes", "userinfo", "punycode", "bare suffix", "mapped", "confusable"],
)
def test_a_hostile_address_breaks_no_heuristic(heuristic: Heuristic, url: str) -> None:
    found = heuristic(parse(url))

    assert found is None or 0 <= found.points <= 15
