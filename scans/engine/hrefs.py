"""The href of a URL, asked of ada's C functions: ada_url.normalize_url makes a dictionary and a finaliser for each."""

from __future__ import annotations

from ada_url._ada_wrapper import ffi, lib


def href_of(url: str) -> str:
    """As ada_url.normalize_url, in half the time; raises ValueError for what is no absolute URL."""
    written = url.encode()
    parsed = lib.ada_parse(written, len(written))
    try:
        if not lib.ada_is_valid(parsed):
            raise ValueError("not an absolute URL")
        href = lib.ada_get_href(parsed)
        return str(ffi.buffer(href.data, href.length), "ascii")
    finally:
        lib.ada_free(parsed)
