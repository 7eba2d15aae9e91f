"""Character classes of link finding, as the inside of a regular expression's brackets."""

from __future__ import annotations

import re

# Invisible: zero width, bidi and shaping controls, soft hyphen, byte order mark, invisible operators, fillers of Hangul
# and Khmer, selectors of Mongolian, the joiner that joins nothing.
INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
)

# These change the look of a picture; right behind an ASCII letter or mark of a host they do nothing but hide there.
SELECTORS = "\ufe00-\ufe0f\U000e0000-\U000e01ef"
HIDDEN_RUN = f"[{INVISIBLE}]+|(?<=[A-Za-z.-])[{SELECTORS}]+(?=[0-9A-Za-z.-])"
HIDDEN = re.compile(HIDDEN_RUN)

# Pictures people glue to links: arrows, symbols, dingbats, emoji, their selectors and tags.
# ✪ is no emoji and stands in a well-known host name (✪df.ws), so it is not among them.
PICTURES = (
    "\u20e3\u2190-\u245f\u2500-\u2729\u272b-\u2bff\u3030\ufe00-\ufe0f"
    "\U0001f000-\U0001f0ff\U0001f1e6-\U0001faff\U000e0020-\U000e007f"
)

# Punctuation of scripts that write no space after it: always the end of a link, never part of one.
_EXCLAMATIONS = "！？"
CLOSING_PUNCTUATION = f"{_EXCLAMATIONS}、，；：「」『』【】《》〈〉〔〕（）［］｛｝｜〜…“”„‟«»‹›‘‚‛｢｣､"

# Full stops that a browser reads as the dots of a host name (UTS 46); the first two also end a sentence.
HAN_DOTS = "。｡"
WIDE_FULL_STOP = "．"
WIDE_DOTS = f"{HAN_DOTS}{WIDE_FULL_STOP}"

# Dots that only look like one: one dot leader, small full stop. No browser opens a host with them, people retype it.
DRAWN_DOTS = "․﹒"
# Marks of lists and middle dots; they stand for the dot of a host only before these endings and a path.
_BULLETS = "·•∙⋅‧・●۔٠"
_BULLETED = "app|click|club|com|info|io|link|live|net|online|org|ru|shop|site|store|top|vip|xyz"
# All of these, without regard to what stands beside them.
EVERY_DOT_TWIN = f"{WIDE_DOTS}{DRAWN_DOTS}{_BULLETS}"
BULLET_DOT = f"[{_BULLETS}](?=(?:{_BULLETED})/)"

# Letters and digits of other styles that a browser reads as plain ones: full-width, circled, mathematical, raised.
STYLED = (
    "\u02b0-\u02b8\u02e1-\u02e3\u1d2c-\u1d6a\u1d9c-\u1dbf\u2070-\u209c\u2100-\u2138\u213a-\u218f\u24b6-\u24c1\u24c3-\u24e9\uff10-\uff19\uff21-\uff3a\uff41-\uff5a"
    "\U0001d400-\U0001d7ff"
)

# ①example.com: a number of a list glued in front, unless a scheme stands before it.
CIRCLED_NUMBERS = "\u2460-\u249b\u24ea-\u24ff"

# Signs glued to a host that has no scheme: €example.com, ©example.com, a.com·b.com; · belongs to a name in Catalan l·l.
SIGNS = "¢-¥©®¯°±´·¸×÷\u20a0-\u20cf"

# Marks of full width; a browser reads them as plain ones, none of which a host may hold.
_WIDE_MARKS = "＃＄％＆＊＋／＝＠"

# Other punctuation that ends a host name or trails a link: Latin-1, Hebrew, Arabic, Indic, Ethiopic, general.
_GENERAL_PUNCTUATION = "\u2010-\u2027\u2030-\u205e\u2e00-\u2e7f\u3008-\u3020\ufffc\ufffd"
OTHER_PUNCTUATION = f"¡¿§¶¬¦\u05be\u05c0\u05c3\u05f3\u05f4،؛؟۔।॥።፣{_GENERAL_PUNCTUATION}{_WIDE_MARKS}"

# Scripts that never share a label with Latin letters, so that their border is the border of a word: Hebrew, Arabic,
# Indic, Thai, Khmer, Hangul, kana, Han. Not here: Cyrillic, Greek, Armenian, because mixing those forges a name.
UNLATIN = (
    "\u0590-\u109f\u1100-\u13ff\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3031-\ua4cf\ua960-\ua97f\uac00-\ud7ff"
    "\uf900-\ufaff\ufb1d-\ufdff\ufe70-\ufefc\uff66-\uff9d\U00020000-\U0003ffff"
)

# Of these, the dashes and slashes that a browser reads as letters of a host: https://example.com⁄evil.example.
HOST_STROKES = "\u2010-\u2015\u2043\u2044"

