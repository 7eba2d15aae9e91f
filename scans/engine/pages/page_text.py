"""The text of a page out of its bytes, in the encodings that browsers read and in no other."""

from __future__ import annotations

import codecs
import re

# Where a page may say its encoding: HTML standard, 13.2.3.2.
PRESCANNED_BYTES = 1_024

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
# Python's names of the encodings of the Encoding standard; others (punycode, utf-7, rot13) hide or blow up text.
_READ = frozenset({
    "ascii", "big5", "big5hkscs", "cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257",
    "cp1258", "cp866", "cp874", "cp932", "cp949", "euc_jp", "euc_kr", "gb18030", "gb2312", "gbk", "iso2022_jp",
    "iso8859-1", "iso8859-2", "iso8859-3", "iso8859-4", "iso8859-5", "iso8859-6", "iso8859-7", "iso8859-8",
    "iso8859-9", "iso8859-10", "iso8859-11", "iso8859-13", "iso8859-14", "iso8859-15", "iso8859-16", "koi8-r", "koi8-u",
    "mac-roman", "shift_jis", "tis-620", "utf-16", "utf-16-be", "utf-16-le", "utf-8",
})  # fmt: skip


def decode(body: bytes, content_type: str) -> str:
    """The text of a body: by its byte order mark, else the header's charset, else the page's own, else UTF-8."""
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    said = _encoding(content_type.encode("utf-8", "replace")) or _own_encoding(body)
    return body.decode(said or "utf-8", "replace")


def _own_encoding(body: bytes) -> str | None:
    """What the page says itself; one that can be read as ASCII is no UTF-16, whatever it says."""
    said = _encoding(body[:PRESCANNED_BYTES])
    return None if said is None or said.startswith("utf-16") else said


def _encoding(text: bytes) -> str | None:
    """The encoding that a header or the beginning of a page names, None when it names none that browsers read."""
    found = _CHARSET.search(text)
    if found is None:
        return None
    try:
        name = codecs.lookup(found[1].decode("ascii")).name
    except LookupError:
        return None
    return name if name in _READ else None
