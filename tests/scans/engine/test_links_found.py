from __future__ import annotations

import pytest

from scans.engine.links import find_links


def urls(text: str) -> list[str]:
    return [link.url for link in find_links(text)]


def raws(text: str) -> list[str]:
    return [link.raw for link in find_links(text)]


@pytest.mark.parametrize("scheme", ["Http://", "HTTPS://", "hTTps://"])
def test_a_capitalised_scheme_does_not_hide_a_link(scheme: str) -> None:
    assert urls(f"{scheme}Example.com/Pay") == [f"{scheme.lower()}example.com/Pay"]


@pytest.mark.parametrize(
    "text",
    [
        "https://en.wikipedia.org/wiki/Foo",
        "https://www.google.com/x",
        "https://docs.google.com/a?b=c",
        "WWW.Example.com/x",
    ],
)
def test_a_link_never_adds_its_parent_domain(text: str) -> None:
    assert len(find_links(text)) == 1


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("münchen.de", "xn--mnchen-3ya.de"),
        ("https://münchen.de/straße", "xn--mnchen-3ya.de"),
        ("пример.рф", "xn--e1afmkfd.xn--p1ai"),
        ("https://xn--80ak6aa92e.com/", "xn--80ak6aa92e.com"),
        ("https://例え.jp", "xn--r8jz45g.jp"),
        ("中文网.中国", "xn--fiq228c5hs.xn--fiqs8s"),
        ("हिन्दी.भारत", "xn--j2bd4cyah0f.xn--h2brj9c"),
        ("https://①②.com", "12.com"),
        ("https://example。com/", "example.com"),
        ("http://✪df.ws/123", "xn--df-oiy.ws"),
    ],
)
def test_a_host_in_any_script_is_read_whole(text: str, host: str) -> None:
    assert [link.host for link in find_links(text)] == [host]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://a.com,https://b.com", ["https://a.com", "https://b.com"]),
        ("https://a.comhttps://b.com", ["https://a.com", "https://b.com"]),
        ("https://a.com/xhttp://b.com/y", ["https://a.com/x", "http://b.com/y"]),
        ("https://a.com/x;www.b.com", ["https://a.com/x;www.b.com"]),
        ("https://a.com,www.b.com", ["https://a.com", "www.b.com"]),
        ("a.com,b.com", ["a.com", "b.com"]),
        ("https://http://evil.com", ["http://evil.com"]),
        ("https://a.com\nhttps://b.com", ["https://a.com", "https://b.com"]),
        ("[https://a.com/x](https://b.com/y)", ["https://a.com/x", "https://b.com/y"]),
        ("[a](https://www.a.com)[b](mailto:someone@b.com)", ["https://www.a.com"]),
    ],
)
def test_glued_links_are_all_found(text: str, expected: list[str]) -> None:
    assert raws(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "https://example.com/?u=https://evil.com/x",
        "https://web.archive.org/web/2020/https://foo.com/",
        "example.com/r?u=https://b.com/x",
        "https://example.com/r?u%3Dhttps://b.com/x",
    ],
)
def test_a_link_inside_a_link_is_part_of_it(text: str) -> None:
    assert raws(text) == [text]


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("example.com:8443/a", "https://example.com:8443/a"),
        ("a.com/b?c=d&e=f", "https://a.com/b?c=d&e=f"),
        ("example.com?x=1", "https://example.com/?x=1"),
        ("sub.example.com/path/to.file", "https://sub.example.com/path/to.file"),
        ("//example.com/x", "https://example.com/x"),
        ("10.0.0.1:8080/login", "https://10.0.0.1:8080/login"),
        ("t.me/+abc", "https://t.me/+abc"),
    ],
)
def test_a_link_without_scheme_keeps_its_port_path_and_query(text: str, url: str) -> None:
    assert urls(text) == [url]


