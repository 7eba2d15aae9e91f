"""How far the owner has come with a new installation: one row, so that the set-up can be left and taken up again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.core.cache import cache
from django.db import transaction

from wbscanner.models import Setting

KEY = "first_run"
KEPT_CLOSED, CLOSED_SECONDS = "first_run_closed", 60


@dataclass(frozen=True, slots=True)
class FirstRun:
    """`did` and `skipped` are steps of the set-up, `noted` what somebody says was done; `scan` is of the test link."""

    did: frozenset[str] = field(default_factory=frozenset)
    skipped: frozenset[str] = field(default_factory=frozenset)
    noted: frozenset[str] = field(default_factory=frozenset)
    scan: int | None = None
    is_begun: bool = False
    is_over: bool = False

    @property
    def is_open(self) -> bool:
        """Whether the owner is still to be led through; an installation from before there was a set-up is not."""
        return self.is_begun and not self.is_over


def read() -> FirstRun:
    row = Setting.objects.filter(key=KEY).first()
    value: dict[str, Any] = row.value if row is not None else {}
    return FirstRun(
        did=frozenset(value.get("did", [])),
        skipped=frozenset(value.get("skipped", [])),
        noted=frozenset(value.get("noted", [])),
        scan=value.get("scan"),
        is_begun=row is not None and bool(value.get("begun")),
        is_over=bool(value.get("over")),
    )


def is_open() -> bool:
    """As FirstRun.is_open, asked by every page of an owner: that it is over is remembered for a minute."""
    if cache.get(KEPT_CLOSED):
        return False
    is_open = read().is_open
    if not is_open:
        cache.set(KEPT_CLOSED, True, CLOSED_SECONDS)
    return is_open


def begin() -> None:
    _change(begun=True, over=False)


def end() -> None:
    """Finished or not wanted: it is not offered any more, and its pages stay open."""
    _change(over=True)


def pass_step(step: str, *, is_skipped: bool = False) -> None:
    """Note that a step was done, or skipped; a step is never both."""
    with transaction.atomic():
        known = read()
        did, skipped = known.did - {step}, known.skipped - {step}
        _change(**_lists(did=did if is_skipped else did | {step}, skipped=skipped | {step} if is_skipped else skipped))


def note(what: str, *, is_done: bool) -> None:
    """Somebody says that they did, or did not, do what no row can show."""
    with transaction.atomic():
        noted = read().noted
        _change(**_lists(noted=noted | {what} if is_done else noted - {what}))


def remember_scan(scan: int) -> None:
    _change(scan=scan)


def _lists(**sets: frozenset[str]) -> dict[str, Any]:
    return {name: sorted(values) for name, values in sets.items()}


def _change(**values: object) -> None:
    with transaction.atomic():
        row, _is_new = Setting.objects.select_for_update().get_or_create(key=KEY, defaults={"value": {}})
        row.value = {**row.value, **values}
        row.save(update_fields=["value", "updated_at"])
    cache.delete(KEPT_CLOSED)
