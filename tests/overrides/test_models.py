from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from overrides.models import Override
from overrides.rules import Kind, Ruling, Subject
from scans.engine.links import parse
from tests.factories import make_group, make_override

pytestmark = pytest.mark.django_db
URL = "https://pay.shop.example.com/now?id=7"
NOW = timezone.now()


def subject(url: str = URL) -> Subject:
    return Subject.of(parse(url))


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        (Kind.URL, parse(URL).url_hash),
        (Kind.HOST, "pay.shop.example.com"),
        (Kind.DOMAIN, "shop.example.com"),
        (Kind.DOMAIN, "example.com"),
        (Kind.PATTERN, "pay.*.example.com"),
        (Kind.PATTERN, "pay.*.example.com/now*"),
    ],
)
def test_a_rule_of_every_kind_finds_its_links_and_no_others(kind: Kind, target: str) -> None:
    override = make_override(target, kind=kind)

    assert Override.match([subject()], None, NOW) == override
    assert Override.match([subject("https://other.test/")], None, NOW) is None


def test_a_target_of_another_kind_is_not_taken_for_this_one() -> None:
    make_override("shop.example.com", kind=Kind.HOST)
    make_override("pay.shop.example.com/now", kind=Kind.HOST)

    assert Override.match([subject()], None, NOW) is None


def test_a_groups_rule_counts_in_that_group_alone_and_beats_the_global_one_there() -> None:
    here, elsewhere = make_group(), make_group()
    everywhere = make_override("pay.shop.example.com", Ruling.DENY)
    own = make_override("example.com", Ruling.ALLOW, kind=Kind.DOMAIN, group=here)

    assert Override.match([subject()], here, NOW) == own
    assert Override.match([subject()], elsewhere, NOW) == everywhere
    assert Override.match([subject()], None, NOW) == everywhere


@pytest.mark.parametrize(("ends_in", "counts"), [(timedelta(seconds=1), True), (timedelta(0), False)])
def test_a_rule_counts_until_it_ends(ends_in: timedelta, counts: bool) -> None:
    override = make_override("pay.shop.example.com", expires_at=NOW + ends_in)

    assert (Override.match([subject()], None, NOW) is not None) is counts
    assert override.is_active(NOW) is counts


def test_an_expired_rule_of_the_group_leaves_the_global_one_in_force() -> None:
    group = make_group()
    everywhere = make_override("pay.shop.example.com", Ruling.DENY)
    make_override("pay.shop.example.com", Ruling.ALLOW, group=group, expires_at=NOW)

    assert Override.match([subject()], group, NOW) == everywhere


def test_one_query_answers_for_a_whole_chain_of_redirects(django_assert_num_queries: object) -> None:
    group = make_group()
    denied = make_override("middle.example", Ruling.DENY)
    make_override("*.example/*", Ruling.ALLOW, kind=Kind.PATTERN)
    hops = [subject(f"https://{name}.example/{'x' * 50}") for name in ("first", "middle", "third", "last")]

    with django_assert_num_queries(1):  # type: ignore[operator]
        assert Override.match(hops, group, NOW) == denied


@pytest.mark.parametrize("is_groups_own", [False, True])
def test_the_same_rule_cannot_exist_twice_in_one_scope(is_groups_own: bool) -> None:
    group = make_group() if is_groups_own else None
    make_override("pay.shop.example.com", Ruling.DENY, group=group)

    with pytest.raises(IntegrityError), transaction.atomic():
        make_override("pay.shop.example.com", Ruling.ALLOW, group=group)
