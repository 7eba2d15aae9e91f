from __future__ import annotations

import random
from pathlib import Path

import pytest
import tldextract

from scans.engine.names import suffixes
from scans.engine.names.published_lists import PUBLIC_SUFFIXES, packaged
from scans.engine.names.suffixes import HostParts, split

FRONTS = ["", "a.", "b.a.", "www.", "d.c.b.a.", "x-y."]
# Hosts of every kind of rule that are looked at; the whole list takes a minute.
SAMPLE = 2_500


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> tldextract.TLDExtract:
    """A library of others with the same list."""
    file: Path = tmp_path_factory.mktemp("list") / "list.dat"
    file.write_text(packaged(PUBLIC_SUFFIXES), encoding="utf-8")
    return tldextract.TLDExtract(
        cache_dir=None, suffix_list_urls=(file.as_uri(),), include_psl_private_domains=True, fallback_to_snapshot=False
    )


# The library leaves the file of its list to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
def test_every_rule_cuts_where_a_library_of_others_cuts(reference: tldextract.TLDExtract) -> None:
    rules = sorted(suffixes.SUFFIXES)
    special = [rule for rule in rules if rule.startswith(("!", "*")) or not rule.isascii()]
    names = {rule.lstrip("!*").lstrip(".") for rule in random.Random(7).sample(rules, SAMPLE)} | {
        rule.lstrip("!*").lstrip(".") for rule in special
    }
    # `*.a.b` and `*.b` together: the library forgets that a.b is a suffix by the second.
    wild = {rule[2:] for rule in rules if rule.startswith("*.")}
    names -= {name for name in wild if name.partition(".")[2] in wild}
    hosts = {front + form for name in names for form in (name, parts_ascii(name)) for front in FRONTS}

    different = []
    for host in sorted(hosts):
        theirs = reference.extract_str(host)
        if split(host) != HostParts(theirs.subdomain, theirs.domain, theirs.suffix, theirs.is_private):
            different.append(host)

    assert len(hosts) > 10_000
    assert different == []


def parts_ascii(name: str) -> str:
    return ".".join(
        label if label.isascii() else "xn--" + label.encode("punycode").decode() for label in name.split(".")
    )


@pytest.mark.parametrize(
    ("host", "parts"),
    [
        ("www.example.com", HostParts("www", "example", "com", False)),
        ("a.b.example.co.uk", HostParts("a.b", "example", "co.uk", False)),
        ("co.uk", HostParts("", "", "co.uk", False)),
        ("me.github.io", HostParts("", "me", "github.io", True)),
        ("www.ck", HostParts("", "www", "ck", False)),
        ("a.www.ck", HostParts("a", "www", "ck", False)),
        ("test.ck", HostParts("", "", "test.ck", False)),
        ("a.test.ck", HostParts("", "a", "test.ck", False)),
        ("city.kobe.jp", HostParts("", "city", "kobe.jp", False)),
        ("a.c.kobe.jp", HostParts("", "a", "c.kobe.jp", False)),
        ("in.futurecms.at", HostParts("", "", "in.futurecms.at", True)),
        ("食狮.公司.cn", HostParts("", "食狮", "公司.cn", False)),
        ("xn--85x722f.xn--55qx5d.cn", HostParts("", "xn--85x722f", "xn--55qx5d.cn", False)),
        ("localhost", HostParts("", "localhost", "", False)),
        ("a.shop.example", HostParts("a.shop", "example", "", False)),
    ],
)
def test_a_host_is_cut_at_its_public_suffix(host: str, parts: HostParts) -> None:
    assert split(host) == parts


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("www.example.com", "example.com"),
        ("com", "com"),
        ("co.uk", "co.uk"),
        ("test.ck", "test.ck"),
        ("b.a.test.ck", "a.test.ck"),
        ("a.b.shop.example", "shop.example"),
        ("shop.example", "shop.example"),
        ("localhost", "localhost"),
        ("a.xn--p1ai", "a.xn--p1ai"),
        (".example.com", ".example.com"),
        ("a..example.com", "a..example.com"),
        (".com", ".com"),
        ("a.b.c.d.e.f.example.github.io", "example.github.io"),
    ],
)
def test_the_registrable_domain_is_what_somebody_registered_or_the_host(host: str, domain: str) -> None:
    assert suffixes.registrable_domain(host) == domain


def test_both_ways_to_the_registrable_domain_agree() -> None:
    names = [rule.lstrip("!*").lstrip(".") for rule in sorted(suffixes.SUFFIXES)]

    different = [
        host
        for name in names
        for host in (name, f"a.{name}", f"c.b.a.{name}")
        if split.__wrapped__(host).registrable_domain != suffixes.registrable_domain(host)
    ]

    assert different == []


@pytest.mark.parametrize("label", ["com", "COM", "zip", "рф", "xn--p1ai", "онлайн", "xn--vermgensberater-ctb", "zw"])
def test_a_top_level_domain_is_known_in_every_form(label: str) -> None:
    assert suffixes.is_top_level_domain(label)


@pytest.mark.parametrize("label", ["example", "localhost", "txt", "jpg", "", "con"])
def test_what_is_no_top_level_domain_is_not_taken_for_one(label: str) -> None:
    assert not suffixes.is_top_level_domain(label)


@pytest.mark.parametrize(
    ("host", "is_given_out"),
    [
        ("example.com", True),
        ("a-b.example.co.uk", True),
        ("-a.b-.example.com", True),
        ("-tulips.github.io", True),
        ("-example.com", False),
        ("a.example-.co.uk", False),
        ("a.b.-example", False),
    ],
)
def test_no_registry_gives_out_a_name_with_a_hyphen_at_an_edge(host: str, *, is_given_out: bool) -> None:
    assert suffixes.is_given_out(host) is is_given_out
