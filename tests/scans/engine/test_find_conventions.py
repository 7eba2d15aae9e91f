"""Where a link begins and ends in everyday messages: what most phones and chat programs make clickable."""

from __future__ import annotations

import pytest

from scans.engine.links import find_links


def raws(text: str) -> list[str]:
    return [link.raw for link in find_links(text)]


@pytest.mark.parametrize(
    "text",
    [
        "http://intranet-7/start",
        "http://4711",
        "https://flowers.local01/vase",
        "https://shop_one.flowers.com/a",
        "shop_one.flowers.com/list.pdf",
        "https://flowers.example/a,b;c=1,2",
        "https://flowers.example/it's-spring/",
        "https://flowers.example/'red'",
        "https://flowers.example/spring’s-colours/",
        "https://flowers.example/red...blue",
        "https://flowers.example/shelf-",
        "https://flowers.example/a$?b=*&c=^d|e||f",
        "https://flowers.example/?vase={%22a%22:{%22b%22:1}}",
        "https://flowers.example/render(sum(a(b),c))",
        "https://flowers.example/archive/*/http://old.example",
        "https://flowers.example/#!/list",
        "https://flowers.example?vase#red",
        "https://flowers.example/wiki/🌷/more",
        "https://flowers.example/search?q=🌷&page=2",
        "https://flowers.example/find?q=🌷",
        "https://[2001:db8::5]:8065/a",
        "https://me:pw@[2001:db8::5]/a",
        "http://✪flowers.ws/a",
        "✪flowers.ws/a",
        "🌷.ws/a",
        "www.🌷🌻.ws",
        "tulip🌷.com",
        "꽃집.한국",
        "花店.みんな",
        "flowers.com:00443/a",
        "flowers.com:65535",
        "flowers.com:080/a",
        "https://flowers.com:0/a",
        "_.flowers.com",
        "_.flowers.com/a",
        "QQ花店.com",
        "col·leccio.cat",
        "https://me:!$'(x)*@flowers.example/a",
        "https://vases.com'tulip@flowers.com/a",
        "https://vases.com'tulip'rose:1@flowers.com",
        "https://roses.com(red)@flowers.com/a",
        "https://~'red'_(a)!:b%40:c%2f::@flowers.com",
        "http://*.flowers.com",
        "https://*.flowers.com:8443/a",
        "//localhost",
        "//localhost:8000/vase",
        "https://flowers.example/咲いた？.png",
        "https://flowers.example/咲いた！？.jpg?big",
        "https://flowers.comノvase.example",
        "https://flowers-and-vases/a",
        "https://shop.intern1-vases/a",
        "https://flowers.xn--p1ai",
        "https://shop‐one.flowers.com/a",
        "https://flowers.com⁄vases.org/a",
        "https://flowers.example/a(b[c)d]e",
        "https://flowers.com:/a",
        "https://flowers.example/?a=1&amp;b=2",
        "https://-tulips.github.io/a",
    ],
)
def test_a_link_is_found_whole(text: str) -> None:
    assert raws(text) == [text]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see ''https://flowers.example/a'' now", ["https://flowers.example/a"]),
        ("https://flowers.com's garden", ["https://flowers.com"]),
        ("flowers.com's/garden", ["flowers.com"]),
        ("https://flowers.example/#", ["https://flowers.example/#"]),
        ("https://flowers.example#", ["https://flowers.example"]),
        ("flowers.com:65536", ["flowers.com"]),
        ("flowers.com:123456/a", ["flowers.com"]),
        ("http://flowers.com:tulip", ["http://flowers.com"]),
        ("http://flowers.com:٣٩/", ["http://flowers.com"]),
        ("http://flowers.com:𝟠𝟘/", ["http://flowers.com"]),
        ("flowers.com:８０/a", ["flowers.com"]),
        ("https://flowers.com@ is ours", ["https://flowers.com"]),
        ("(https://flowers.com@)", ["https://flowers.com"]),
        ("https://flowers.com's@ home", ["https://flowers.com"]),
        ("flowers.com@, vases.com@", ["flowers.com", "vases.com"]),
        ("flowers.com/a@", ["flowers.com/a"]),
        ("flowers.com@我", ["flowers.com"]),
        ("flowers.com-2027, vases.co.uk-1.2.3", ["flowers.com", "vases.co.uk"]),
        ("buy at flowers.com.Then vases.org.thanks", ["flowers.com", "vases.org"]),
        ("看https://flowers.com@。", ["https://flowers.com"]),
        ("flowers.com|me@vases.com|", ["flowers.com"]),
        ("flowers.com!me@vases.com", ["flowers.com"]),
        ("*flowers.com*me@vases.com", ["flowers.com"]),
        ("flowers.com+@ 66.102.7.147%@", ["flowers.com", "66.102.7.147"]),
        ("·flowers.com·vases.com· ·66.102.7.147·", ["flowers.com", "vases.com", "66.102.7.147"]),
        ("http://[192.168.1.20]/a", ["192.168.1.20"]),
        ("http://flowers.com-which-smell", ["http://flowers.com"]),
        ("https://shop.flowers.co.uk-roses/red and", ["https://shop.flowers.co.uk"]),
        ("HTTPS://Flowers.com-Roses:8443/a", ["HTTPS://Flowers.com"]),
        ("'https://flowers.com'me@vases.com", ["https://flowers.com"]),
        ("'https://flowers.com','me@vases.com'", ["https://flowers.com"]),
        ("https://flowers.example/咲いた？はい", ["https://flowers.example/咲いた"]),
        ("https://flowers.example/a？.", ["https://flowers.example/a"]),
        ("[https://flowers.example/a|our garden]", ["https://flowers.example/a"]),
        ("https://flowers.example/a!!!", ["https://flowers.example/a"]),
        ("https://flowers.example/a🔥", ["https://flowers.example/a"]),
        ("https://flowers.example/🔥", ["https://flowers.example/"]),
        ("https://flowers.example/wiki/🌷", ["https://flowers.example/wiki/"]),
        ("flowers.com/a/👩🏽‍💻❤️", ["flowers.com/a/"]),
        ("1️⃣flowers.com/a", ["flowers.com/a"]),
        ("flowers.com-account, my Vases.com-shop2", ["flowers.com", "Vases.com"]),
        (
            "|https://flowers.example/a|https://vases.example/b|red|",
            ["https://flowers.example/a", "https://vases.example/b"],
        ),
        ("flowers.com／a＠b", ["flowers.com"]),
        ("https ://flowers.com/a", ["flowers.com/a"]),
        ("flowers.com🔥.", ["flowers.com"]),
        ("€flowers.com ©vases.com", ["flowers.com", "vases.com"]),
        ("①flowers.com ②vases.com", ["flowers.com", "vases.com"]),
        ("花flowers.com花vases.com花", ["flowers.com", "vases.com"]),
        ("好的flowers.com。vases.com", ["flowers.com", "vases.com"]),
        ("https://flowers.com{x@vases.com", ["https://flowers.com"]),
        ("https://flowers.com(x@vases.com", ["https://flowers.com"]),
        ("someone.flowers@https://vases.com", ["https://vases.com"]),
        ("garden=https://flowers.com", ["https://flowers.com"]),
        ("gardenhttps://flowers.com", ["https://flowers.com"]),
        ("a:b:https://flowers.com/r", ["https://flowers.com/r"]),
        ("garden|https://flowers.com/a|red", ["https://flowers.com/a"]),
        ("flowers.com/a|red", ["flowers.com/a"]),
        ("https://flowers.com/a/''", ["https://flowers.com/a/''"]),
        ("https://flowers.com/a/'''", ["https://flowers.com/a/''"]),
        ("'https://flowers.com/a/''", ["https://flowers.com/a/"]),
        ("https://flowers.com/a~", ["https://flowers.com/a~"]),
        ("~https://flowers.com/a~", ["https://flowers.com/a"]),
        ("https://flowers.com/a@ home", ["https://flowers.com/a"]),
        ("https://flowers.com/– and https://vases.com/a–", ["https://flowers.com/–", "https://vases.com/a"]),
        ("garden:of:file.pm", []),
        ("https://flowers.com—and vases", ["https://flowers.com"]),
        ("https://flowers.com..vases", ["https://flowers.com"]),
        ("https://flowers..com/a", ["https://flowers"]),
        ("flowers.com:/a", ["flowers.com"]),
        ("flowers.com:?a", ["flowers.com"]),
        ("flowers.com:0/a", ["flowers.com"]),
        ("flowers.com:0000000/a", ["flowers.com"]),
        ("tülips.com:0/a", ["tülips.com"]),
        ("[url]https://flowers.example/a[/url]", ["https://flowers.example/a"]),
        ("href=&quot;https://flowers.example/a&quot;&gt;here&lt;/a&gt;", ["https://flowers.example/a"]),
        ("&lt;https://flowers.example/a&gt;.", ["https://flowers.example/a"]),
        ("flowers.com/a&#34;, flowers.com/b&#x3E;", ["flowers.com/a", "flowers.com/b"]),
        ("https://flowers.example/a(b]c)", ["https://flowers.example/a(b"]),
    ],
)
def test_a_link_ends_where_the_sentence_goes_on(text: str, found: list[str]) -> None:
    assert raws(text) == found


