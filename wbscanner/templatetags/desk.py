"""Filters of the desk's templates."""

from __future__ import annotations

from django import template

from wbscanner.moments import moment

register = template.Library()
register.filter("moment", moment)
