"""Links in a PDF: what its links, buttons and opening lead to, its text, and the codes in its pictures."""

from __future__ import annotations

import io
import logging
from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import Any

# pypdf and Pillow load these when a file asks for them; by then nothing can be opened any more.
import pypdf._codecs.core_font_metrics
import pypdf._text_extraction
import pypdf.filters
import pypdf.generic._image_inline
import pypdf.generic._image_xobject  # noqa: F401
from PIL import Jpeg2KImagePlugin  # noqa: F401
from pypdf import PageObject, PdfReader
from pypdf.errors import DependencyError, PyPdfError
from pypdf.generic import DictionaryObject, PdfObject, StreamObject

from waclient.decoding import pictures
from waclient.decoding.contents import Found, Source, Trouble

MAX_PAGES = 20
MAX_ANNOTATIONS = 500
MAX_ACTIONS = 50
MAX_PICTURES = 20
# What an action may say: an address to open, a file or form's address, a script.
ADDRESSES = ("/URI", "/F", "/JS")
ACTIONS = ("/A", "/AA", "/OpenAction")
BROKEN = (PyPdfError, DependencyError, *pictures.BROKEN)

logging.getLogger("pypdf").setLevel(logging.CRITICAL)


def read(content: bytes) -> Iterator[Found | Trouble]:
    """Links first, then texts, then pictures: what takes longest comes last. Never an exception but MemoryError."""
    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted:
            reader.decrypt("")
        pages = list(islice(reader.pages, MAX_PAGES + 1))
    except BROKEN:
        yield Trouble.UNREADABLE
        return
    if len(pages) > MAX_PAGES:
        yield Trouble.CUT
    yield from _addresses(reader.root_object)
    for look in (_links, _texts, _pictures):
        for page in pages[:MAX_PAGES]:
            yield from _carefully(look(page))


def _carefully(items: Iterator[Found | Trouble]) -> Iterator[Found | Trouble]:
    """What a page gives until it turns out to be damaged."""
    try:
        yield from items
    except BROKEN:
        yield Trouble.UNREADABLE


def _links(page: PageObject) -> Iterator[Found | Trouble]:
    for annotation in islice(_value(page.get("/Annots", ())), MAX_ANNOTATIONS):
        yield from _carefully(_addresses(_value(annotation)))


def _texts(page: PageObject) -> Iterator[Found | Trouble]:
    yield Found(Source.DOCUMENT, page.extract_text())


def _pictures(page: PageObject) -> Iterator[Found | Trouble]:
    images = page.images
    for number in range(min(len(images), MAX_PICTURES)):
        yield from _carefully(_picture(images, number))


def _picture(images: Any, number: int) -> Iterator[Found | Trouble]:
    picture = images[number].image
    if picture is not None:
        yield from pictures.read_picture(picture)


def _addresses(holder: Any) -> Iterator[Found | Trouble]:
    """The addresses in the actions of a link, a button or the document itself, and in those that follow them."""
    if not isinstance(holder, DictionaryObject):
        return
    waiting = deque(holder.get(name) for name in ACTIONS)
    for _ in range(MAX_ACTIONS):
        action = _value(waiting.popleft()) if waiting else None
        if isinstance(action, list):
            waiting.extend(islice(action, MAX_ACTIONS))
        elif isinstance(action, DictionaryObject):
            yield from (
                Found(Source.DOCUMENT, text) for text in (_text(action.get(name)) for name in ADDRESSES) if text
            )
            # Without a type it is no action but a list of them, by the event that each waits for.
            waiting.extend(islice(action.values(), MAX_ACTIONS) if "/S" not in action else [action.get("/Next")])


def _value(value: Any) -> Any:
    return value.get_object() if isinstance(value, PdfObject) else value


def _text(value: Any) -> str:
    """A string, a stream that holds one, or the name of a file."""
    value = _value(value)
    if isinstance(value, StreamObject):
        value = value.get_data()
    elif isinstance(value, DictionaryObject):
        value = _value(value.get("/UF", value.get("/F")))
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value if isinstance(value, str) else ""
