"""Codes in a picture: QR, Aztec, Data Matrix, MaxiCode, PDF417 and the barcodes that can hold letters."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator

import zxingcpp

# The plugins load each other when a file asks for it; by then nothing can be opened any more.
from PIL import (
    Image,
    ImageFilter,
    ImageOps,
    MpoImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)
from zxingcpp import BarcodeFormat

from waclient.decoding.contents import Found, Source, Trouble

MAX_PIXELS = 25_000_000  # a phone's camera makes 12 to 16 million
MAX_DRAFT_PIXELS = 200_000_000  # a JPEG is read at a fraction of its size
MAX_CODES = 50
MAX_FRAMES = 120  # an animated sticker has up to 10 s
FRAMES_READ = 8
CHANGED_SIDE = 1600  # the changed copies of a picture are made of one that is not larger
SMALL_SIDE = 800  # only these are worth enlarging
TRANSPARENT = {"LA", "La", "PA", "RGBA", "RGBa"}

FORMATS = ("BMP", "GIF", "JPEG", "PNG", "WEBP")
# What a JPEG says about itself is written as a TIFF; one with several pictures is read as an MPO.
LOADED = (MpoImagePlugin, TiffImagePlugin, WebPImagePlugin)
Image.preinit()
Image.MAX_IMAGE_PIXELS = None  # the limits are those above; Pillow's own knows no drafts
CODES = zxingcpp.BarcodeFormats(
    [
        BarcodeFormat.AllMatrix,
        BarcodeFormat.PDF417,
        BarcodeFormat.Code128,
        BarcodeFormat.Code39,
        BarcodeFormat.Code93,
    ]
)
# What libraries raise about files that are damaged or lie about themselves: anything but a lack of memory.
BROKEN = (
    *(ArithmeticError, AssertionError, AttributeError, BufferError, EOFError, LookupError, OSError, RuntimeError),
    *(SyntaxError, TypeError, ValueError, struct.error, zlib.error),
)


def read(content: bytes) -> Iterator[Found | Trouble]:
    """The codes in a file that is a picture; a damaged one is a trouble, never an exception but MemoryError."""
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            yield from read_picture(picture)
    except BROKEN:
        yield Trouble.UNREADABLE


def read_picture(picture: Image.Image) -> Iterator[Found | Trouble]:
    """The codes in an opened picture, or in some of its frames."""
    if picture.width * picture.height > MAX_DRAFT_PIXELS:
        yield Trouble.TOO_MANY_PIXELS
        return
    if picture.format == "JPEG":
        picture.draft("L", _within(picture.size))
    if picture.width * picture.height > MAX_PIXELS:
        yield Trouble.TOO_MANY_PIXELS
        return
    seen: set[str] = set()
    for frame in _frames(picture):
        for text in _codes(frame):
            if text not in seen and len(seen) < MAX_CODES:
                seen.add(text)
                yield Found(Source.CODE, text)


def _within(size: tuple[int, int]) -> tuple[int, int]:
    """The size itself, halved until it is within MAX_PIXELS."""
    width, height = size
    while width * height > MAX_PIXELS:
        width, height = width // 2, height // 2
    return width, height


def _frames(picture: Image.Image) -> Iterator[Image.Image]:
    """The picture in shades of grey, several times if it moves."""
    count = min(getattr(picture, "n_frames", 1), MAX_FRAMES)
    for number in sorted({count * step // FRAMES_READ for step in range(FRAMES_READ)}):
        if number:
            picture.seek(number)
        yield from _grey(picture)


def _grey(picture: Image.Image) -> Iterator[Image.Image]:
    """What is transparent may stand on a light or on a dark chat."""
    if picture.mode not in TRANSPARENT and "transparency" not in picture.info:
        yield picture.convert("L")
        return
    drawn = picture.convert("LA")
    opaque = drawn.getchannel("A")
    for ground in (255, 0):
        on_ground = Image.new("L", drawn.size, ground)
        on_ground.paste(drawn.getchannel("L"), mask=opaque)
        yield on_ground


def _codes(grey: Image.Image) -> list[str]:
    """The texts of the codes in one frame; where none is found, in changed copies of it until there is one."""
    found = _read_codes(grey)
    for changed in _changed(grey) if not found else ():
        found = _read_codes(changed)
        if found:
            break
    return found


def _changed(grey: Image.Image) -> Iterator[Image.Image]:
    """What makes a code readable that is not: larger modules, its own upright position, less blur, more contrast."""
    small = grey.copy()
    small.thumbnail((CHANGED_SIDE, CHANGED_SIDE), Image.Resampling.BOX)
    if max(small.size) <= SMALL_SIDE:
        yield small.resize((small.width * 2, small.height * 2), Image.Resampling.BICUBIC)
    yield small.rotate(45, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    yield small.reduce(3)
    yield ImageOps.autocontrast(small.filter(ImageFilter.UnsharpMask(radius=3, percent=300)), cutoff=2)


def _read_codes(grey: Image.Image) -> list[str]:
    codes = zxingcpp.read_barcodes(grey, formats=CODES, text_mode=zxingcpp.TextMode.Plain)
    return [code.text for code in codes if code.text]
