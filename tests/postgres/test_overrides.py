from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from groups.models import Group
from overrides.models import Override
from overrides.rules import Kind, Ruling, Subject
from scans.engine.links import parse

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]


def subject(url: str) -> Subject:
    link = parse(url)
    return Subject.of_parts(link.url_hash, link.host, link.registrable_domain, link.url)


@pytest.mark.parametrize(
    ("kind", "target"),
    [(Kind.HOST, "shop.bad.example"), (Kind.DOMAIN, "bad.example"), (Kind.PATTERN, "*.bad.example/*")],
)
def test_an_override_is_found_by_host_domain_and_pattern(kind: Kind, target: str) -> None:
    deny = Override.objects.create(kind=kind, target=target, ruling=Ruling.DENY)

    assert Override.match([subject("https://shop.bad.example/x")], None, timezone.now()) == deny
    assert Override.match([subject("https://good.example/x")], None, timezone.now()) is None


def test_a_groups_override_beats_a_global_one_and_ends_when_it_expires() -> None:
    now, group = timezone.now(), Group.objects.create(jid="1@g.us")
    everywhere = Override.objects.create(kind=Kind.HOST, target="a.example", ruling=Ruling.DENY)
    here = Override.objects.create(
        kind=Kind.HOST, target="a.example", ruling=Ruling.ALLOW, group=group, expires_at=now + timedelta(hours=1)
    )
    hops = [subject("https://a.example/")]

    assert Override.match(hops, group, now) == here
    assert Override.match(hops, group, now + timedelta(hours=2)) == everywhere
    assert Override.match(hops, None, now) == everywhere


def test_the_same_override_cannot_exist_twice_globally() -> None:
    Override.objects.create(kind=Kind.HOST, target="a.example", ruling=Ruling.DENY)

    with pytest.raises(IntegrityError), transaction.atomic():
        Override.objects.create(kind=Kind.HOST, target="a.example", ruling=Ruling.ALLOW)
