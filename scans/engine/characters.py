"""Character classes of link finding, as the inside of a regular expression's brackets."""

from __future__ import annotations

import re

# Invisible: zero width, bidi controls, soft hyphen, byte order mark, Mongolian separator, invisible operators.
INVISIBLE = "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"

# Pictures people glue to links: arrows, symbols, dingbats, emoji, their selectors and tags.
PICTURES = (
    "\u2190-\u245f\u2500-\u2bff\u3030\ufe00-\ufe0f\U0001f000-\U0001f0ff\U0001f1e6-\U0001faff\U000e0020-\U000e007f"
)

# Punctuation of scripts that write no space after it: always the end of a link, never part of one.
CLOSING_PUNCTUATION = "、，！？；：「」『』【】《》〈〉〔〕（）［］｛｝｜〜…“”„‟«»‹›‘’‚‛｢｣､"

# Full stops that a browser reads as the dots of a host name (UTS 46).
WIDE_DOTS = "。．｡"

# Other punctuation that ends a host name or trails a link: Latin-1, Hebrew, Arabic, Indic, Ethiopic, general.
OTHER_PUNCTUATION = (
    "¡¿§¶¬¦\u05be\u05c0\u05c3\u05f3\u05f4،؛؟۔।॥።፣\u2010-\u2027\u2030-\u205e\u2e00-\u2e7f\u3008-\u3020\ufffc\ufffd"
)

# Scripts that never share a label with Latin letters, so that their border is the border of a word: Hebrew, Arabic,
# Indic, Thai, Khmer, Hangul, kana, Han. Not here: Cyrillic, Greek, Armenian, because mixing those forges a name.
UNLATIN = (
    "\u0590-\u109f\u1100-\u13ff\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3031-\ua4cf\ua960-\ua97f\uac00-\ud7ff"
    "\uf900-\ufaff\ufb1d-\ufdff\ufe70-\ufefc\uff66-\uff9d\U00020000-\U0003ffff"
)

# What may stand in a host name as written: ASCII letters, digits, hyphen, underscore, dot, and every other letter.
_NOT_IN_HOST = f"\x00-,/:-@\\[-^`{{-\x9f\\s{INVISIBLE}{PICTURES}{CLOSING_PUNCTUATION}{WIDE_DOTS}{OTHER_PUNCTUATION}"
HOST = re.compile(f"[^{_NOT_IN_HOST}]+")

# After a scheme a phone takes more: percent escapes, pictures (emoji domains), invisible characters, wide dots.
SCHEMED_HOST = re.compile(f"(?:[^{_NOT_IN_HOST}]|[%{INVISIBLE}{PICTURES}{WIDE_DOTS}])+")

SEPARATORS = re.compile(f'[\\s<>"`\x00-\x1f\x7f-\x9f{CLOSING_PUNCTUATION}]+')

# A border between Latin letters and a script that does not mix with them; the second form also counts digits.
LETTER_BORDER = re.compile(f"(?<=[A-Za-z])(?=[{UNLATIN}])|(?<=[{UNLATIN}])(?=[A-Za-z])")
LETTER_OR_DIGIT_BORDER = re.compile(f"(?<=[0-9A-Za-z])(?=[{UNLATIN}])|(?<=[{UNLATIN}])(?=[0-9A-Za-z])")

HAS_INVISIBLE = re.compile(f"[{INVISIBLE}]")
# Of these the ones that change the order in which others are shown: embeddings, overrides, isolates.
REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069]")

# One character that may trail a link in a sentence without belonging to it; closing brackets are judged by balance.
TRAILING = re.compile(f"[.,;:!?'*~|({{\\[\\\\{WIDE_DOTS}{INVISIBLE}{PICTURES}{OTHER_PUNCTUATION}]")

# An ASCII top-level domain with a word of a script that does not mix with it glued behind.
ENDING_BEFORE_UNLATIN = re.compile(f"[.{WIDE_DOTS}]([A-Za-z]{{2,63}})(?=[{UNLATIN}])")

# An ASCII top-level domain with something glued behind it that is no host character of its script.
GLUED_ENDING = re.compile(f"[.{WIDE_DOTS}]([A-Za-z]{{2,63}})(?![0-9A-Za-z.{INVISIBLE}-])")
