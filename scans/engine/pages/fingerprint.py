"""Whether two pages are the same one put up twice: a hash of their parts, of which nothing can be read back."""

from __future__ import annotations

import hashlib
import re

from scans.engine.pages.markup import Markup

# Shorter than this the parts are those of any form: name, password, “remember me”, “forgotten?” have about 130.
LEAST_CHARACTERS = 150
MAX_FIELDS, MAX_LINKS = 40, 40
# What differs from visitor to visitor and from copy to copy: numbers, tokens, the site's own address.
_VARIES = re.compile(r"[0-9a-f]{12,}|\d+")
_HOST = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//[^/?#]*", re.IGNORECASE)


def fingerprint(page: Markup) -> str:
    """The SHA-256 of title, fields, pictures and links without what varies; empty for a page of too few parts."""
    fields = (f"{field.kind} {field.names}" for field in page.fields[:MAX_FIELDS])
    links = (_HOST.sub("", link).partition("?")[0] for link in page.links[:MAX_LINKS])
    parts = (page.title, page.site_name, *fields, *page.pictures, *links)
    text = "\n".join(" ".join(_VARIES.sub("#", part.lower()).split()) for part in parts if part.strip())
    return hashlib.sha256(text.encode()).hexdigest() if len(text) >= LEAST_CHARACTERS else ""
