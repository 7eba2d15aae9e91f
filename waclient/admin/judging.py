"""What a moderator says about a link from a list or a detail page: the question, and carrying out the answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, Protocol

from django import forms
from django.utils.translation import gettext_lazy as _

from groups.models import Group
from overrides.rules import Kind
from waclient import decisions
from waclient.models import Answer
from wbscanner.confirm import Answers, NotPossible
from wbscanner.permissions import visible_groups


class HasLink(Protocol):
    """A sighting or a row of the queue."""

    url_hash: str
    host: str


class Scope(StrEnum):
    HERE = "here"
    EVERYWHERE = "everywhere"


class Where(Answers):
    """In which groups the answer holds; "all groups" is the owner's."""

    scope = forms.ChoiceField(label=_("Where"), widget=forms.RadioSelect, initial=Scope.HERE)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        choices = [(Scope.HERE, _("in the groups where it was posted"))]
        if visible_groups(user) is None:
            choices.append((Scope.EVERYWHERE, _("in all groups")))
        field = self.fields["scope"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


class Judgement(Where):
    """How much of the address the answer covers."""

    kind = forms.ChoiceField(
        label=_("What"),
        choices=[(Kind.URL, _("exactly this link")), (Kind.HOST, _("everything on this host"))],
        widget=forms.RadioSelect,
        initial=Kind.URL,
    )


def judge(link: HasLink, answer: Answer, answers: Mapping[str, Any], *, by: str, here: Iterable[Group]) -> None:
    """Write the decision for each group of the chosen scope; raises NotPossible when no group is left to decide for."""
    scope: list[Group | None] = [None] if answers["scope"] == Scope.EVERYWHERE else list(here)
    if not scope:
        raise NotPossible(_("it was posted in none of your groups."))
    for group in scope:
        kind = Kind(answers.get("kind") or Kind.URL)
        decisions.decide(link.url_hash, answer, by=by, group=group, kind=kind)
