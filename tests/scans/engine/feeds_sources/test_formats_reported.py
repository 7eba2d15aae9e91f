# ruff: noqa: E501 (rows as their publishers write them)
from __future__ import annotations

import json

import pytest

from scans.engine.feeds.entries import Entry, Kind
from scans.engine.feeds.formats import BadFormat
from scans.engine.feeds.source import Format
from tests.scans.engine.feeds_sources.said import TODAY, entries, found, told

# 2026-07-23 and the like in days since 1970.
JULY_23, NOVEMBER_20 = 20_657, 20_777

TWEETFEED = """\
2026-07-23 01:31:00,masaomi346,url,https://jp-login.example.com/x,#phishing #scam,https://x.com/masaomi346/status/1
2026-11-20 02:00:00,someone,domain,bad.example.com,#phishing,https://x.com/someone/status/2
2026-11-20 02:00:00,someone,ip,203.0.113.7,,https://x.com/someone/status/3
2026-11-20 02:00:00,someone,sha256,aaaa,#malware,https://x.com/someone/status/4
2026-11-20 02:00:00,someone,url,ftp://bad.example.com/a,,https://x.com/someone/status/5
2030-01-01 02:00:00,someone,domain,early.example.com,,https://x.com/someone/status/6
"""

URLHAUS = """\
################################################################
# abuse.ch URLhaus Database Dump (CSV - recent URLs only)      #
################################################################
#
# id,dateadded,url,url_status,last_online,threat,tags,urlhaus_link,reporter
"3001","2026-07-23 06:02:09","http://203.0.113.7:8080/i","online","2026-07-24 06:02:09","malware_download","elf,mozi","https://urlhaus.abuse.ch/url/3001/","x"
"3002","2026-07-23 06:02:08","https://bad.example.com/a,b.apk","offline","2026-11-20 01:00:00","malware_download","None","https://urlhaus.abuse.ch/url/3002/","x"
"3003","2026-07-23 06:02:08","https://never.example.com/","offline","","malware_download",,"https://urlhaus.abuse.ch/url/3003/","x"
"""

THREATFOX = """\
################################################################
# ThreatFox IOCs: full - CSV format                            #
# Last updated: 2026-11-20 22:19:04 UTC                        #
#
# "first_seen_utc","ioc_id","ioc_value","ioc_type","threat_type","fk_malware","malware_alias","malware_printable","last_seen_utc","confidence_level","is_compromised","reference","tags","anonymous","reporter"
"2026-07-23 22:19:04", "1", "bad.example.com", "domain", "payload_delivery", "js.clearfake", "None", "ClearFake", "", "100", "False", "None", "ClearFake", "1", "x"
"2026-07-23 22:19:04", "2", "https://bad.example.com/path?q=a,b", "url", "payload_delivery", "js.x", "None", "X", "2026-11-20 22:46:23", "75", "False", "None", "x", "0", "x"
"2026-07-23 22:19:04", "3", "unsure.example.com", "domain", "botnet_cc", "x", "None", "X", "", "50", "True", "None", "None", "0", "x"
"2026-07-23 22:19:04", "4", "203.0.113.7:5555", "ip:port", "botnet_cc", "x", "None", "X", "", "100", "False", "None", "x", "0", "x"
"2026-07-23 22:19:04", "5", "aaaa", "sha256_hash", "payload", "x", "None", "X", "", "95", "False", "None", "x", "0", "x"
# Number of entries: 5
"""


def test_tweetfeed_entries_are_as_old_as_their_reports() -> None:
    assert entries(Format.TWEETFEED, TWEETFEED) == [
        Entry(Kind.URL, "jp-login.example.com/x", JULY_23, JULY_23, "phishing scam"),
        Entry(Kind.HOST, "bad.example.com", NOVEMBER_20, NOVEMBER_20, "phishing"),
        Entry(Kind.HOST, "203.0.113.7", NOVEMBER_20, NOVEMBER_20),
        Entry(Kind.HOST, "early.example.com", TODAY, TODAY),
    ]
    assert told(Format.TWEETFEED, TWEETFEED)[3:5] == ["! other_kind", "! not_web"]