# What may stand in a host name as written: ASCII letters, digits, hyphen, underscore, dot, and every other letter.
_NOT_IN_HOST = f"\x00-,/:-@\\[-^`{{-\x9f\\s{INVISIBLE}{PICTURES}{CLOSING_PUNCTUATION}{WIDE_DOTS}{OTHER_PUNCTUATION}"
# The shortest host is as long as a.ws.
HOST = re.compile(f"(?:[^{_NOT_IN_HOST}{CIRCLED_NUMBERS}{SIGNS}]|[{PICTURES}]|(?<=[Ll])·(?=[Ll])){{4,}}")
PICTURE_RUN = re.compile(f"[{PICTURES}]+")

# After a scheme a phone takes more: percent escapes, pictures (emoji domains), invisible characters, dots, dashes.
SCHEMED_HOST = re.compile(f"(?:[^{_NOT_IN_HOST}]|[%{INVISIBLE}{PICTURES}{WIDE_DOTS}{HOST_STROKES}])+")

# One of these before an ending of a file stands in its name: https://example.com/咲いた？.png
_IN_FILE_NAME = f"[{_EXCLAMATIONS}](?=[{_EXCLAMATIONS}]{{0,3}}\\.[0-9A-Za-z])"
SEPARATORS = re.compile(f'(?:(?!{_IN_FILE_NAME})[\\s<>"`\x00-\x1f\x7f-\x9f{CLOSING_PUNCTUATION}])+')

# Where a word of a script that does not mix with Latin letters ends before Latin ones; the second also counts digits.
LETTER_BORDER = re.compile(f"(?<=[{UNLATIN}])(?=[A-Za-z])")
LETTER_OR_DIGIT_BORDER = re.compile(f"(?<=[{UNLATIN}])(?=[0-9A-Za-z])")
# Without one of these nothing is glued to a host: a border in either direction; or that or a picture.
BORDER = re.compile(f"[{UNLATIN}](?=[0-9A-Za-z])|[A-Za-z](?=[{UNLATIN}])")
BORDER_OR_PICTURE = re.compile(f"[{PICTURES}]|{BORDER.pattern}")

# Letters and strokes that pass for a slash or a dash between Latin letters: google.comノsearch.example is one host.
SEPARATOR_TWINS = "ノンソゾ丶乀乁丿ー一〳"

HAS_STYLED = re.compile(f"[{STYLED}{CIRCLED_NUMBERS}]")
# Dots of a host that are not the ASCII one.
DOT_TWIN = re.compile(f"[{WIDE_DOTS}{DRAWN_DOTS}]|[{_BULLETS}](?:{_BULLETED})\\Z", re.IGNORECASE)
# Begins with one class of characters, which the regular expressions' engine looks for several times faster.
DOT_TWIN_INSIDE = re.compile(
    f"[{WIDE_DOTS}{DRAWN_DOTS}{_BULLETS}](?:(?<=[{WIDE_DOTS}{DRAWN_DOTS}])[^\\s.]|(?<={BULLET_DOT}))"
)
HAS_INVISIBLE = re.compile(
    f"[{INVISIBLE}{SELECTORS}](?:(?<=[{INVISIBLE}])|(?<=[A-Za-z.-][{SELECTORS}])(?=[{SELECTORS}0-9A-Za-z.-]))"
)
# Joiners that shape the letter before them, as Persian and the scripts of India write: nothing is hidden by them.
SHAPING = re.compile(f"(?<=[{UNLATIN}])[\u200c\u200d]")
# Of these the ones that change the order in which others are shown: embeddings, overrides, isolates.
REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069]")

# One character that may trail a link in a sentence without belonging to it; closing brackets are judged by balance.
_TRAILING = f".,;:!?'*~@|({{\\[\\\\{WIDE_DOTS}{INVISIBLE}{PICTURES}{OTHER_PUNCTUATION}"
# To be matched against the reversed text, so that a long run is read once.
TRAILING_RUN = re.compile(f"[{_TRAILING}]+")
HOST_EDGE_RUN = re.compile(f"[{_TRAILING}_-]+")

# An ASCII top-level domain with a word of a script that does not mix with it glued behind.
ENDING_BEFORE_UNLATIN = re.compile(
    f"[.{WIDE_DOTS}]([A-Za-z]{{2,63}})(?=[{UNLATIN}])(?![{SEPARATOR_TWINS}]{{1,4}}[0-9A-Za-z])"
)
# The same without a scheme, where nobody reads such a letter as part of the host.
BARE_ENDING = re.compile(f"[.]([A-Za-z]{{2,63}})(?=[{UNLATIN}])")

# An ASCII top-level domain with something glued behind it that is no host character of its script.
GLUED_ENDING = re.compile(
    f"[.{WIDE_DOTS}]([A-Za-z]{{2,63}})(?![0-9A-Za-z.{INVISIBLE}-])(?![{SEPARATOR_TWINS}]{{1,4}}[0-9A-Za-z])"
)
