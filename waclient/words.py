"""Templates of what is said in chats, in a language: whoever writes to a chat takes the text from here."""

from __future__ import annotations

from collections.abc import Mapping

from django.template.loader import render_to_string
from django.utils import translation


def lines(name: str, language: str, context: Mapping[str, object] | None = None) -> list[str]:
    """The lines of templates/<name>.txt in a language, without empty ones and the space around them."""
    with translation.override(language):
        text = render_to_string(f"{name}.txt", dict(context or {}))
    return [line.strip() for line in text.splitlines() if line.strip()]


def say(name: str, language: str, context: Mapping[str, object] | None = None) -> str:
    """A whole text: `say("replies/muted", group.reply_language, {"until": "18:00"})`."""
    return "\n".join(lines(name, language, context))