@pytest.mark.parametrize(
    "number",
    ["4.4.4.4", "66.102.7.147", "203.0.113.77", "10.20.30.40", "192.168.0.1", "127.0.0.1", "121.1.1.1", "255.1.1.1"],
)
@pytest.mark.parametrize("text", ["{}", "try {} now", "({})", "*{}*", "ping {}, please", "version 2.10.3.1 is at {}."])
def test_four_numbers_are_an_address(number: str, text: str) -> None:
    assert raws(text.format(number)) == [number]


@pytest.mark.parametrize(
    "text",
    [
        "v{} version {} Version: {}, ver. {} release-{} build {}",
        "Versión {} versão {} версия {} 版本{} バージョン {} الإصدار {}",
        "app-{} app_{} {}-beta {}_1 a{} {}.5 6.{}",
        "garden=={} garden>={}",
        "see section {} and § {}",
        "{} release {} update",
        "someone@{}",
    ],
)
def test_four_numbers_that_are_called_a_version_are_none(text: str) -> None:
    assert raws(text.replace("{}", "4.10.3.21")) == []


@pytest.mark.parametrize("text", ["10.0.0.1 0.0.0.0", "66.102.7.0", "8.8.8.08 8.8.8.256", "10.0.0.0/8 66.102.7.147/24"])
def test_four_numbers_that_are_nobodys_address_are_none(text: str) -> None:
    assert raws(text) == []


