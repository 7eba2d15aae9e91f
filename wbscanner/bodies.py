"""What a request body may hold: exactly the declared fields, in the declared types."""

from __future__ import annotations

from typing import Annotated, Self, TypeVar

from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, BeforeValidator, ConfigDict, model_validator
from pydantic.json_schema import SkipJsonSchema

Value = TypeVar("Value")


class Body(Schema):
    """A request body; an unknown field is refused, so that a typing error never passes for a success."""

    model_config = ConfigDict(extra="forbid")


class Patch(Body):
    """A change: fields left out stay as they are, at least one must be given."""

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("name at least one field to change")
        return self


def _not_null(value: object) -> object:
    if value is None:
        raise ValueError("leave the field out instead of sending null")
    return value


def _only_text(value: object) -> object:
    if value is not None and not isinstance(value, str):
        raise ValueError("write the time as text, such as 2030-01-31T12:00:00Z")
    return value


def _without_nul(value: str) -> str:
    if "\0" in value:
        raise ValueError("NUL characters are not allowed")
    return value


Moment = Annotated[AwareDatetime, BeforeValidator(_only_text)]  # RFC 3339 with an offset; numbers are refused
Text = Annotated[str, AfterValidator(_without_nul)]  # PostgreSQL cannot store NUL
Given = Annotated[Value | SkipJsonSchema[None], BeforeValidator(_not_null)]  # may be left out of a Patch, not null
