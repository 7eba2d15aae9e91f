"""Hosts that strangers share are known as such, and what belongs to one of them is not."""

from __future__ import annotations

import pytest

from scans.engine.names.shared_hosts import PLATFORMS, is_platform, is_shared, platform_of


@pytest.mark.parametrize(
    ("host", "platform", "is_own", "shared"),
    [
        ("docs.google.com", "docs.google.com", True, True),
        ("www.google.com", "", False, False),
        ("www.facebook.com", "facebook.com", True, True),
        ("m.facebook.com", "facebook.com", True, True),
        ("bit.ly", "bit.ly", True, True),
        ("evil.tumblr.com", "tumblr.com", False, True),
        ("github.io", "", True, True),
        ("evil.github.io", "", False, True),
        ("shop.example", "", False, False),
        ("notbit.ly", "", False, False),
        ("bit.ly.evil.example", "", False, False),
    ],
)
def test_what_strangers_share_is_told_from_what_one_of_them_owns(
    host: str, platform: str, is_own: bool, shared: bool
) -> None:
    assert platform_of(host) == platform
    assert is_platform(host) is is_own
    assert is_shared(host) is shared


def test_platforms_are_written_as_hosts() -> None:
    assert all(name == name.lower().strip(".") and "." in name and "#" not in name for name in PLATFORMS)
