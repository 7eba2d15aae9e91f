"""Lists that are read page by page, newest first, without counting and without skipping rows that arrive meanwhile."""

from __future__ import annotations

from typing import Annotated, Self, TypeVar

from django.db.models import Model, QuerySet
from ninja import Field, Schema
from pydantic import ValidationInfo, model_validator

LARGEST_ID = 2**63 - 1  # what a BigAutoField holds
LONGEST_PAGE = 200
USUAL_PAGE = 50

RowId = Annotated[int, Field(ge=1, le=LARGEST_ID)]
Row = TypeVar("Row", bound=Model)


class PageQuery(Schema):
    """`after` is the `next` of the page before; without it the newest rows come.

    A parameter that is not declared is refused: a filter with a typing error in it must not list everything.
    """

    after: RowId | None = None
    limit: Annotated[int, Field(ge=1, le=LONGEST_PAGE)] = USUAL_PAGE

    @model_validator(mode="after")
    def _knows_every_parameter(self, info: ValidationInfo) -> Self:
        sent = set(info.context["request"].GET) if info.context else set()
        if unknown := sorted(sent - set(type(self).model_fields)):
            raise ValueError(f"unknown parameter {unknown[0]!a}, this list knows {', '.join(type(self).model_fields)}")
        return self


def page(rows: QuerySet[Row], query: PageQuery) -> tuple[list[Row], int | None]:
    """The rows of one page and the cursor of the following one, None at the end."""
    older = rows if query.after is None else rows.filter(pk__lt=query.after)
    found = list(older.order_by("-pk")[: query.limit + 1])
    has_more = len(found) > query.limit
    return found[: query.limit], found[query.limit - 1].pk if has_more else None
