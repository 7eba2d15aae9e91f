"""What a phone makes tappable in a text: links, e-mail addresses, telephone numbers."""

from __future__ import annotations

import re

from scans.engine.links import find_links

_MAIL = re.compile(r"[^\s@]@[^\s@]")
# Seven digits and more with what people write between them.
_NUMBER = re.compile(r"(?<!\w)\+?\d(?:[ ()/–-]{0,2}\d){6,}(?!\w)")


def is_clickable(text: str) -> bool:
    """Whether a phone may make something to tap of some part of the text; `[.]` is no dot to it."""
    return bool(find_links(text.replace("[.]", " "))) or bool(_MAIL.search(text)) or bool(_NUMBER.search(text))
