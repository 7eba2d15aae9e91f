"""Filters of the desk's templates."""

from __future__ import annotations

import re

from django import template

from wbscanner.moments import moment

LABEL = re.compile(r'( data-label=")(\w)')

register = template.Library()
register.filter("moment", moment)


@register.filter(is_safe=True)
def capital_labels(html: str) -> str:
    """The rows of a list, whose labels on a phone begin with a capital: style sheets can do that to all words only."""
    return LABEL.sub(lambda found: found[1] + found[2].upper(), html)
