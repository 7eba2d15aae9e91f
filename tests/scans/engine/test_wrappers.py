from __future__ import annotations

import base64
import time
from urllib.parse import quote

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scans.engine.links import MAX_URL, InvalidLink, parse
from scans.engine.local import analyze_locally
from scans.engine.scoring import Verdict
from scans.engine.wrappers import MAX_LAYERS, is_security_rewriter, peel, unwrap

TARGET = "https://shop.example.com/a?x=1&y=2"
CODED = quote(TARGET, safe="")
BASE64 = base64.urlsafe_b64encode(TARGET.encode()).decode().rstrip("=")
MANDRILL = base64.urlsafe_b64encode(
    orjson.dumps({"s": "x", "v": 1, "p": orjson.dumps({"u": 1, "v": 1, "url": TARGET, "id": "1"}).decode()})
).decode()

IN_A_PARAMETER = [
    "https://www.google.com/url?q={}&sa=D&source=calendar",
    "https://google.co.uk/url?sa=t&url={}&ved=1",
    "https://cse.google.com.br/url?sa=i&url={}",
    "https://meet.google.com/linkredirect?authuser=0&dest={}",
    "https://translate.google.com/translate?sl=auto&tl=en&u={}",
    "https://www.googleadservices.com/pagead/aclk?sa=L&adurl={}",
    "https://l.facebook.com/l.php?u={}&h=AT0",
    "https://lm.facebook.com/l.php?h=AT0&u={}",
    "https://www.facebook.com/l.php?u={}",
    "https://m.facebook.com/flx/warn/?u={}",
    "https://l.messenger.com/l.php?u={}",
    "https://l.instagram.com/?u={}&e=AT0",
    "https://l.threads.net/?u={}",
    "https://l.wl.co/l?u={}",
    "https://www.linkedin.com/redir/redirect?url={}&urlhash=x",
    "https://www.linkedin.com/safety/go/?url={}&trk=x",
    "https://www.youtube.com/redirect?event=video_description&q={}",
    "https://twitter.com/safety/unsafe_link_warning?unsafe_link={}",
    "https://duckduckgo.com/l/?kh=-1&uddg={}",
    "https://yandex.ru/clck/jsredir?from=x&url={}",
    "https://vk.com/away.php?to={}&cc_key=",
    "https://m.vk.com/away.php?to={}",
    "https://steamcommunity.com/linkfilter/?url={}",
    "https://steamcommunity.com/linkfilter/?u={}",
    "https://t.umblr.com/redirect?z={}&t=x",
    "https://slack-redir.net/link?url={}",
    "https://out.reddit.com/t3_abc?url={}&token=AQ",
    "https://medium.com/r/?url={}",
    "https://deref-gmx.net/mail/client/abc/dereferrer/?redirectUrl={}",
    "https://exit.sc/?url={}",
    "https://t.me/iv?url={}&rhash=1",
    "https://getpocket.com/redirect?url={}",
    "https://link.zhihu.com/?target={}",
    "https://www.awin1.com/cread.php?awinmid=1&ued={}",
    "https://nam02.safelinks.protection.outlook.com/?url={}&data=05%7C&reserved=0",
    "https://EUR03.safelinks.protection.outlook.com/ap/t-59/?URL={}",
    "https://gcc02.safelinks.protection.outlook.com/GetUrlReputation?Url={}",
    "https://statics.teams.cdn.office.net/evergreen-assets/safelinks/1/atp-safelinks.html?url={}&locale=en",
    "https://urldefense.proofpoint.com/v1/url?u={}&k=abc",
    "https://linkprotect.cudasvc.com/url?a={}&c=E,1,x",
    "https://imsva91-ctp.trendmicro.com/wis/clicktime/v1/query?url={}&umid=1",
    "https://protect2.fireeye.com/v1/url?k=1&q=1&u={}",
    "https://clicktime.symantec.com/3Abc?u={}",
    "https://urlsand.esvalabs.com/?u={}&e=x",
    "https://checkpoint.url-protection.com/v1/r02/url?o={}&g=1",
]


@pytest.mark.parametrize("wrapper", IN_A_PARAMETER)
def test_a_target_in_a_parameter_is_peeled(wrapper: str) -> None:
    inner = peel(parse(wrapper.format(CODED)))

    assert inner is not None
    assert inner.url == TARGET


