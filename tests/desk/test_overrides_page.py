"""Many overrides at once in the desk: seen with their effect first, then saved; exported and brought in again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from groups.models import Group
from overrides.models import Override
from overrides.rules import Kind, Ruling
from overrides.services import create_override
from scans.engine.journeys import Hop, How
from scans.engine.links import parse
from scans.engine.scoring import Verdict
from scans.hops import rows_of
from tests.desk.conftest import client_of, with_role
from tests.factories import make_group, make_moderator, make_override, make_scan, make_sighting
from wbscanner.models import AuditEntry

PASTE, IMPORT, EFFECT, EXPORT = (reverse(f"desk:override-{name}") for name in ("paste", "import", "effect", "export"))
LINES = "evil.example\nhttps://shop.example/pay\nnot an address"


def posted(lines: str = LINES, **values: str) -> dict[str, str]:
    return {"lines": lines, "ruling": "deny", "reach": "written", "group": "", "reason": "", "expires_at": "", **values}


def file(text: str) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("overrides.csv", text.encode())}


def test_the_effect_counts_links_groups_and_verdicts_of_the_last_30_days(as_owner: Client, group: Group) -> None:
    other = make_group("Padres 4B")
    bad = make_scan("https://evil.example/a", Verdict.MALICIOUS)
    make_sighting(group, bad, verdict=Verdict.MALICIOUS)
    make_sighting(other, bad, verdict=Verdict.MALICIOUS)
    make_sighting(group, make_scan("https://evil.example/b"), verdict=Verdict.BENIGN)
    make_sighting(group, make_scan("https://fine.example/"), verdict=Verdict.BENIGN)
    make_sighting(group, make_scan("https://evil.example/c"), posted_at=timezone.now() - timedelta(days=31))

    page = as_owner.post(PASTE, posted())

    found = page.context["found"]
    assert (found.links, found.groups, found.dangerous, len(found.rows)) == (3, 2, 2, 3)
    assert found.by_line == {1: 3}
    assert "This would have decided 3 links" in page.text
    assert not Override.objects.exists()


def test_a_link_that_only_leads_there_is_counted(as_owner: Client, group: Group) -> None:
    way = [
        Hop(parse("https://short.example/x"), How.POSTED, 302),
        Hop(parse("https://evil.example/"), How.REDIRECT, 200),
    ]
    make_sighting(group, make_scan("https://short.example/x", hops=[row.as_dict() for row in rows_of(way)]))

    assert as_owner.post(PASTE, posted("evil.example")).context["found"].links == 1
    assert as_owner.post(PASTE, posted("evil.example", ruling="allow")).context["found"].links == 1
    assert as_owner.post(PASTE, posted("short.example", ruling="allow")).context["found"].links == 1


def test_what_a_stronger_override_decides_is_counted_apart(as_owner: Client, group: Group) -> None:
    make_sighting(group, make_scan("https://evil.example/"))
    make_override("evil.example", Ruling.ALLOW, group=group)

    found = as_owner.post(PASTE, posted("evil.example")).context["found"]

    assert (found.links, found.outranked) == (0, 1)


def test_saving_makes_the_good_lines_and_gives_the_bad_ones_back(as_owner: Client) -> None:
    page = as_owner.post(PASTE, {**posted(reason="seen in the news"), "save": "1"})

    assert set(Override.objects.values_list("kind", "shown", "reason")) == {
        ("host", "evil[.]example", "seen in the news"),
        ("url", "hxxps://shop[.]example/pay", "seen in the news"),
    }
    assert page.context["form"]["lines"].value() == "not an address"
    assert "2 overrides work from now on." in page.text
    assert AuditEntry.objects.filter(action="override.create").count() == 2


def test_saving_lines_that_are_all_good_goes_back_to_the_list(as_owner: Client) -> None:
    page = as_owner.post(PASTE, {**posted("evil.example"), "save": "1"})

    assert page.headers["Location"] == reverse("admin:overrides_override_changelist")


def test_too_many_lines_are_refused_and_kept(as_owner: Client) -> None:
    lines = "\n".join(f"h{number}.example" for number in range(1001))

    page = as_owner.post(PASTE, {**posted(lines), "save": "1"})

    assert page.status_code == 422
    assert "Do it in parts" in page.text
    assert "h1000.example" in page.text
    assert not Override.objects.exists()


def test_the_form_for_one_override_shows_its_effect_before_it_is_saved(as_owner: Client, group: Group) -> None:
    make_sighting(group, make_scan("https://evil.example/"))
    values = {"ruling": "deny", "kind": "host", "target": "evil.example", "group": "", "reason": "", "expires_at": ""}
    add = reverse("admin:overrides_override_add")

    form, page = as_owner.get(add), as_owner.post(EFFECT, values)
    before = Override.objects.count()
    as_owner.post(add, dict(page.context["given"]))

    assert f'formaction="{EFFECT}"' in form.text
    assert (page.context["found"].links, page.context["save_to"], before) == (1, add, 0)
    assert Override.objects.get().target == "evil.example"


def test_an_end_that_is_past_is_named(as_owner: Client) -> None:
    page = as_owner.post(PASTE, posted("evil.example", expires_at="2020-01-01T10:00"))

    assert "Its end lies in the past" in page.text
    assert page.context["to_save"] == 0


def test_a_file_is_shown_before_it_changes_anything_and_then_brought_in(as_owner: Client) -> None:
    create_override(Kind.HOST, "a.example", Ruling.ALLOW, by="x")
    create_override(Kind.HOST, "b.example", Ruling.ALLOW, by="x")
    text = "kind,target,ruling\nhost,a.example,deny\nhost,b.example,allow\nhost,c.example,deny\nhost,,deny\n"

    page = as_owner.post(IMPORT, file(text))
    before = Override.objects.count()
    as_owner.post(IMPORT, {**dict(page.context["given"]), "save": "1"})

    assert page.context["counts"] == {"added": 1, "changed": 1, "unchanged": 1, "invalid": 1}
    assert before == 2
    rulings = dict(Override.objects.values_list("target", "ruling"))
    assert rulings == {"a.example": "deny", "b.example": "allow", "c.example": "deny"}


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"", b"one,two\n"])
def test_a_file_that_cannot_be_read_is_refused_with_what_to_do(as_owner: Client, content: bytes) -> None:
    page = as_owner.post(IMPORT, {"file": SimpleUploadedFile("x.csv", content)})

    assert page.status_code == 422
    assert 'role="alert"' in page.text


def test_the_export_is_streamed_audited_and_comes_back_unchanged(as_owner: Client, group: Group) -> None:
    create_override(Kind.HOST, "evil.example", Ruling.DENY, by="x", reason="=1+1", group=group)

    response = as_owner.get(EXPORT)
    text = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
    page = as_owner.post(IMPORT, file(text))

    assert response.headers["Content-Disposition"].startswith("attachment")
    assert "'=1+1" in text
    assert page.context["counts"]["unchanged"] == 1
    assert AuditEntry.objects.get(action="override.export").details == {"rows": 1}


def test_a_moderator_sees_and_rules_in_their_groups_only(as_moderator: Client, group: Group) -> None:
    foreign = make_group("Foreign choir")
    for each in (group, foreign):
        make_sighting(each, make_scan(f"https://evil.example/{each.pk}"))
    create_override(Kind.HOST, "secret.example", Ruling.DENY, by="x", group=foreign)
    create_override(Kind.HOST, "everywhere.example", Ruling.DENY, by="x")
    text = f"kind,target,ruling,group\nhost,a.example,deny,{foreign.pk}\nhost,b.example,deny,\n"

    effect = as_moderator.post(PASTE, posted("evil.example", group=str(group.pk)))
    refused = [
        as_moderator.post(PASTE, {**posted("evil.example", group=one), "save": "1"}) for one in ("", str(foreign.pk))
    ]
    brought = as_moderator.post(IMPORT, {"sheet": text, "save": "1"})
    exported = b"".join(as_moderator.get(EXPORT).streaming_content).decode()  # type: ignore[attr-defined]

    assert effect.context["found"].links == 1
    assert foreign.name not in effect.text
    assert [page.status_code for page in refused] == [422, 422]
    assert brought.context["counts"]["invalid"] == 2
    assert Override.objects.count() == 2
    assert "secret.example" not in exported
    assert "everywhere.example" not in exported


def test_a_viewer_exports_and_makes_nothing(group: Group, db: None) -> None:
    client = client_of(with_role(make_moderator(group), "Viewers"))

    assert [client.post(url, posted()).status_code for url in (PASTE, IMPORT, EFFECT)] == [403] * 3
    assert client.get(EXPORT).status_code == 200
    assert "desk/overrides/paste" not in client.get(reverse("admin:overrides_override_changelist")).text


def test_staff_without_a_role_reach_none_of_it(owner: User, group: Group) -> None:
    client = client_of(make_moderator(group))

    assert [client.get(url).status_code for url in (PASTE, EXPORT)] == [403, 403]


def test_a_page_of_a_thousand_lines_asks_few_questions(
    as_owner: Client, group: Group, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        make_sighting(group, make_scan(f"https://h{number}.example/"))
    lines = "\n".join(f"h{number}.example" for number in range(1000))
    as_owner.get("/desk/me/")  # the first page of a login also writes when it began

    with django_assert_max_num_queries(15):
        page = as_owner.post(PASTE, posted(lines))

    assert page.context["found"].links == 30
