"""Making, changing and removing overrides over HTTP, and what of them is stored."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from overrides.models import Override
from overrides.rules import Kind, Ruling, Subject
from overrides.services import AlreadyThere, InvalidTarget, create_override, read_target
from scans.engine.links import parse
from tests.api.conftest import MakeCaller, error_of
from tests.factories import make_group, make_override, make_scan
from wbscanner.auth import Scope
from wbscanner.models import AuditEntry

READ, OVERRIDE = Scope.READ, Scope.OVERRIDE
HOST_DENY = {"kind": "host", "target": "evil.example", "ruling": "deny"}

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("kind", "written", "stored"),
    [
        ("host", "Evil.EXAMPLE", "evil.example"),
        ("host", " evil.example. ", "evil.example"),
        ("host", "münchen.example", "xn--mnchen-3ya.example"),
        ("host", "0xC0A80001", "192.168.0.1"),
        ("host", "[2001:DB8::1]", "2001:db8::1"),
        ("host", "2001:db8::1", "2001:db8::1"),
        ("domain", "Evil.co.uk", "evil.co.uk"),
        ("domain", "pay.evil.co.uk", "pay.evil.co.uk"),
        ("pattern", " *.Evil.example/Pay/* ", "*.evil.example/pay/*"),
        ("url", "https://EVIL.example:443/a?utm_source=x#y", parse("https://evil.example/a").url_hash),
        ("url", "ABCDEF0123" * 6 + "0000", "abcdef0123" * 6 + "0000"),
    ],
)
def test_a_target_is_stored_in_the_form_that_is_looked_up(
    caller: MakeCaller, kind: str, written: str, stored: str
) -> None:
    answer = caller(OVERRIDE)("POST", "/overrides", {"kind": kind, "target": written, "ruling": "deny"})

    assert answer.status_code == 201
    assert (answer.json()["target"], Override.objects.get().target) == (stored, stored)


@pytest.mark.parametrize(
    ("kind", "target", "link"),
    [
        ("url", "https://evil.example/pay?id=1", "https://evil.example/pay?id=1"),
        ("host", "evil.example", "http://evil.example/other"),
        ("domain", "evil.example", "https://deep.sub.evil.example/"),
        ("pattern", "*.evil.example/pay*", "https://deep.evil.example/pay?x=1"),
    ],
)
def test_what_was_made_decides_the_link(caller: MakeCaller, kind: str, target: str, link: str) -> None:
    caller(OVERRIDE)("POST", "/overrides", {"kind": kind, "target": target, "ruling": "deny"})

    match = Override.match([Subject.of(parse(link))], None, timezone.now())

    assert match is not None
    assert match.ruling == Ruling.DENY


def test_the_url_hash_of_a_scan_makes_an_override_of_its_link(caller: MakeCaller) -> None:
    scan = make_scan("https://user:secret@evil.example/pay")

    caller(OVERRIDE)("POST", "/overrides", {"kind": "url", "target": scan.url_hash, "ruling": "deny"})

    subject = Subject.of(parse("https://user:secret@evil.example/pay"))
    assert Override.match([subject], None, timezone.now()) is not None


@pytest.mark.parametrize(
    ("kind", "target", "advice"),
    [
        ("pattern", "*", "would match too much"),
        ("pattern", "*.com", "would match too much"),
        ("pattern", "http://evil.example/*", "without http://"),
        ("pattern", "evil example/*", "without spaces"),
        ("pattern", "*.ev*il.*ex*am*p*l*e.com*/*", "stars"),
        ("pattern", "a" * 300 + ".example", "200 characters"),
        ("pattern", "*.münchen.example", "xn--"),
        ("host", "https://evil.example/", "host alone"),
        ("host", "evil.example/path", "host alone"),
        ("host", "evil.example:8080", "host alone"),
        ("host", "user@evil.example", "host alone"),
        ("host", "evil.example#x", "host alone"),
        ("host", "a b", "host alone"),
        ("host", "a" * 300 + ".example", "host alone"),
        ("domain", "co.uk", "as a domain"),
        ("domain", "github.io", "as a domain"),
        ("domain", "192.168.0.1", "as a domain"),
        ("url", "evil.example/pay", "write it whole"),
        ("url", "javascript:alert(1)", "write it whole"),
    ],
)
def test_a_target_that_cannot_work_is_refused_with_advice(
    caller: MakeCaller, kind: str, target: str, advice: str
) -> None:
    answer = caller(OVERRIDE)("POST", "/overrides", {"kind": kind, "target": target, "ruling": "allow"})

    assert answer.status_code == 422
    message = error_of(answer)["message"]
    assert message.startswith("target: ")
    assert advice in message
    assert not Override.objects.exists()


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        ("host", "evil.example"),
        ("domain", "evil.example"),
        ("pattern", "*.evil.example/pay/*"),
        ("url", "https://evil.example/pay"),
        ("url", "https://user:hunter2@evil.example/"),
    ],
)
def test_what_is_shown_can_neither_be_tapped_nor_holds_a_secret(kind: str, target: str) -> None:
    shown = read_target(Kind(kind), target).shown

    assert "evil[.]example" in shown
    assert "evil.example" not in shown
    assert "http" not in shown
    assert "hunter2" not in shown


def test_the_same_target_twice_is_a_conflict_that_names_the_first(caller: MakeCaller) -> None:
    first = caller(OVERRIDE)("POST", "/overrides", HOST_DENY).json()["id"]

    again = caller(OVERRIDE)("POST", "/overrides", HOST_DENY | {"ruling": "allow"})

    assert again.status_code == 409
    assert f"Override {first} " in error_of(again)["message"]
    assert Override.objects.get().ruling == "deny"


def test_the_same_target_in_another_scope_is_no_conflict(caller: MakeCaller) -> None:
    one, two = make_group(), make_group()
    bodies = [HOST_DENY, HOST_DENY | {"group_id": one.pk}, HOST_DENY | {"group_id": two.pk}]

    assert [caller(OVERRIDE)("POST", "/overrides", body).status_code for body in bodies] == [201, 201, 201]


def test_an_expired_override_may_be_made_anew(caller: MakeCaller) -> None:
    old = make_override("evil.example", Ruling.ALLOW, expires_at=timezone.now() - timedelta(days=1))

    answer = caller(OVERRIDE)("POST", "/overrides", HOST_DENY)

    assert answer.status_code == 201
    assert (answer.json()["id"], answer.json()["ruling"], answer.json()["expires_at"]) == (old.pk, "deny", None)
    assert Override.objects.get().is_active(timezone.now())


def test_a_limited_token_cannot_rule_for_everybody(caller: MakeCaller) -> None:
    group = make_group()

    answer = caller(OVERRIDE, groups=[group])("POST", "/overrides", HOST_DENY)

    assert answer.status_code == 403
    assert "group_id" in error_of(answer)["message"]
    assert not Override.objects.exists()


def test_a_foreign_group_is_refused_in_the_words_of_a_missing_one(caller: MakeCaller) -> None:
    ours, theirs = make_group(), make_group()

    answers = [
        caller(OVERRIDE, groups=[ours])("POST", "/overrides", HOST_DENY | {"group_id": group_id})
        for group_id in (theirs.pk, 987654)
    ]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert answers[0].content == answers[1].content


@pytest.mark.parametrize(
    ("expires_at", "place"),
    [
        ("2001-01-01T00:00:00Z", "expires_at"),
        ("2101-01-01T00:00:00", "expires_at"),
        ("tomorrow", "expires_at"),
        (4102444800, "expires_at"),
        (True, "expires_at"),
    ],
)
def test_an_end_must_be_a_future_moment_with_an_offset(caller: MakeCaller, expires_at: object, place: str) -> None:
    answer = caller(OVERRIDE)("POST", "/overrides", HOST_DENY | {"expires_at": expires_at})

    assert answer.status_code == 422
    assert place in error_of(answer)["message"]


def test_ruling_reason_and_end_can_be_changed(caller: MakeCaller) -> None:
    override = make_override("evil.example", expires_at=timezone.now() + timedelta(days=1))
    path = f"/overrides/{override.pk}"

    assert caller(OVERRIDE)("PATCH", path, {"ruling": "allow"}).json()["ruling"] == "allow"
    assert caller(OVERRIDE)("PATCH", path, {"reason": "a client's shop"}).json()["reason"] == "a client's shop"
    last = caller(OVERRIDE)("PATCH", path, {"expires_at": None}).json()

    assert (last["ruling"], last["reason"], last["expires_at"]) == ("allow", "a client's shop", None)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"ruling": None},
        {"reason": None},
        {"target": "good.example"},
        {"kind": "url"},
        {"id": 7},
        {"group_id": 1},
        {"expires_at": "2001-01-01T00:00:00Z"},
        {"reason": "x" * 301},
        {"reason": "nul\0"},
    ],
)
def test_nothing_else_can_be_changed(caller: MakeCaller, body: dict[str, object]) -> None:
    override = make_override("evil.example")

    answer = caller(OVERRIDE)("PATCH", f"/overrides/{override.pk}", body)

    assert answer.status_code == 422
    assert Override.objects.values().get() == Override.objects.filter(pk=override.pk).values().get()
    assert not AuditEntry.objects.exists()


def test_a_deleted_override_is_gone_at_once(caller: MakeCaller) -> None:
    override = make_override("evil.example")
    call = caller(OVERRIDE)

    first, second = (call("DELETE", f"/overrides/{override.pk}") for _turn in range(2))

    assert (first.status_code, first.content, second.status_code) == (204, b"", 404)
    assert not Override.objects.exists()


def test_the_list_can_be_limited(caller: MakeCaller) -> None:
    group = make_group()
    own = make_override("a.example", group=group)
    allow = make_override("b.example", Ruling.ALLOW)
    domain = make_override("c.example", kind=Kind.DOMAIN)
    call = caller(READ)

    def ids(**query: str) -> list[int]:
        return [item["id"] for item in call("GET", "/overrides", **query).json()["items"]]

    assert ids() == [domain.pk, allow.pk, own.pk]
    assert ids(group_id=str(group.pk)) == [own.pk]
    assert ids(ruling="allow") == [allow.pk]
    assert ids(kind="domain") == [domain.pk]


def test_every_change_is_audited_with_its_group(caller: MakeCaller) -> None:
    group = make_group()
    call = caller(OVERRIDE, groups=[group], name="helpdesk")

    made = call("POST", "/overrides", HOST_DENY | {"group_id": group.pk, "reason": "seen twice"}).json()
    call("PATCH", f"/overrides/{made['id']}", {"ruling": "allow"})
    call("DELETE", f"/overrides/{made['id']}")

    entries = AuditEntry.objects.order_by("pk")
    assert [entry.action for entry in entries] == ["override.create", "override.change", "override.delete"]
    assert {(entry.actor, entry.target) for entry in entries} == {("token:helpdesk", "evil[.]example")}
    assert all(entry.group_ids == [str(group.pk)] for entry in entries)
    assert [entry.details["ruling"] for entry in entries] == ["deny", "allow", "allow"]


def test_the_service_says_what_stands_in_the_way() -> None:
    override = create_override(Kind.HOST, "evil.example", Ruling.DENY, by="owner", shown="the shop")

    with pytest.raises(AlreadyThere) as conflict:
        create_override(Kind.HOST, "EVIL.example", Ruling.ALLOW, by="owner")
    with pytest.raises(InvalidTarget):
        create_override(Kind.HOST, "", Ruling.ALLOW, by="owner")

    assert conflict.value.existing == override
    assert (override.shown, override.created_by) == ("the shop", "owner")