@pytest.mark.parametrize(
    ("wrapper", "target"),
    [
        ("https://www.google.com/amp/s/news.example.com/story.amp?x=1", "https://news.example.com/story.amp?x=1"),
        ("https://www.google.de/amp/news.example.com/story", "http://news.example.com/story"),
        ("https://news-example-com.cdn.ampproject.org/c/s/news.example.com/a", "https://news.example.com/a"),
        ("https://news-example-com.cdn.ampproject.org/v/news.example.com/a", "http://news.example.com/a"),
        (f"https://www.bing.com/ck/a?!&&p=abc&u=a1{BASE64}&ntb=1", TARGET),
        ("https://r.search.yahoo.com/_ylt=A/RV=2/RE=1/RO=10/RU=https%3a%2f%2fa.example.com%2fb/RK=2/RS=x-", "https://a.example.com/b"),
        ("https://my--shop-example-com.translate.goog/a?x=1&_x_tr_sl=de&_x_tr_tl=en", "https://my-shop.example.com/a?x=1"),
        ("https://example-com.translate.goog/?_x_tr_hp=a-very-long-name-&_x_tr_sch=http", "http://a.very.long.name.example.com/"),
        ("https://webcache.googleusercontent.com/search?q=cache:AbCdEfGhIjKl:shop.example.com/a+words&hl=en", "https://shop.example.com/a"),
        ("https://web.archive.org/web/20240102030405/https://shop.example.com/a?x=1", "https://shop.example.com/a?x=1"),
        ("https://web.archive.org/web/2024id_/http://shop.example.com:80/a", "http://shop.example.com/a"),
        ("https://web.archive.org/web/*/shop.example.com", "https://shop.example.com/"),
        ("https://archive.ph/20240101120000/https://shop.example.com/a", "https://shop.example.com/a"),
        ("https://archive.is/newest/http://shop.example.com/", "http://shop.example.com/"),
        (f"https://href.li/?{TARGET}", TARGET),
        (f"https://anonym.to/?{CODED}", TARGET),
        (f"https://12ft.io/{TARGET}", TARGET),
        ("https://disq.us/url?url=https%3A%2F%2Fshop.example.com%2Fa%3AkX3bVq9zYw0LmNoPqRsTuVwXyZ0&cuid=1", "https://shop.example.com/a"),
        (f"https://xyz.r.us-east-1.awstrack.me/L0/{CODED.replace('%3A', ':')}/1/0100/abc=1", TARGET),
        (f"https://mandrillapp.com/track/click/1/shop.example.com?p={MANDRILL}", TARGET),
        ("https://metamask.app.link/dapp/claim.example.com/a", "https://claim.example.com/a"),
        (f"https://phantom.app/ul/browse/{CODED}?ref=x", TARGET),
        (f"https://link.trustwallet.com/open_url?coin_id=60&url={CODED}", TARGET),
        ("https://click.pstmrk.it/3s/shop.example.com%2Fa/abc/def", "https://shop.example.com/a"),
        (f"https://prf.hn/click/camref:1/destination:{CODED}", TARGET),
        ("https://translated.turbopages.org/proxy_u/en-ru.ru.1/https/shop.example.com/a", "https://shop.example.com/a"),
        (f"https://secure-web.cisco.com/1aBcD/{CODED}", TARGET),
        (f"https://us-west-2.protection.sophos.com/?d=example.com&u={BASE64}&i=x", TARGET),
        (f"https://url.avanan.click/v2/___{TARGET}___.YXAx", TARGET),
        ("https://urldefense.proofpoint.com/v2/url?u=https-3A__shop.example.com_a-5Fb-3Fx-3D1&d=Dw&c=x", "https://shop.example.com/a_b?x=1"),
        ("https://urldefense.proofpoint.com/v2/url?u=http-3A__a.example.com_-3Fx-3D1-26amp-3By-3D2&d=Dw", "http://a.example.com/?x=1&y=2"),
    ],
)  # fmt: skip
def test_a_target_that_stands_elsewhere_is_peeled(wrapper: str, target: str) -> None:
    inner = peel(parse(wrapper))

    assert inner is not None
    assert inner.url == target


