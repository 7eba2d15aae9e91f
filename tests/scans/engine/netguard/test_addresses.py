"""Addresses of the public internet are let through, all others are not, at the edges of every range."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scans.engine.netguard import Blocked, check_address

PUBLIC = [
    "1.0.0.0", "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "93.184.216.34", "100.63.255.255", "100.128.0.0",
    "126.255.255.255", "128.0.0.0", "151.101.1.69", "168.63.129.15", "168.63.129.17", "169.253.255.255",
    "169.255.0.0", "172.15.255.255", "172.32.0.0", "191.255.255.255", "192.0.1.0", "192.0.1.255", "192.0.3.0",
    "192.31.196.1", "192.52.193.1", "192.88.98.255", "192.88.100.0", "192.167.255.255", "192.169.0.0", "192.175.48.1",
    "198.17.255.255", "198.20.0.0", "198.51.99.255", "198.51.101.0", "203.0.112.255", "203.0.114.0",
    "223.255.255.255", "2000::", "2000::1", "2001:200::", "2001:470::1", "2001:4860:4860::8888", "2001:db7:ffff::1",
    "2001:db9::", "2001:ffff::1", "2003::1", "2606:4700::1111", "2606:4700:4700:0:0:0:0:1111",
    "2606:4700:4700::1.1.1.1", "2606:2800:220:1:248:1893:25c8:1946", "2620:4f:8000::1", "2620:FE::FE", "2a00:1450::",
    "2a00:1450:4001:81b::200e", "2a02:ec80:300:ed1a::1", "2c0f:fb50::1", "3ffe:ffff::1", "3fff:1000::",
    "2606:4700::5efe:808:808", "2606:4700::7f00:1",
]  # fmt: skip
NOT_PUBLIC = [
    "0.0.0.0", "0.0.0.1", "0.255.255.255", "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.100.100.200",
    "100.127.255.255", "127.0.0.0", "127.0.0.1", "127.0.0.2", "127.255.255.255", "168.63.129.16", "169.254.0.0",
    "169.254.169.254", "169.254.170.2", "169.254.255.255", "172.16.0.0", "172.17.0.1", "172.31.255.255", "192.0.0.0",
    "192.0.0.8", "192.0.0.9", "192.0.0.10", "192.0.0.170", "192.0.0.192", "192.0.0.255", "192.0.2.0", "192.0.2.255",
    "192.88.99.0", "192.88.99.255", "192.168.0.0", "192.168.255.255", "198.18.0.0", "198.19.255.255", "198.51.100.0",
    "198.51.100.255", "203.0.113.0", "203.0.113.255", "224.0.0.0", "224.0.0.1", "239.255.255.255", "240.0.0.0",
    "255.255.255.254", "255.255.255.255", "::", "::1", "::2", "::ffff", "::7f00:1", "::127.0.0.1", "::8.8.8.8",
    "::ffff:127.0.0.1", "::ffff:7f00:1", "::ffff:8.8.8.8", "::ffff:0:127.0.0.1", "::ffff:0:8.8.8.8", "64:ff9b::",
    "64:ff9b::7f00:1", "64:ff9b::8.8.8.8", "64:ff9b:1::", "64:ff9b:1::a00:1", "64:ff9b:2::1", "100::", "100::1",
    "100:0:0:1::1", "200::", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2001::", "2001::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:1::1", "2001:1::2", "2001:1::3", "2001:2::1", "2001:3::1",
    "2001:4:112::1", "2001:5::1", "2001:10::1", "2001:20::1", "2001:30::1", "2001:1ff:ffff::", "2001:db8::",
    "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2002::", "2002:7f00:1::", "2002:808:808::", "2002:ffff::", "3fff::",
    "3fff:fff::1", "4000::", "5f00::1", "8000::", "c000::", "fc00::", "fd00:ec2::254", "fdff::1", "fe00::", "fe80::",
    "fe80::1", "febf::1", "fec0::", "feff::1", "ff00::", "ff02::1", "ff0e::1",
    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2606:4700::5efe:7f00:1", "2606:4700::200:5efe:a00:1",
    "2606:4700::5efe:c0a8:1",
]  # fmt: skip
NOT_ADDRESSES = [
    "", " ", ".", ":", "1", "1.1.1", "1.1.1.1.", "1.1.1.1.1", "256.1.1.1", "-1.1.1.1", "01.1.1.1", "1.1.1.01",
    "0x1.1.1.1", "1.1.1.1/32", "1.1.1.1:80", "[1.1.1.1]", "[2606:4700::1111]", "2606:4700::1111/128", " 1.1.1.1",
    "1.1.1.1 ", "1.1.1.1\n", "1.1.1.1\0", "１.1.1.1", "１.１.１.１", "1。1。1。1", "134744072", "0x8080808",
    "010.8.8.8", "8.8",
    "2606:4700:::1111", "2606:4700::1111::", "2606:4700::1111%eth0", "fe80::1%eth0", "fe80::1%25eth0", "::1%lo",
    "2606:4700::1111%", "g::1", "12345::1", "::ffff:127.1", "::ffff:0177.0.0.1", "example.com", "localhost", "None",
    "\ud800", "1.1.1.1" * 10_000, ":" * 65_536, "1." * 30_000,
]  # fmt: skip


@pytest.mark.parametrize("ip", PUBLIC)
def test_an_address_of_the_public_internet_is_let_through(ip: str) -> None:
    assert check_address(ip) is None  # type: ignore[func-returns-value]


@pytest.mark.parametrize("ip", NOT_PUBLIC)
def test_an_address_of_any_other_kind_is_refused(ip: str) -> None:
    with pytest.raises(Blocked, match="is not an address of the public internet"):
        check_address(ip)


@pytest.mark.parametrize("written", NOT_ADDRESSES, ids=lambda written: ascii(written)[:30])
def test_what_is_not_the_plain_spelling_of_an_address_is_refused(written: str) -> None:
    with pytest.raises(Blocked):
        check_address(written)


@pytest.mark.parametrize(
    "value", [None, 134744072, b"8.8.8.8", b"\x08\x08\x08\x08", 1.1, [], ["8.8.8.8"], True], ids=repr
)
def test_a_value_that_is_no_text_is_refused(value: object) -> None:
    with pytest.raises(Blocked, match="not an IP address"):
        check_address(value)  # type: ignore[arg-type]


@given(st.text())
def test_no_text_makes_the_check_raise_anything_but_blocked(text: str) -> None:
    try:
        check_address(text)
    except Blocked:
        return
    assert str(text).strip() == text


@given(st.integers(0, 2**32 - 1))
def test_no_way_of_carrying_an_ipv4_address_in_ipv6_is_let_through(number: int) -> None:
    inside = IPv4Address(number)
    carriers = [number, 0xFFFF << 32 | number, 0xFFFF << 48 | number, 0x64_FF9B << 96 | number]
    carriers += [0x64_FF9B_0001 << 80 | number, 0x2002 << 112 | number << 80, 0x2001_0000 << 96 | number ^ 0xFFFF_FFFF]

    for carrier in carriers:
        with pytest.raises(Blocked):
            check_address(str(IPv6Address(carrier)))
            pytest.fail(f"{IPv6Address(carrier)} carries {inside}")


def test_a_refusal_of_nonsense_does_not_repeat_it() -> None:
    with pytest.raises(Blocked) as refusal:
        check_address("secret\r\nInjected: line")

    assert str(refusal.value) == "not an IP address"
