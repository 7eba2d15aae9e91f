"""Asking for scans and reading them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from scans.carrying_out import run_next_scan
from scans.engine.findings import Finding
from scans.engine.journeys import Hop, How
from scans.engine.links import parse
from scans.engine.scoring import Verdict
from scans.hops import rows_of
from scans.models import Priority, Scan, Status
from tests.api.conftest import MakeCaller, error_of
from tests.factories import make_group, make_scan, make_sighting
from wbscanner.auth import Scope
from wbscanner.models import AuditEntry

READ, SCAN = Scope.READ, Scope.SCAN

pytestmark = pytest.mark.django_db


def test_a_new_link_is_queued_then_judged(caller: MakeCaller) -> None:
    asked = caller(SCAN)("POST", "/scans", {"url": "http://192.0x00A80001/login.exe"})

    assert asked.status_code == 202
    waiting = asked.json()
    assert (waiting["status"], waiting["verdict"], waiting["host"]) == ("queued", None, "192.168.0.1")
    assert OrmQ.objects.count() == 1
    assert Scan.objects.get().priority == Priority.ASKED

    run_next_scan()
    judged = caller(READ)("GET", f"/scans/{waiting['id']}").json()

    assert judged["status"] == "done"
    assert judged["verdict"] in {"suspicious", "malicious"}
    assert judged["reasons"]
    assert all(reason["text"] and reason["code"] for reason in judged["reasons"])
    assert judged["not_checked"]
    assert judged["defanged"] == "hxxp://192[.]168[.]0[.]1/login[.]exe"


def test_the_way_is_told_defanged_and_in_order(caller: MakeCaller) -> None:
    way = rows_of([
        Hop(parse("https://bit.ly/3xYz"), How.POSTED, 301),
        Hop(parse("https://anna:hunter2@evil.example/reset?token=abcdef12345"), How.REDIRECT),
    ])  # fmt: skip
    scan = make_scan("https://bit.ly/3xYz", hops=[row.as_dict() for row in way])

    hops = caller(READ)("GET", f"/scans/{scan.pk}").json()["hops"]

    assert hops == [
        {
            "url": "https://bit.ly/3xYz",
            "defanged": "hxxps://bit[.]ly/3xYz",
            "host": "bit.ly",
            "how": "posted",
            "status": 301,
        },
        {
            "url": "https://evil.example/reset?token=[removed]",
            "defanged": "hxxps://evil[.]example/reset?token=[removed]",
            "host": "evil.example",
            "how": "redirect",
            "status": None,
        },
    ]


def test_a_fresh_verdict_is_answered_at_once_without_a_job(caller: MakeCaller) -> None:
    scan = make_scan("https://known.example.com/", Verdict.SUSPICIOUS)

    answer = caller(SCAN)("POST", "/scans", {"url": "https://KNOWN.example.com"})

    assert (answer.status_code, answer.json()["id"]) == (200, scan.pk)
    assert not OrmQ.objects.exists()


def test_an_old_verdict_is_asked_for_anew(caller: MakeCaller) -> None:
    make_scan("https://known.example.com/", at=timezone.now() - timedelta(days=30))

    assert caller(SCAN)("POST", "/scans", {"url": "https://known.example.com/"}).status_code == 202


def test_force_passes_a_fresh_verdict(caller: MakeCaller) -> None:
    make_scan("https://known.example.com/")

    answer = caller(SCAN)("POST", "/scans", {"url": "https://known.example.com/", "force": True})

    assert (answer.status_code, Scan.objects.count(), OrmQ.objects.count()) == (202, 2, 1)


def test_asking_twice_queues_once(caller: MakeCaller) -> None:
    ids = {caller(SCAN)("POST", "/scans", {"url": "https://twice.example.com/"}).json()["id"] for _turn in range(3)}

    assert len(ids) == 1
    assert OrmQ.objects.count() == 1


def test_a_rescan_is_a_new_scan_of_the_same_link(caller: MakeCaller) -> None:
    scan = make_scan("https://known.example.com/", Verdict.BENIGN)

    again = caller(SCAN)("POST", f"/scans/{scan.pk}/rescan")

    assert again.status_code == 202
    assert again.json()["id"] != scan.pk
    assert again.json()["url_hash"] == scan.url_hash
    assert OrmQ.objects.count() == 1


@pytest.mark.parametrize(
    "url", ["nonsense", "ftp://files.example.com/", "javascript:alert(1)", "http://", "https://[::1", "http://a b/"]
)
def test_what_is_no_web_address_is_refused_with_advice(caller: MakeCaller, url: str) -> None:
    answer = caller(SCAN)("POST", "/scans", {"url": url})

    assert answer.status_code == 422
    assert error_of(answer)["message"].startswith("url: write a whole web address")
    assert not Scan.objects.exists()


def test_secrets_of_a_link_do_not_come_back(caller: MakeCaller) -> None:
    answer = caller(SCAN)("POST", "/scans", {"url": "https://someone:hunter2@mail.example.com/"})

    assert answer.status_code == 202
    assert "hunter2" not in answer.content.decode()


def test_the_list_is_read_page_by_page_without_gaps(caller: MakeCaller) -> None:
    scans = [make_scan(f"https://shop{number}.example.com/") for number in range(7)]
    read: list[int] = []
    pages, after = 0, dict[str, str]()
    call = caller(READ)
    while True:
        page = call("GET", "/scans", limit="3", **after).json()
        read += [item["id"] for item in page["items"]]
        pages += 1
        if page["next"] is None or pages > 5:
            break
        make_scan("https://late.example.com/")
        after = {"after": str(page["next"])}

    assert read == [scan.pk for scan in reversed(scans)]
    assert pages == 3


def test_the_list_can_be_limited_to_a_verdict_and_a_host(caller: MakeCaller) -> None:
    bad = make_scan("https://bad.example.com/", Verdict.MALICIOUS)
    make_scan("https://good.example.com/")
    foreign = make_scan("https://münchen.example/")
    call = caller(READ)

    by_verdict = call("GET", "/scans", verdict="malicious").json()["items"]
    by_host = call("GET", "/scans", host="BAD.example.com").json()["items"]
    by_foreign_host = call("GET", "/scans", host="münchen.example").json()["items"]

    assert [item["id"] for item in by_verdict] == [item["id"] for item in by_host] == [bad.pk]
    assert [item["id"] for item in by_foreign_host] == [foreign.pk]


@pytest.mark.parametrize(
    "query",
    [
        {"verdict": "safe"},
        {"limit": "0"},
        {"limit": "201"},
        {"after": "x"},
        {"after": "0"},
        {"host": "a b"},
        {"host": ""},
    ],
)
def test_a_wrong_query_is_refused(caller: MakeCaller, query: dict[str, str]) -> None:
    answer = caller(READ)("GET", "/scans", **query)

    assert answer.status_code == 422
    assert error_of(answer)["message"].startswith(next(iter(query)))


@pytest.mark.parametrize("path", ["/scans", "/overrides", "/groups", "/audit"])
def test_a_filter_with_a_typing_error_does_not_list_everything(caller: MakeCaller, path: str) -> None:
    answer = caller(Scope.ADMIN)("GET", path, verdct="malicious")

    assert answer.status_code == 422
    assert "unknown parameter 'verdct', this list knows after, limit" in error_of(answer)["message"]


@pytest.mark.parametrize("scan_id", ["0", "-1", "x", "9223372036854775808", "1" * 400, "%00"])
def test_an_impossible_id_is_refused_and_never_fails(caller: MakeCaller, scan_id: str) -> None:
    assert caller(READ)("GET", f"/scans/{scan_id}").status_code == 422


def test_a_limited_token_reads_what_it_asked_for_itself_and_others_do_not(caller: MakeCaller) -> None:
    ours, theirs = make_group(), make_group()
    asking = caller(SCAN, groups=[ours], name="same name")

    asked = asking("POST", "/scans", {"url": "https://asked.example.com/"}).json()

    assert asking("GET", f"/scans/{asked['id']}").status_code == 200
    assert [item["id"] for item in asking("GET", "/scans").json()["items"]] == [asked["id"]]
    assert caller(SCAN, groups=[theirs], name="same name")("GET", f"/scans/{asked['id']}").status_code == 404


def test_a_limited_token_sees_the_newer_verdict_of_a_link_seen_in_its_group(caller: MakeCaller) -> None:
    group = make_group()
    old = make_scan("https://seen.example.com/", Verdict.BENIGN)
    make_sighting(group, old)
    newer = make_scan("https://seen.example.com/", Verdict.MALICIOUS)
    make_scan("https://unseen.example.com/")

    items = caller(READ, groups=[group])("GET", "/scans").json()["items"]

    assert [item["id"] for item in items] == [newer.pk, old.pk]


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "\u202egpj.exe", "'\"\n\r\t", "💥 \u2028 ]]>"])
def test_hostile_text_comes_back_as_json_and_nothing_else(caller: MakeCaller, text: str) -> None:
    finding = Finding.of("brand_lookalike", 5, brand=text)
    scan = make_scan("https://evil.example.com/", Verdict.SUSPICIOUS, findings=[finding])
    group = make_group(text)

    answers = [caller(READ)("GET", f"/scans/{scan.pk}"), caller(READ)("GET", "/groups")]

    for answer in answers:
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith("application/json")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answers[1].json()["items"][0]["name"] == group.name == text


def test_asking_is_audited_under_the_tokens_name(caller: MakeCaller) -> None:
    call = caller(SCAN, name="helpdesk")
    asked = call("POST", "/scans", {"url": "https://asked.example.com/path"}).json()
    Scan.objects.update(status=Status.DONE)
    call("POST", f"/scans/{asked['id']}/rescan")

    entries = [(entry.actor, entry.action, entry.target) for entry in AuditEntry.objects.order_by("pk")]

    host = "asked[.]example[.]com"
    assert entries == [("token:helpdesk", "scan.request", host), ("token:helpdesk", "scan.rescan", host)]
