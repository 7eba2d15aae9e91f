"""Filters of the desk's templates."""

from __future__ import annotations

import re

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from wbscanner.moments import moment

LABEL = re.compile(r'( data-label=")(\w)')
POLLS = (
    "hx-trigger=\"every {}s [document.visibilityState=='visible'], every 30s [document.visibilityState!='visible']\""
)
BROKEN_DOT = "[.]"
BREAK_BEFORE = format_html("<wbr>{}", BROKEN_DOT)

register = template.Library()
register.filter("moment", moment)


@register.simple_tag
def polls(seconds: int) -> SafeString:
    """When a part of a page asks for itself again: seldom while nobody looks at it."""
    return format_html(POLLS, seconds)


@register.filter(is_safe=True)
def capital_labels(html: str) -> str:
    """The rows of a list, whose labels on a phone begin with a capital: style sheets can do that to all words only."""
    return LABEL.sub(lambda found: found[1] + found[2].upper(), html)


@register.filter
def breakable(text: object) -> SafeString:
    """A sentence in which long hosts break before their dots, not inside their names."""
    return format_html_join(BREAK_BEFORE, "{}", ((part,) for part in str(text).split(BROKEN_DOT)))