def proofpoint_3(target: str, moved: str) -> str:
    rest = base64.urlsafe_b64encode(moved.encode()).decode().rstrip("=")
    return f"https://urldefense.com/v3/__{target}__;{rest}!!AbC!DeF-gh$"


@pytest.mark.parametrize(
    ("written", "moved", "target"),
    [
        ("https://shop.example.com/a?x=1", "", "https://shop.example.com/a?x=1"),
        ("https://shop.example.com/a?utm_source=x", "", "https://shop.example.com/a"),
        ("https://shop.example.com/*/b", "!", "https://shop.example.com/!/b"),
        ("https://shop.example.com/**A/b*c", "++=", "https://shop.example.com/++/b=c"),
        ("https://shop.example.com/**Db", "äöü!!", "https://shop.example.com/%C3%A4%C3%B6%C3%BC!!b"),
        ("https://shop.example.com/a*", "é", "https://shop.example.com/a%C3%A9"),
        ("https:/shop.example.com/a", "", "https://shop.example.com/a"),
    ],
)
def test_the_third_form_of_url_defense_gets_back_the_characters_that_it_moved(
    written: str, moved: str, target: str
) -> None:
    inner = peel(parse(proofpoint_3(written, moved)))

    assert inner is not None
    assert inner.url == target


@pytest.mark.parametrize(
    ("value", "target"),
    [
        (quote(CODED, safe=""), TARGET),
        (quote(quote(CODED, safe=""), safe=""), TARGET),
        ("shop.example.com/a", "https://shop.example.com/a"),
        ("shop.example.com%2Fa", "https://shop.example.com/a"),
        ("shop.example.com%252Fa", "https://shop.example.com/a"),
        ("//shop.example.com/a", "https://shop.example.com/a"),
        ("192.0.2.7/a", "https://192.0.2.7/a"),
        ("HTTPS:shop.example.com", "https://shop.example.com/"),
    ],
)
def test_a_target_is_read_however_it_was_written(value: str, target: str) -> None:
    assert [inner.url for inner in unwrap(parse(f"https://www.google.com/url?q={value}"))] == [target]


@pytest.mark.parametrize(
    "url",
    [
        "https://shop.example.com/url?q=https://other.example.com/",
        "https://www.google.com/search?q=https://other.example.com/",
        "https://www.google.com/maps/place/Berlin",
        "https://google.evil.example/url?q=https://other.example.com/",
        "https://google.shop/url?q=https://other.example.com/",
        "https://www.google.com/url?q=",
        "https://www.google.com/url?q=/search",
        "https://www.google.com/url?q=hello",
        "https://www.google.com/url?q=javascript:alert(1)",
        "https://www.google.com/url?q=intent://x%23Intent;end",
        "https://www.google.com/url?q=https://",
        "https://www.youtube.com/watch?v=dQw4w9WgXcQ&q=https://other.example.com/",
        "https://www.facebook.com/sharer/sharer.php?u=https%3A%2F%2Fother.example.com",
        "https://www.linkedin.com/in/somebody",
        "https://medium.com/@somebody/title",
        "https://protect-us.mimecast.com/s/AbCdEf?domain=shop.example.com",
        "https://web.archive.org/",
        "https://web.archive.org/details/texts",
        "https://translate.goog/",
        "https://www.bing.com/ck/a?u=a1%FF%FE",
        "https://urldefense.com/v3/",
        "https://urldefense.com/v3/__https://shop.example.com",
        "https://mandrillapp.com/track/click/1/x?p=W10",
        "https://mandrillapp.com/track/click/1/x?p=eyJwIjoxfQ",
    ],
)
def test_what_carries_no_readable_target_is_not_peeled(url: str) -> None:
    assert unwrap(parse(url)) == ()


def test_an_address_that_names_two_targets_is_not_peeled() -> None:
    link = parse("https://www.google.com/url?q=https://good.example.com/&url=https://evil.example.com/")

    assert peel(link) is None
    assert peel(parse("https://www.google.com/url?q=https://a.example.com/&url=https://a.example.com/")) is not None


def test_layers_are_peeled_outermost_first() -> None:
    google = f"https://www.google.com/url?q={CODED}"
    facebook = f"https://l.facebook.com/l.php?u={quote(google, safe='')}"
    safelinks = f"https://nam02.safelinks.protection.outlook.com/?url={quote(facebook, safe='')}&data=1"

    assert [inner.url for inner in unwrap(parse(safelinks))] == [facebook, google, TARGET]