def test_a_forgotten_quotation_mark_costs_one_row() -> None:
    text = '2026-11-20 02:00:00,someone,domain,"bad.example.com,#phishing,x\n' + TWEETFEED

    assert len(entries(Format.TWEETFEED, text)) == 4


def test_urlhaus_keeps_exact_addresses_and_when_they_answered_last() -> None:
    assert entries(Format.URLHAUS, URLHAUS) == [
        Entry(Kind.URL, "203.0.113.7:8080/i", JULY_23, TODAY, "malware_download, elf,mozi"),
        Entry(Kind.URL, "bad.example.com/a,b.apk", JULY_23, NOVEMBER_20, "malware_download"),
        Entry(Kind.URL, "never.example.com/", JULY_23, JULY_23, "malware_download"),
    ]


def test_urlhaus_says_the_same_in_json() -> None:
    rows = {
        "3001": [{"dateadded": "2026-07-23 06:02:09", "url": "http://bad.example.com/i", "url_status": "online",
                  "last_online": None, "threat": "malware_download", "tags": ["elf", "mozi"], "reporter": "x"}],
        "3002": [{"dateadded": "2026-07-23 06:02:09", "url": None}],
    }  # fmt: skip

    assert entries(Format.URLHAUS, json.dumps(rows)) == [
        Entry(Kind.URL, "bad.example.com/i", JULY_23, TODAY, "malware_download")
    ]


def test_of_threatfox_only_what_its_reporters_are_sure_of_is_an_entry() -> None:
    assert entries(Format.THREATFOX, THREATFOX) == [
        Entry(Kind.HOST, "bad.example.com", JULY_23, JULY_23, "payload_delivery, ClearFake"),
        Entry(Kind.URL, "bad.example.com/path?q=a,b", JULY_23, NOVEMBER_20, "payload_delivery, X"),
    ]
    assert told(Format.THREATFOX, THREATFOX)[2:] == ["! unsure", "! other_kind", "! other_kind"]


@pytest.mark.parametrize("confidence", [None, "", "high", -1, 74, "1e999x", [80]])
def test_a_confidence_that_is_none_is_not_enough(confidence: object) -> None:
    ioc = {"ioc": "bad.example.com", "ioc_type": "domain", "confidence_level": confidence}
    answer = {"query_status": "ok", "data": [ioc]}

    assert told(Format.THREATFOX, json.dumps(answer)) == ["! unsure"]


def test_threatfox_answers_of_the_api_and_json_dumps_are_read_alike() -> None:
    ioc = {"ioc_type": "domain", "confidence_level": 80, "malware_printable": "X", "tags": None}
    api = {"query_status": "ok", "data": [ioc | {"ioc": "bad.example.com", "first_seen": "2026-07-23 10:00:00 UTC"}]}
    dump = {"17": [ioc | {"ioc_value": "bad.example.com", "first_seen_utc": "2026-07-23 10:00:00"}]}

    expected = [Entry(Kind.HOST, "bad.example.com", JULY_23, JULY_23, "X")]
    assert entries(Format.THREATFOX, json.dumps(api)) == expected
    assert entries(Format.THREATFOX, json.dumps(dump)) == expected


def test_what_a_list_says_beside_an_address_is_one_short_printable_line() -> None:
    row = f"2026-11-20 02:00:00,x,domain,bad.example.com,\x1b[31m#\u202etags {'long ' * 80},x"

    (entry,) = entries(Format.TWEETFEED, row)

    assert len(entry.detail) <= 120
    assert entry.detail.isprintable()


@pytest.mark.parametrize("format", [Format.TWEETFEED, Format.URLHAUS, Format.THREATFOX])
@pytest.mark.parametrize(
    "content", ["<html>Too many requests</html>", "no,list\nof,this\n", "just words", '{"data": [{"error": "no key"}]}']
)
def test_what_is_another_format_is_said(format: Format, content: str) -> None:
    with pytest.raises(BadFormat):
        found(format, content)