@pytest.mark.parametrize(
    "text",
    [
        "readme.md and README.MD",
        "file.txt script.js report_final.pdf",
        "main.py run.sh lib.rs script.pl archive.zip clip.mov libc.so Main.java",
        "Hello.World end.Start done.It was",
        "ok.so what hi.how are you nope.nothing.here",
        "v1.2.3 2.10.3 and 3.14 at 10.30, R1.250,00",
        "10.0.0.1 is the router of 10.0.0.0/8",
        "mail bob@example.com or bob.smith@sub.example.co.uk",
        "e.g. this, i.e. that, U.S.A. ... wait...what",
        "www. www.a http:// https://.com co.uk",
        "ftp://example.com/a javascript:alert(1) tel:+123",
        "nothing to see here",
        "",
    ],
)
def test_what_only_looks_like_a_link_is_none(text: str) -> None:
    assert raws(text) == []


@pytest.mark.parametrize(
    "text",
    ["readme.md/x", "www.readme.md", "http://main.py", "main.py:8080", "shop.com.py", "allegro.pl", "Example.Com"],
)
def test_a_name_with_a_file_ending_counts_once_something_makes_it_a_link(text: str) -> None:
    assert raws(text) == [text]


@pytest.mark.parametrize(
    ("text", "raw"),
    [
        ("see https://example.com.", "https://example.com"),
        ("really https://example.com/?!", "https://example.com/"),
        ("see https://example.com/foo?x=1&y=2, thanks", "https://example.com/foo?x=1&y=2"),
        ("(https://example.com/a)", "https://example.com/a"),
        ("(see https://example.com/a).", "https://example.com/a"),
        ("https://en.wikipedia.org/wiki/Foo_(bar)", "https://en.wikipedia.org/wiki/Foo_(bar)"),
        ("(https://en.wikipedia.org/wiki/Foo_(bar)).", "https://en.wikipedia.org/wiki/Foo_(bar)"),
        ("<https://example.com/x>", "https://example.com/x"),
        ("“https://example.com”", "https://example.com"),
        ("'https://example.com'", "https://example.com"),
        ("**https://example.com**", "https://example.com"),
        ("_https://example.com/x_", "https://example.com/x"),
        ("https://example.com/x_", "https://example.com/x_"),
        ("https://example.com/a'b", "https://example.com/a'b"),
        ("https://example.com/{id}", "https://example.com/{id}"),
        ("https://example.com/?a[]=1", "https://example.com/?a[]=1"),
        ("🔥https://example.com🔥", "https://example.com"),
        ("text🔥example.com🔥", "example.com"),
        ("请看https://example.com/x。谢谢", "https://example.com/x"),
        ("请看163.com谢谢", "163.com"),
        ("naver.com에서", "naver.com"),
        ("https://example.comこれは", "https://example.com"),
        ("https://paypal.com@evil.example/x", "https://paypal.com@evil.example/x"),
    ],
)
def test_the_sentence_around_a_link_is_not_part_of_it(text: str, raw: str) -> None:
    assert raws(text) == [raw]


@pytest.mark.parametrize(
    ("text", "raw", "url"),
    [
        ("http://::1", "http://::1", "http://[::1]/"),
        ("see http://2001:db8::8:800:417a/path.", "http://2001:db8::8:800:417a/path", "http://[2001:db8::8:800:417a]/path"),
        ("(http://::ffff:10.0.0.1/a_(b)).", "http://::ffff:10.0.0.1/a_(b)", "http://[::ffff:a00:1]/a_(b)"),
        ("https://1:2:3:4:5:6:7:8?a", "https://1:2:3:4:5:6:7:8?a", "https://[1:2:3:4:5:6:7:8]/?a"),
    ],
)  # fmt: skip
def test_an_address_that_lacks_its_brackets_is_read_whole_and_not_as_its_first_number(
    text: str, raw: str, url: str
) -> None:
    assert [(link.raw, link.url) for link in find_links(text)] == [(raw, url)]


@pytest.mark.parametrize("text", ["http://a:80", "http://10:20:30", "https://example.com:443::1", "12:30:40", "::1"])
def test_what_only_resembles_such_an_address_is_read_as_before(text: str) -> None:
    assert not any(":" in link.host for link in find_links(text))
