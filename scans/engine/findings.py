"""What an analysis found, and what it could not look at: values that travel, stored as JSON, worded later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Self, TypedDict


class FindingDict(TypedDict):
    """The JSON shape of a Finding."""

    code: str
    points: int
    params: dict[str, str | int]
    conclusive: bool


class NotCheckedDict(TypedDict):
    """The JSON shape of a NotChecked."""

    source: str
    reason: str


class NotCheckedReason(StrEnum):
    """Why something was not looked at."""

    NONE_CONFIGURED = "none_configured"
    NONE_LOADED = "none_loaded"
    NOT_FOLLOWED = "not_followed"
    NOT_ASKED = "not_asked"
    SWITCHED_OFF = "switched_off"
    NOT_ALLOWED = "not_allowed"
    LOOK_ONLY = "look_only"
    BLOCKED = "blocked"
    REFUSED = "refused"
    FAILED = "failed"
    NO_KEY = "no_key"
    QUOTA = "quota"
    SAVED = "saved"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason for a verdict: a code, its points (negative speaks for the link) and parameters for the sentence.

    `conclusive` marks the few findings whose false positives are so rare that a message may be deleted on them alone.
    """

    code: str
    points: int
    params: tuple[tuple[str, str | int], ...] = ()
    conclusive: bool = False

    @classmethod
    def of(cls, code: str, points: int, *, conclusive: bool = False, **params: str | int) -> Self:
        """Builds a finding with its parameters by name."""
        return cls(code, points, tuple(sorted(params.items())), conclusive)

    def param(self, name: str) -> str | int | None:
        """The parameter of that name, None when the finding has none."""
        return dict(self.params).get(name)

    def as_dict(self) -> FindingDict:
        """The JSON form, accepted back by from_dict."""
        return {
            "code": self.code,
            "points": self.points,
            "params": dict(self.params),
            "conclusive": self.conclusive,
        }

    @classmethod
    def from_dict(cls, data: FindingDict) -> Self:
        """Reads the JSON form; raises KeyError when a field is missing."""
        params: Mapping[str, str | int] = data["params"]
        return cls(data["code"], data["points"], tuple(sorted(params.items())), data["conclusive"])


@dataclass(frozen=True, slots=True)
class NotChecked:
    """What was not looked at.

    `source` is feeds, redirects, page, providers, local_checks or `heuristic|feed|provider:NAME`.
    """

    source: str
    reason: str

    def as_dict(self) -> NotCheckedDict:
        """The JSON form, accepted back by from_dict."""
        return {"source": self.source, "reason": self.reason}

    @classmethod
    def from_dict(cls, data: NotCheckedDict) -> Self:
        """Reads the JSON form; raises KeyError when a field is missing."""
        return cls(data["source"], data["reason"])
