"""Being sent on without a redirect: refreshes and scripts, read as browsers read them and never run."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scans.engine.journeys import How
from scans.engine.pages.location_scripts import Sending, find_sending
from scans.engine.pages.markup import Markup, read
from scans.engine.pages.onward import Onward, from_head, from_page

AT_ONCE = [
    'location = "/x"',
    "location='/x';",
    "location = `/x`",
    'window.location = "/x"',
    'window.location.href="/x"',
    'self.location.replace("/x")',
    'top.location.assign( "/x" );',
    'document.location.href = "/x"',
    'window.top.location = "/x"',
    'var a = 1; location.replace("/x")',
    'window.opener = null; location.replace("/x")',
    '<!--\nlocation.href = "/x"\n//-->',
    'location["href"] = "/x"',
    'window["location"].href = "/x"',
    "window['location'] = '/x'",
    'location.href = "\\/x"',
    "location.href = '\\x2fx'",
    'location.href = "\\u002fx"',
    'location.href = "\\u{2f}x"',
    'setTimeout(function () { location.href = "/x"; }, 3000);',
    "setTimeout(\"location.href='/x'\", 0)",
    'setTimeout(() => { window.location = "/x" }, 10)',
    '(function () { location.assign("/x") })();',
    '(() => { location = "/x" })()',
    '!function(){location="/x"}()',
    'window.onload = function () { location = "/x" }',
    'window.addEventListener("load", function (event) { location = "/x" })',
    "document.addEventListener('DOMContentLoaded', () => { location = '/x' })",
    '$(document).ready(function(){ location = "/x" })',
    '$(function(){ location = "/x" })',
    '// location = "/no"\nlocation = "/x"',
    '/* location = "/no" */ location = "/x"',
    'var s = "location = \'/no\'"; location = "/x"',
    'function go() { location = "/no" } location = "/x"',
    'if (mobile) { location = "/no" }\nlocation = "/x"',
]
WAITING = [
    'function logout() { location.href = "/x" }',
    'button.onclick = function () { location = "/x" }',
    'if (mobile) location = "/x"',
    'if (mobile) { location = "/x" }',
    'mobile ? location = "/x" : 0',
    'mobile && (0, 1) && location.replace("/x")',
    'if (a) {} else location = "/x"',
    'menu.addEventListener("click", () => { location = "/x" })',
    'const go = () => { location = "/x" }',
    'function outer() { setTimeout(function () { location = "/x" }, 1) }',
]
NOWHERE = [
    "",
    'var location = "/x"',
    'let location = "/x"',
    'shop.location = "/x"',
    'mylocation = "/x"',
    'location == "/x"',
    'location = "/x" + query',
    'location = base + "/x"',
    'location.hash = "/x"',
    'location.href = "/x".concat(y)',
    "alert(\"location = '/x'\")",
    '// location = "/x"',
    "location.reload()",
    'location = "/x',
]


@pytest.mark.parametrize("script", AT_ONCE)
def test_a_script_that_sends_at_once_is_read(script: str) -> None:
    assert find_sending(script) == Sending("/x", depends=False)


@pytest.mark.parametrize("script", WAITING)
def test_a_script_that_waits_for_something_says_so(script: str) -> None:
    assert find_sending(script) == Sending("/x", depends=True)


@pytest.mark.parametrize("script", NOWHERE)
def test_other_scripts_send_nowhere(script: str) -> None:
    assert find_sending(script) is None


@given(st.text(alphabet=st.sampled_from("location=.href'\"`\\{}()/*;\n x"), max_size=300))
def test_no_script_breaks_the_reader(script: str) -> None:
    assert isinstance(find_sending(f"location {script}"), Sending | None)


@pytest.mark.parametrize(
    "piece",
    ["{", '"', "'\\", "/*", "location='", "location.replace('", "function(){", "){", "=>{", "setTimeout('", " "],
)
def test_reading_a_script_takes_time_in_proportion(piece: str) -> None:
    script = (piece * 16_384)[:16_384] + "location"
    start = process_time()

    find_sending(script)

    assert process_time() - start < 0.1


@pytest.mark.parametrize(
    ("content", "target"),
    [
        ("0; url=https://b.example/", "https://b.example/"),
        ("0;URL='https://b.example/'", "https://b.example/"),
        ('5 ; url = "https://b.example/" rest', "https://b.example/"),
        ("0,https://b.example/", "https://b.example/"),
        ("0 https://b.example/", "https://b.example/"),
        ("0.5; url=/x", "/x"),
        ("; url=/x", "/x"),
        (" 3;url=/x ", "/x"),
        ("0; URL=//b.example", "//b.example"),
        ("60; url=/x", "/x"),
        ("0; urlx", "urlx"),
    ],
)
def test_a_refresh_is_read_as_browsers_do(content: str, target: str) -> None:
    assert from_head(200, None, content) == Onward(How.REFRESH, target)
    assert from_page(Markup(refresh=content)) == Onward(How.META, target)


@pytest.mark.parametrize(
    "content", ["", "0", "0;", "5; url=", "61; url=/x", "x; url=/y", "0;url=javascript:x", "url=/x"]
)
def test_a_refresh_without_time_or_target_sends_nowhere(content: str) -> None:
    assert from_head(200, None, content) is None
    assert from_page(Markup(refresh=content)) is None


def test_a_location_counts_before_a_refresh() -> None:
    assert from_head(302, "/a", "0; url=/b") == Onward(How.REDIRECT, "/a")


def test_a_script_that_sends_at_once_is_faster_than_a_refresh() -> None:
    assert from_page(Markup(refresh="0; url=/meta", scripts=('location = "/script"',))) == Onward(How.SCRIPT, "/script")


WAITS = 'if (window.self === window.top) { location.href = "https://b.example/" }'


def test_a_stub_is_followed_where_its_script_only_may_send() -> None:
    stub = read(f"<title>Wait</title><script>{WAITS}</script><a href=/x>Continue</a>".encode(), "text/html")

    assert from_page(stub) == Onward(How.SCRIPT, "https://b.example/")


@pytest.mark.parametrize("rest", ["<p>much text</p>" * 400, "<input name=q>"])
def test_a_page_of_its_own_is_not_left_for_what_its_script_only_may_do(rest: str) -> None:
    page = read(f"<title>Shop</title><script>{WAITS}</script>{rest}".encode(), "text/html")

    assert from_page(page) is None


def test_a_handler_of_the_body_is_a_script() -> None:
    page = read(b"""<body class=x onload="window.location.href='https://b.example/'">""", "text/html")

    assert from_page(page) == Onward(How.SCRIPT, "https://b.example/")
