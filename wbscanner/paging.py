"""Lists that are read page by page, newest first, without counting and without skipping rows that arrive meanwhile."""

from __future__ import annotations

from typing import Annotated, TypeVar

from django.db.models import Model, QuerySet
from ninja import Field, Schema

LARGEST_ID = 2**63 - 1  # what a BigAutoField holds
LONGEST_PAGE = 200
USUAL_PAGE = 50

RowId = Annotated[int, Field(ge=1, le=LARGEST_ID)]
Row = TypeVar("Row", bound=Model)


class PageQuery(Schema):
    """`after` is the `next` of the page before; without it the newest rows come."""

    after: RowId | None = None
    limit: Annotated[int, Field(ge=1, le=LONGEST_PAGE)] = USUAL_PAGE


def page(rows: QuerySet[Row], query: PageQuery) -> tuple[list[Row], int | None]:
    """The rows of one page and the cursor of the following one, None at the end."""
    older = rows if query.after is None else rows.filter(pk__lt=query.after)
    found = list(older.order_by("-pk")[: query.limit + 1])
    has_more = len(found) > query.limit
    return found[: query.limit], found[query.limit - 1].pk if has_more else None
