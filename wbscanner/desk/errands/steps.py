"""What a long piece of work consists of: steps that each say how far it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User

from wbscanner.models import Errand


@dataclass(frozen=True, slots=True)
class Step:
    """One step that was taken: `done` of `total`, and in `place` what the next one needs to go on from here.

    `is_kept` False: nothing was changed yet, and a worker that dies begins anew. `asks`: a person has to say yes first.
    """

    done: int
    total: int
    place: dict[str, Any] = field(default_factory=dict)
    is_kept: bool = True
    asks: bool = False


class Stopped(Exception):
    """It cannot go on, whoever tries again; the code says why (templates/desk/errands/problem.html)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


Work = Callable[[Errand], Iterator[Step]]


def _nothing(_errand: Errand, _user: User) -> dict[str, Any]:
    """More than every page of such work shows, for its template."""
    return {}


def _unsaid(_errand: Errand) -> str:
    """What tells it from others of its kind, beside who asked and when."""
    return ""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of work: `work` goes on from the row's place, each step within one transaction.

    `may_see` is asked beside that only who asked for it sees it, and who may see the group where it is about one.
    `file_name` is of the file it makes, empty for none. `keeps_given`: what it was about is kept with its result.
    """

    title: Any
    work: Work
    may_see: Callable[[User], bool]
    back: Callable[[Errand], str]
    unit: str = "rows"
    file_name: str = ""
    keeps_given: bool = False
    shown: Callable[[Errand, User], dict[str, Any]] = _nothing
    about: Callable[[Errand], str] = _unsaid


def asker(errand: Errand, may: Callable[[User], bool]) -> User:
    """Who asked for it, as they are now; raises Stopped when they may no longer."""
    user = User.objects.get(pk=errand.asked_by_id)
    if not user.is_active or not may(user):
        raise Stopped("no_right")
    return user