def test_a_number_that_is_a_version_in_one_place_and_an_address_in_another_is_a_link() -> None:
    assert raws("version 4.4.4.4 runs on 4.4.4.4") == ["4.4.4.4"]


@pytest.mark.parametrize("path", ["നിന്നെ-പോലൊരാള്\u200d.html", "می\u200cخواهم"])
def test_joiners_that_shape_a_script_hide_nothing_in_a_path(path: str) -> None:
    (link,) = find_links(f"https://flowers.example/{path}")

    assert link.raw.endswith(path)
    assert link.evasions == ()
    assert "%E2%80%8" in link.url


@pytest.mark.parametrize(
    "text",
    [
        "flowers.com+tulips@vases.com",
        "flowers.com'red@vases.com",
        "roses.me@blüten.de",
        "a.b.flowers.com.a.b com.flowers.vase flowers.com.1",
        "first.last.com@vases.com",
        "thank.you so much",
        "flowers.coma flowers.123 a1.2.3.4 1.2.3.400 1.2.3.4.5",
        "🌷.tulip tulip🌷.rose",
        "https://… http://.flowers.com http://?",
        "svn+ssh://flowers.com sftp://flowers.com",
        "libflower.so.1 flowers.tar.bz2",
        "// localhost and /localhost, a//localhost, //localhosts, //localhost.b",
        "localhost localhost:3000 localhost/a",
        "https://-flowers.com https://flowers-.com/a https://shop.-flowers.co.uk https://flowers.-vase",
        "Я из города.Москва красивая",
    ],
)
def test_what_no_phone_makes_clickable_is_no_link(text: str) -> None:
    assert raws(text) == []


@pytest.mark.parametrize(
    ("text", "raw"),
    [
        ("our shop //flowers.com/vase is open", "//flowers.com/vase"),
        ("(//flowers.com)", "//flowers.com"),
        ("///flowers.com", "flowers.com"),
        ("roses//flowers.com", "flowers.com"),
        ("roses-//flowers.com", "//flowers.com"),
        ("src='//flowers.com/a.js'", "//flowers.com/a.js"),
        ("roses=//flowers.com", "//flowers.com"),
    ],
)
def test_two_slashes_in_front_belong_to_a_link_without_scheme(text: str, raw: str) -> None:
    (link,) = find_links(text)

    assert (link.raw, link.scheme, link.evasions) == (raw, "https", ())


SPACES = ["\u00a0", "\u2003", "\u2009", "\u2028", "\u202f", "\u205f", "\u3000", "\t", "\v", "\x1f", "\x9f"]


@pytest.mark.parametrize("space", SPACES, ids=ascii)
def test_every_kind_of_space_ends_a_link(space: str) -> None:
    assert raws(f"https://flowers.com{space}and") == ["https://flowers.com"]
