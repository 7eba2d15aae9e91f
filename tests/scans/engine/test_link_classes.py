"""Which links are never opened, what they are called, and what is kept of them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scans.engine.heuristics import HEURISTICS
from scans.engine.kinds.lookonly import REMOVED, LinkClass, displayable, is_look_only, link_class, scheme_class
from scans.engine.links import MAX_URL, InvalidLink, parse

KEY = "a8Fk2LmQ9zXw7PvB4n"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dBjftJeZ4CVP"


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        (f"https://chat.whatsapp.com/{KEY}", LinkClass.GROUP_INVITE),
        (f"https://chat.whatsapp.com/invite/{KEY}?mode=ac_t", LinkClass.GROUP_INVITE),
        ("https://whatsapp.com/channel/0029VaAbCdEfGhIjKl", LinkClass.CHANNEL_INVITE),
        ("https://www.whatsapp.com/channel/0029VaAbCdEfGhIjKl/123", LinkClass.CHANNEL_INVITE),
        ("https://call.whatsapp.com/video/AbCdEfGh", LinkClass.MEETING),
        ("https://wa.me/4915112345678?text=Hi", LinkClass.CHAT_START),
        ("https://wa.me/message/ABCDEFG", LinkClass.CHAT_START),
        ("https://api.whatsapp.com/send?phone=15550100123", LinkClass.CHAT_START),
        ("https://web.whatsapp.com/send/?phone=15550100123", LinkClass.CHAT_START),
        ("https://t.me/+AbCdEfGh", LinkClass.TELEGRAM_INVITE),
        ("https://t.me/%2BAbCdEfGh", LinkClass.TELEGRAM_INVITE),
        ("https://telegram.me/joinchat/AbCd", LinkClass.TELEGRAM_INVITE),
        ("https://t.me/login/48213", LinkClass.LOGIN),
        ("https://t.me/$AbCd", LinkClass.PAYMENT),
        ("https://signal.group/", LinkClass.INVITE),
        ("https://discord.gg/abcdef", LinkClass.INVITE),
        ("https://discord.com/invite/abcdef", LinkClass.INVITE),
        ("https://join.slack.com/t/team/shared_invite/zt-abc", LinkClass.INVITE),
        ("https://line.me/R/ti/g/AbCdEf", LinkClass.INVITE),
        ("https://paypal.me/somebody/20", LinkClass.PAYMENT),
        ("https://www.paypal.com/paypalme/somebody", LinkClass.PAYMENT),
        ("https://cash.app/$somebody", LinkClass.PAYMENT),
        ("https://buy.stripe.com/aBcDeF", LinkClass.PAYMENT),
        ("https://nubank.com.br/cobrar/abc/def", LinkClass.PAYMENT),
        ("https://play.google.com/store/apps/details?id=com.example.app", LinkClass.APP_STORE),
        ("https://apps.apple.com/us/app/example/id123456789", LinkClass.APP_STORE),
        ("https://testflight.apple.com/join/AbCdEfGh", LinkClass.APP_STORE),
        (f"https://us02web.zoom.us/j/123456789?pwd={KEY}", LinkClass.MEETING),
        ("https://zoom.us/j/123456789", LinkClass.MEETING),
        ("https://meet.google.com/abc-defg-hij", LinkClass.MEETING),
        (f"https://teams.microsoft.com/l/meetup-join/19%3ameeting_{KEY}/0", LinkClass.MEETING),
        ("https://acme.webex.com/meet/somebody", LinkClass.MEETING),
        (f"https://www.dropbox.com/scl/fi/x/f.pdf?rlkey={KEY}&dl=0", LinkClass.SHARED),
        (f"https://drive.google.com/file/d/x/view?resourcekey={KEY}", LinkClass.SHARED),
        ("https://onedrive.live.com/?id=1&authkey=!AbC", LinkClass.SHARED),
        ("https://1drv.ms/w/s!AbCdEf", LinkClass.SHARED),
        ("https://mega.nz/file/AbCdEfGh", LinkClass.SHARED),
        ("https://pan.example/s/1abc?pwd=x7k2", LinkClass.SHARED),
        (f"https://b.s3.amazonaws.com/f.pdf?X-Amz-Signature={KEY}&X-Amz-Expires=60", LinkClass.SIGNED),
        (f"https://storage.googleapis.com/b/f?X-Goog-Signature={KEY}", LinkClass.SIGNED),
        (f"https://s.blob.core.windows.net/c/f?sv=2024&se=2026&sig={KEY}", LinkClass.SIGNED),
        (f"https://d1.cloudfront.net/f?Expires=1&Signature={KEY}&Key-Pair-Id=K1", LinkClass.SIGNED),
        (f"https://app.example/reset-password/{KEY}", LinkClass.ONE_TIME),
        (f"https://app.example/users/password-reset?u={KEY}", LinkClass.ONE_TIME),
        ("https://app.example/reset?token=12", LinkClass.ONE_TIME),
        (f"https://app.example/confirm-email/{KEY}", LinkClass.ONE_TIME),
        ("https://app.example/verify/482913", LinkClass.ONE_TIME),
        ("https://app.example/confirm/aB3xY9/", LinkClass.ONE_TIME),
        ("https://app.example/unsubscribe?email=bob%40example.com", LinkClass.ONE_TIME),
        (f"https://app.example/?mode=resetPassword&oobCode={KEY}", LinkClass.ONE_TIME),
        (f"https://blog.example/wp-login.php?action=rp&key={KEY}&login=bob", LinkClass.ONE_TIME),
        (f"https://app.example/magic-link/{KEY}", LinkClass.LOGIN),
        (f"https://app.example/auth/callback?code={KEY}&state=1", LinkClass.LOGIN),
        ("https://app.example/?%61ccess_token=abc", LinkClass.LOGIN),
        (f"https://app.example/x?y={JWT}", LinkClass.LOGIN),
        (f"https://app.example/enter/{JWT}", LinkClass.LOGIN),
        ("https://app.example/invite/aB3xY9", LinkClass.INVITE),
        (f"https://app.example/go?to=https%3A%2F%2Fb.example%2Fr%3Ftoken%3D{KEY}", LinkClass.ONE_TIME),
    ],
)
def test_a_link_that_is_never_opened_is_named(url: str, kind: LinkClass) -> None:
    link = parse(url)

    assert link_class(link) == kind
    assert is_look_only(link)
    assert link_class(parse(link.url)) == kind


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/",
        "https://example.com/r/abc123",
        "https://example.com/s/aB3xY9",
        "https://bit.ly/3AbCdEf",
        "https://bit.ly/aBcDeFgH1jKlMnOpQ",
        "https://t.co/AbCdEfGhIj",
        "https://tinyurl.com/yc4k7m2p",
        "https://shop.example/c/x7k2q9",
        "https://t.me/somechannel",
        "https://t.me/somechannel/123",
        "https://t.me/s/somechannel",
        "https://www.whatsapp.com/",
        "https://www.whatsapp.com/download",
        "https://discord.com/",
        "https://discord.com/channels/123/456",
        "https://www.paypal.com/signin",
        "https://paypal-login.example/login",
        "https://example.com/login/step2",
        "https://example.com/login/oauth2",
        "https://example.com/join/team2026",
        "https://example.com/verify/iphone15",
        "https://example.com/invite/friends",
        "https://example.com/confirm/2026",
        "https://example.com/unlock/everything",
        "https://example.com/unsubscribe",
        "https://example.com/account/login?next=%2Fhome",
        "https://news.example/2026/why-you-should-verify-your-sources-4711",
        "https://news.example/join/GettingStarted",
        "https://en.wikipedia.org/wiki/Password_reset",
        "https://docs.google.com/document/d/1aBcD2eFgH3iJkL4mNoP5qRsT6/edit?usp=sharing",
        "https://docs.google.com/forms/d/e/1FAIpQLSf-aBcD2eFgH3iJkL4mNoP5qRsT6/viewform",
        "https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=42s&list=PLa8Fk2LmQ9zXw7PvB4n",
        "https://youtu.be/dQw4w9WgXcQ?si=a8Fk2LmQ9zXw7PvB4n",
        "https://www.instagram.com/reel/CAbCdEfGhIj/",
        "https://www.amazon.com/dp/B0ABCDEF12?ref=x",
        "https://shop.example/sale?code=SAVE20",
        "https://shop.example/?session=winter",
        "https://play.google.com/store",
        "https://zoom.us/pricing",
        "https://www.dropbox.com/s/aB3xY9aB3xY9aB3/file.pdf?dl=0",
        "https://www.google.com/url?q=https://news.example/story",
        "https://web.archive.org/web/20210620064903/https://news.example/invitations-and-appointments",
        "https://secure.example/account/en-GB/login?from=https%3A%2F%2Fnews.example%2Fstory-4711",
        "https://members.example/login.aspx?ReturnUrl=%2fSecurePage%2fVacationStop2.aspx",
        "https://search.example/results?key=%D0%BA%D1%80%D0%BE%D1%81%D1%81%D0%BE%D0%B2%D0%BA%D0%B8",
        "https://search.example/results?key=jobs%20near%20me%20in%20Berlin%202026",
        "https://evil.example/2e584eac49bcaab0d090597a2e3c8508/view/login.php",
        "https://evil.example/acceso/?pwd=1",
        "https://example.com/search?q=https%3A%2F%2Fb.example%2F%3Fpage%3D2",
    ],
)
def test_an_ordinary_page_may_be_opened(url: str) -> None:
    assert link_class(parse(url)) is None


@pytest.mark.parametrize(
    "wrapper", ["https://www.google.com/url?q={}", "https://href.li/?{}", "https://archive.ph/2024/{}"]
)
def test_a_wrapper_around_such_a_link_is_one_too_and_shows_nothing_of_it(wrapper: str) -> None:
    link = parse(wrapper.format(f"https://chat.whatsapp.com/{KEY}"))

    assert link_class(link) == LinkClass.GROUP_INVITE
    assert KEY not in displayable(link)
    assert displayable(link).startswith(f"https://{link.host}/")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://whatsapp.com/channel/0029VaAbCdEfGhIjKl", "https://whatsapp.com/channel/0029VaAbCdEfGhIjKl"),
        ("https://wa.me/4915112345678?text=Hello%20you", "https://wa.me/4915xxx78?text=Hello%20you"),
        ("https://api.whatsapp.com/send?phone=%2B4915112345678", "https://api.whatsapp.com/send?phone=4915xxx78"),
        ("https://t.me/+aBc", f"https://t.me/{REMOVED}"),
        ("https://discord.com/invite/aBc", f"https://discord.com/invite/{REMOVED}"),
        ("https://us02web.zoom.us/j/123456789?pwd=1", f"https://us02web.zoom.us/j/{REMOVED}?pwd={REMOVED}"),
        ("https://app.example/verify/482913", f"https://app.example/verify/{REMOVED}"),
        ("https://1drv.ms/w/s!AbCdEf?e=x7k2q9", f"https://1drv.ms/w/{REMOVED}?e={REMOVED}"),
        (f"https://app.example/enter/{JWT}?x=1", f"https://app.example/enter/{REMOVED}?x=1"),
        ("https://paypal.me/somebody/20", "https://paypal.me/somebody/20"),
        (
            "https://play.google.com/store/apps/details?id=com.example.app&hl=de",
            "https://play.google.com/store/apps/details?id=com.example.app&hl=de",
        ),
        (
            f"https://app.example/go?to=https%3A%2F%2Fb.example%2Fr%3Ftoken%3D{KEY}&x=1",
            f"https://app.example/go?to={REMOVED}&x=1",
        ),
    ],
)
def test_what_is_kept_of_such_a_link_is_not_opened_either(url: str, shown: str) -> None:
    kept = displayable(parse(url))

    assert kept == shown
    assert is_look_only(parse(kept))


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("upi://pay?pa=a@b", LinkClass.PAYMENT),
        ("UPI:pay", LinkClass.PAYMENT),
        ("bitcoin:bc1q", LinkClass.PAYMENT),
        ("pix:x", LinkClass.PAYMENT),
        ("market://details?id=x", LinkClass.APP_STORE),
        ("itms-services://?action=download-manifest&url=x", LinkClass.APP_STORE),
        ("intent://x#Intent;scheme=https;end", LinkClass.OTHER_APP),
        ("tg://join?invite=x", LinkClass.TELEGRAM_INVITE),
        ("whatsapp://send?phone=1", LinkClass.CHAT_START),
        ("whatsapp://chat?code=AbC", LinkClass.GROUP_INVITE),
        ("\n tel:123", LinkClass.CHAT_START),
        ("https://example.com/", None),
        ("javascript:alert(1)", None),
        ("//example.com", None),
        ("", None),
    ],
)
def test_the_schemes_of_other_programs_are_named(url: str, kind: LinkClass | None) -> None:
    assert scheme_class(url) == kind


@pytest.mark.parametrize(
    ("url", "code"),
    [
        (f"https://chat.whatsapp.com/{KEY}", "group_invite"),
        ("https://wa.me/4915112345678", "chat_start_number"),
        ("https://wa.me/4915112345678?text=Hi", "chat_start_text"),
        ("https://wa.me/?text=Hi", "chat_start"),
        (f"https://www.google.com/url?q=https://chat.whatsapp.com/{KEY}", "group_invite"),
        ("https://upi.example/", None),
    ],
)
def test_the_class_is_said_and_costs_nothing(url: str, code: str | None) -> None:
    found = [one for heuristic in HEURISTICS if (one := heuristic(parse(url))) is not None]

    assert [(one.code, one.points) for one in found] == ([(code, 0)] if code else [])


@given(st.text(alphabet="/?&=%.-_~aB3zeyJ+@!ordinary login reset token", max_size=120))
def test_any_address_is_classed_and_shown(tail: str) -> None:
    try:
        link = parse(f"https://app.example/{tail}")
    except InvalidLink:
        return

    shown = displayable(link)

    assert shown.isascii()
    assert displayable(parse(shown)) == shown
    assert is_look_only(parse(shown)) == is_look_only(link)


UNITS = [
    "a@&",
    "abc-",
    "a-",
    "eyJ-",
    "eyJa.",
    "/otp",
    "/verify/a",
    "aB",
    "?",
    "&token%3D",
    "&a=%2526",
    "=",
    "1",
    "-1",
    "%40",
    "15551234567%20",
]


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("front", ["https://app.example/reset/", "https://app.example/?a=", "https://wa.me/?text="])
def test_the_longest_address_is_classed_in_little_time(front: str, unit: str) -> None:
    link = parse((front + unit * MAX_URL)[:MAX_URL])

    begin = time.process_time()
    shown = displayable(link)

    assert time.process_time() - begin < 0.1
    assert len(shown) <= MAX_URL
