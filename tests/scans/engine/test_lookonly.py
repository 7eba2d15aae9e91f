from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scans.engine.kinds.lookonly import REMOVED, displayable, is_look_only
from scans.engine.links import parse

KEY = "a8Fk2LmQ9zXw7PvB4n"


@pytest.mark.parametrize(
    "url",
    [
        f"https://chat.whatsapp.com/{KEY}",
        "https://wa.me/15550100",
        f"https://t.me/+{KEY}",
        f"https://t.me/joinchat/{KEY}",
        "https://discord.gg/abcdef",
        f"https://zoom.us/j/123456789?pwd={KEY}",
        f"https://teams.microsoft.com/l/meetup-join/{KEY}/0",
        f"https://app.example/login?token={KEY}",
        f"https://app.example/reset-password/{KEY}",
        f"https://app.example/verify-email?u={KEY}",
        f"https://news.example/unsubscribe/{KEY}",
        f"https://login.example/callback?code={KEY}&state=1",
        "https://login.example/?otp=123456",
        f"https://bucket.s3.amazonaws.com/f.pdf?X-Amz-Expires=60&X-Amz-Signature={KEY}",
        f"https://store.blob.core.windows.net/f?se=2026&sig={KEY}",
        f"https://www.dropbox.com/scl/fi/x/f.pdf?rlkey={KEY}&dl=0",
        f"https://drive.google.com/file/d/x/view?resourcekey={KEY}",
        f"https://app.example/__/auth/action?mode=resetPassword&oobCode={KEY}",
        f"https://clinic.example/appointment/cancel/{KEY}",
        f"https://clinic.example/cancel?booking={KEY}",
        f"https://app.example/approve?request={KEY}",
        f"https://app.example/account/delete/{KEY}",
        f"https://party.example/rsvp/{KEY}",
        f"https://app.example/einladung/{KEY}",
        f"https://app.example/passwort-zuruecksetzen/{KEY}",
        f"https://app.example/restablecer?tok={KEY}",
        "https://app.example/verify?code=482913",
        f"https://shop.example/basket?PHPSESSID={KEY}",
        f"https://shop.example/basket;jsessionid={KEY}?x=1",
        f"https://app.example/page?a=b&amp;token={KEY}",
    ],
)
def test_a_link_that_acts_or_opens_a_door_is_only_looked_at(url: str) -> None:
    assert is_look_only(parse(url))


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/",
        "https://chat.whatsapp.com/",
        "https://t.me/somechannel",
        "https://paypal-login.example/login",
        "https://shop.example/sale?code=SAVE20",
        "https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=42s",
        "https://blog.example/how-to-join-the-beta-1a2b3c4d5e6f",
        "https://www.example.com/?s=20&t=a8Fk2LmQ9zXw7PvB4n",
        "https://news.example/2026/why-you-should-verify-your-sources",
        "https://example.com/account/login?next=%2Fhome",
        "https://example.com/how-to-cancel-or-delete-your-account",
        "https://example.com/rsvp",
        "https://shop.example/confirm?order=48291377",
        "https://docs.google.com/document/d/1aBcD2eFgH3iJkL4mNoP5qRsT6/edit?usp=sharing",
    ],
)
def test_an_ordinary_link_may_be_opened(url: str) -> None:
    assert not is_look_only(parse(url))


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://bob:pw@example.com/a?x=1", "https://example.com/a?x=1"),
        ("https://example.com/a?x=1&utm_source=y", "https://example.com/a?x=1"),
        ("http://[2001:db8::1]:8080/x", "http://[2001:db8::1]:8080/x"),
        (f"https://chat.whatsapp.com/{KEY}", f"https://chat.whatsapp.com/{REMOVED}"),
        ("https://t.me/joinchat/abc", f"https://t.me/joinchat/{REMOVED}"),
        (f"https://a.example/reset/{KEY}?lang=en", f"https://a.example/reset/{REMOVED}?lang=en"),
        ("https://a.example/in?Token=abc&lang=en", f"https://a.example/in?Token={REMOVED}&lang=en"),
        (
            f"https://a.example/in?token={KEY}&email=bob%40example.com",
            f"https://a.example/in?token={REMOVED}&email={REMOVED}",
        ),
        (f"https://a.example/unsubscribe?{KEY}", f"https://a.example/unsubscribe?{REMOVED}"),
    ],
)
def test_what_is_shown_of_a_link_holds_no_key(url: str, shown: str) -> None:
    assert displayable(parse(url)) == shown


@given(
    st.sampled_from(["token", "sig", "password", "X-Amz-Signature", "rlkey", "otp"]),
    st.text(alphabet="abcdefXYZ0123456789-_.%", min_size=6, max_size=60),
    st.sampled_from(["", "bob:hunter2hunter2@"]),
)
def test_no_value_of_a_key_parameter_survives(name: str, value: str, userinfo: str) -> None:
    link = parse(f"https://{userinfo}a.example/p?{name}={value}&page=2")

    shown = displayable(link)

    assert value not in shown
    assert "hunter2" not in shown
    assert shown.isascii()
    assert shown.endswith("&page=2")


@pytest.mark.parametrize(
    "url",
    [
        f"https://clinic.example/cancel/{KEY}?by={KEY}",
        f"https://shop.example/basket;jsessionid={KEY}?x=1",
        f"https://shop.example/basket?PHPSESSID={KEY}",
        f"https://app.example/page?a=b&amp;token={KEY}",
        f"https://app.example/verify?code=482913&k={KEY}",
    ],
)
def test_what_is_shown_of_a_link_that_acts_holds_nothing_to_act_with(url: str) -> None:
    shown = displayable(parse(url))

    assert REMOVED in shown
    assert KEY not in shown
    assert "482913" not in shown
