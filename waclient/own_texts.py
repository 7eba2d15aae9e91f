"""Texts with placeholders in braces, ours and those that groups word for themselves."""

from __future__ import annotations

import re
from collections.abc import Mapping

PLACEHOLDER = re.compile(r"\{(\w*)\}")


def fill(template: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders replaced, without the lines of which one stands for nothing."""
    lines = (line.strip() for line in template.splitlines())
    return "\n".join(_filled(line, values) for line in lines if line and _has_all(line, values))


def _has_all(line: str, values: Mapping[str, str]) -> bool:
    return all(values.get(name) for name in PLACEHOLDER.findall(line))


def _filled(line: str, values: Mapping[str, str]) -> str:
    return PLACEHOLDER.sub(lambda found: values[found[1]], line)