def test_no_more_than_a_named_number_of_layers_is_peeled() -> None:
    url = "https://a.example.com/"
    for _ in range(MAX_LAYERS + 5):
        url = f"https://href.li/?{url}"

    layers = unwrap(parse(url))

    assert len(layers) == MAX_LAYERS
    assert layers[-1].host == "href.li"


def test_a_wrapper_around_itself_ends() -> None:
    assert len(unwrap(parse("https://href.li/?https://href.li/"))) == 1


@pytest.mark.parametrize(
    ("url", "guards"),
    [
        ("https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fa.example.com", True),
        ("https://urldefense.com/v3/__https://a.example.com__;!!x!y$", True),
        ("https://protect-eu.mimecast.com/s/AbC", True),
        ("https://url.uk.m.mimecastprotect.com/s/AbC?domain=a.example.com", True),
        ("https://linkprotect.cudasvc.com/url?a=https://a.example.com", True),
        ("https://secure-web.cisco.com/x/https%3A%2F%2Fa.example.com", True),
        ("https://www.google.com/url?q=https://a.example.com", False),
        ("https://www.mimecast.com/products/", False),
        ("https://safelinks.protection.outlook.com.evil.example/?url=https://a.example.com", False),
        ("https://evil-urldefense.com/v3/__https://a.example.com__;!!x!y$", False),
    ],
)
def test_mail_filters_are_known_by_their_addresses(url: str, guards: bool) -> None:
    assert is_security_rewriter(parse(url)) is guards


@pytest.mark.parametrize(
    "url",
    [
        "https://www-paypal-com.cdn.ampproject.org/c/s/www.paypal.com/x",
        "https://www-paypal-com.translate.goog/x?_x_tr_sl=de",
        "https://web.archive.org/web/2024/https://www.paypal.com/",
        "https://www.google.com/url?q=https://www.paypal.com/",
        "https://us-west-2.protection.sophos.com/?d=paypal.com&u=aHR0cHM6Ly93d3cucGF5cGFsLmNvbS8",
        f"https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.paypal.com&data={'05%7C' * 400}",
        f"https://urldefense.com/v3/__https://www.paypal.com/{'a' * 3_000}__;!!k$",
    ],
)
def test_a_wrapper_around_an_honest_page_is_not_accused(url: str) -> None:
    assert analyze_locally(parse(url)).verdict == Verdict.BENIGN


HOSTS = [
    "www.google.com/url?q=", "www.google.com/amp/s/", "l.facebook.com/l.php?u=", "href.li/?", "a.translate.goog/",
    "urldefense.com/v3/__", "urldefense.com/v2/url?u=", "www.bing.com/ck/a?u=a1", "web.archive.org/web/2024/",
    "r.search.yahoo.com/RU=", "secure-web.cisco.com/x/", "mandrillapp.com/track/click/?p=", "archive.ph/",
    "url.avanan.click/v2/___", "disq.us/url?url=", "x.awstrack.me/L0/",
    "webcache.googleusercontent.com/search?q=cache:",
]  # fmt: skip


@given(st.sampled_from(HOSTS), st.text(max_size=60) | st.text(alphabet="*%25_-;!=&?/:.aA0htps", max_size=60))
def test_nothing_that_stands_in_a_wrapper_breaks_it(beginning: str, value: str) -> None:
    try:
        link = parse(f"https://{beginning}{value}")
    except InvalidLink:
        return

    layers = unwrap(link)

    assert len(layers) <= MAX_LAYERS
    assert all(layer.url.isascii() and len(layer.url) <= MAX_URL for layer in layers)


@pytest.mark.parametrize("unit", ["__;", "*", "**A", "/___https:", "https:", "%25", "/web/", "&q=a", ":a", "-", "RU=/"])
@pytest.mark.parametrize("beginning", HOSTS)
def test_the_longest_address_is_read_in_little_time(beginning: str, unit: str) -> None:
    link = parse((f"https://{beginning}" + unit * MAX_URL)[: MAX_URL // 4])

    begin = time.process_time()
    unwrap(link)

    assert time.process_time() - begin < 0.2
