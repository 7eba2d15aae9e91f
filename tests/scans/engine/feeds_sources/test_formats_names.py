from __future__ import annotations

import json

import pytest

from scans.engine.feeds.entries import Entry, Kind
from scans.engine.feeds.formats import BadFormat
from scans.engine.feeds.formats import names as names_of_lists
from scans.engine.feeds.source import Format, Match
from tests.scans.engine.feeds_sources.said import TODAY, entries, found, told

BLOCKED = ["bad.example.com", "worse.github.io", "ipfs.example.com/ipfs/abc"]


@pytest.mark.parametrize(
    "written",
    [
        {"version": 2, "tolerance": 2, "fuzzylist": ["metamask.io"], "whitelist": ["good.example.com"],
         "blacklist": BLOCKED},
        {"status": "success", "data": {"eth_phishing_detect_config": {"allowlist": ["good.example.com"],
         "blocklist": BLOCKED, "fuzzylist": ["metamask.io"]}, "tolerance": 1, "lastUpdated": 1786729072}},
        {"data": {"version": 2, "allowlist": ["good.example.com"], "blocklist": BLOCKED, "fuzzylist": []}},
    ],
)  # fmt: skip
def test_metamask_lists_are_read_in_every_shape_they_had(written: object) -> None:
    text = json.dumps(written)

    assert [entry.text for entry in entries(Format.METAMASK, text)] == BLOCKED
    assert [entry.kind for entry in entries(Format.METAMASK, text)] == [Kind.DOMAIN, Kind.DOMAIN, Kind.URL]
    assert told(Format.METAMASK, text).count("! exception") == 1


def test_polkadot_s_allowed_names_are_no_entries() -> None:
    text = json.dumps({"allow": ["*.fleek.co"], "deny": ["bad.example.com", "*.worse.example.com"]})

    assert told(Format.POLKADOT, text) == ["! exception", "d bad.example.com", "d worse.example.com"]


@pytest.mark.parametrize(
    "written",
    [
        ["bad.example.com", "worse.example.com"],
        {"bad.example.com": ["0x3da0", "0x3da1"], "worse.example.com": []},
        {
            "address": ["0x3da0"],
            "domains": ["bad.example.com", "worse.example.com"],
            "combined": {"bad.example.com": []},
        },
    ],
)
def test_scam_sniffer_hosts_are_read_once_each(written: object) -> None:
    assert told(Format.SCAM_SNIFFER, json.dumps(written)) == ["h bad.example.com", "h worse.example.com"]


def test_cert_pl_is_read_as_text_and_as_json() -> None:
    text = "\ufeff0-bad.example.sbs\r\nxn--albilet-b9a.01289523rt.shop\r\n\r\namberroseline1.wixsite.com\r\n"
    rows = [
        {"RegisterPositionId": 1, "DomainAddress": "bad.example.com", "InsertDate": "2026-07-23T10:00:00",
         "DeleteDate": None},
        {"RegisterPositionId": 2, "DomainAddress": "gone.example.com", "InsertDate": "2026-07-23T10:00:00",
         "DeleteDate": "2026-07-24T10:00:00"},
    ]  # fmt: skip

    assert told(Format.CERT_PL, text, Match.DOMAIN) == [
        "d 0-bad.example.sbs",
        "d xn--albilet-b9a.01289523rt.shop",
        "d amberroseline1.wixsite.com",
    ]
    assert entries(Format.CERT_PL, json.dumps(rows)) == [Entry(Kind.DOMAIN, "bad.example.com", 20_657, TODAY)]
    assert told(Format.CERT_PL, json.dumps(rows))[1:] == ["! withdrawn"]


def test_of_a_ranked_list_the_first_places_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names_of_lists, "MAX_RANK", 2)

    assert told(Format.TRANCO, "1,google.com\r\n2,example.com\r\n3,tail.example.com\r\nrubbish") == [
        "d google.com",
        "d example.com",
    ]


@pytest.mark.parametrize("format", [Format.METAMASK, Format.POLKADOT, Format.SCAM_SNIFFER])
@pytest.mark.parametrize(
    "content",
    [
        "<html></html>",
        "bad.example.com\nworse.example.com",
        '{"blacklist": ["bad.example.com", "worse.exa',
        '{"blacklist": ["bad.example.com",, "x"]}',
        '{"deny": ["bad.example.com"]} and more',
        '["bad.example.com"',
        '"bad.example.com"',
        "[" * 40,
    ],
)
def test_half_a_list_and_no_list_are_said(format: Format, content: str) -> None:
    with pytest.raises(BadFormat):
        found(format, content)
