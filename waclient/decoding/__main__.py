"""One file in, what it holds out. See the package."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from importlib import import_module

from waclient.decoding.contents import Found, Trouble, capped, line
from waclient.decoding.sealing import seal

DOCUMENT_HEADER = b"%PDF-"
HEADER_WITHIN = 1024  # PDF 1.7, annex H: readers accept the header within the first 1024 bytes
CODECS = ("utf_16_be", "utf_16_le", "utf_16", "latin_1", "cp1252", "gbk", "big5", "shift_jis", "euc_jp", "euc_kr")


def main() -> None:
    """What the first bytes say decides how the file is read, not the name or type its sender gave it."""
    content = sys.stdin.buffer.read()
    read = _reader(content)
    for codec in CODECS:  # loaded on first use; by then nothing can be opened
        "".encode(codec)
    seal()
    for item in capped(_until_out_of_memory(read(content))):
        sys.stdout.write(line(item) + "\n")
        sys.stdout.flush()  # what is written counts even if the rest of the file is too much


def _reader(content: bytes) -> Callable[[bytes], Iterator[Found | Trouble]]:
    """The module that reads such a file; the one for documents is four times as large."""
    name = "documents" if DOCUMENT_HEADER in content[:HEADER_WITHIN] else "pictures"
    read: Callable[[bytes], Iterator[Found | Trouble]] = import_module(f"waclient.decoding.{name}").read
    return read


def _until_out_of_memory(items: Iterator[Found | Trouble]) -> Iterator[Found | Trouble]:
    try:
        yield from items
    except MemoryError:
        yield Trouble.UNREADABLE


if __name__ == "__main__":
    main()
