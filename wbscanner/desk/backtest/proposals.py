"""A policy that somebody wants tried out: the group's own as it is, a ready-made one, or the values of its form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from groups.forms import PolicyForm
from groups.models import Group
from groups.policy import Preset
from groups.presets import POLICY_COLUMNS, PRESETS

NOW, FORM = "now", "form"
# What of the group's form makes a policy; the rest is not asked here and saved by the form itself.
FIELDS = (*POLICY_COLUMNS, "time_zone")
ALONG = ("language", "ceiling")
LONGEST = 64


class PolicyAsTyped(PolicyForm):
    """The group's own form as far as it is its policy: read, checked, and not saved."""

    class Meta:
        model = Group
        fields = FIELDS


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is tried out: `name` is NOW, a ready-made policy's, or FORM with the values of the form."""

    name: str = NOW
    values: Sequence[tuple[str, str]] = field(default=())

    def as_json(self) -> dict[str, Any]:
        return {"name": self.name, "values": [list(pair) for pair in self.values]}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Proposal:
        return cls(stored["name"], tuple((name, value) for name, value in stored["values"]))

    def problems(self, group: Group) -> list[str]:
        """Makes the group, unsaved, one with this policy; what about its values makes no sense."""
        if self.name == FORM:
            form = PolicyAsTyped(self._posted(), instance=group)
            return [str(problem) for errors in form.errors.values() for problem in errors]
        for column, value in PRESETS[Preset(self.name)].items() if self.name != NOW else ():
            setattr(group, column, value)
        return []

    def _posted(self) -> QueryDict:
        posted = QueryDict(mutable=True)
        for name, value in self.values:
            posted.appendlist(name, value)
        return posted


def named(name: str) -> Proposal:
    """A policy by its name; the group's own where there is none of that name."""
    return Proposal(name if name in PRESETS else NOW)


def typed(posted: QueryDict) -> Proposal:
    """The values of the group's form, and of nothing else."""
    kept = [name for name in (*FIELDS, *ALONG) if name in posted]
    return Proposal(FORM, tuple((name, value[:LONGEST]) for name in sorted(kept) for value in posted.getlist(name)))
