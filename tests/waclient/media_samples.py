"""Pictures and documents for tests, harmless and hostile."""

from __future__ import annotations

import io
import os
import struct
import zlib
from typing import Any

import segno
import zxingcpp
from PIL import Image, ImageFilter
from pypdf import PdfWriter
from pypdf.annotations import Link
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject, TextStringObject

from waclient.media import Media, MediaKind

PAGE = (595, 842)


def qr(text: str, scale: int = 4, border: int = 4) -> Image.Image:
    """A QR code, `scale` pixels a module."""
    file = io.BytesIO()
    segno.make_qr(text).save(file, kind="png", scale=scale, border=border)
    return Image.open(file).convert("RGB")


def barcode(text: str, name: str) -> Image.Image:
    """A code of any other kind that zxing-cpp can write."""
    bitmap: Any = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, name)).to_image(scale=3)
    height, width = bitmap.shape
    return Image.frombuffer("L", (width, height), memoryview(bitmap).tobytes())


def photo(code: Image.Image, size: tuple[int, int] = (1600, 1200)) -> Image.Image:
    """The code as part of something larger that is not plain."""
    scene = Image.effect_noise(size, 60).convert("RGB").filter(ImageFilter.GaussianBlur(3))
    scene.paste(code, (size[0] // 3, size[1] // 3))
    return scene


def file_of(picture: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def moving(frames: list[Image.Image], kind: str) -> bytes:
    return file_of(frames[0], kind, save_all=True, append_images=frames[1:])


def png_that_claims(width: int, height: int) -> bytes:
    """A PNG whose header promises a size; a line of black pixels is all there is."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(bytes(width))) + _END


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


_END = _chunk(b"IEND", b"")


def pdf(
    *, link: str = "", text: str = "", picture: Image.Image | None = None, script: str = "", pages: int = 1
) -> bytes:
    """A document of some pages; everything stands on the last one."""
    writer = PdfWriter()
    for _ in range(pages - (picture is not None)):
        writer.add_blank_page(*PAGE)
    if picture is not None:
        writer.append(io.BytesIO(file_of(picture, "PDF")))
    last = len(writer.pages) - 1
    if link:
        writer.add_annotation(last, Link(rect=(10, 10, 200, 40), url=link))
    if text:
        _write_text(writer, last, text)
    if script:
        action = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject(script)}
        writer.root_object[NameObject("/OpenAction")] = DictionaryObject(action)
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def _write_text(writer: PdfWriter, number: int, text: str) -> None:
    page = writer.pages[number]
    content = DecodedStreamObject()
    content.set_data(b"BT /F1 12 Tf 50 700 Td (" + text.encode("latin-1") + b") Tj ET")
    font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    fonts = DictionaryObject(
        {NameObject("/F1"): DictionaryObject({NameObject(key): NameObject(value) for key, value in font.items()})}
    )
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    page[NameObject("/Contents")] = writer._add_object(content)


def pdf_that_unpacks_to(size: int) -> bytes:
    """A page whose content is `size` zero bytes, packed a thousandfold, thrice over."""
    packed = zlib.compress(zlib.compress(zlib.compress(bytes(size), 9), 9), 9)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>",
        b"<< /Filter [/FlateDecode /FlateDecode /FlateDecode] /Length %d >>\nstream\n" % len(packed)
        + packed
        + b"\nendstream",
    ]
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (number, one) for number, one in enumerate(objects, 1))
    return b"%PDF-1.7\n" + body + b"trailer\n<< /Root 1 0 R /Size 5 >>\n%%EOF"


def media(kind: MediaKind = MediaKind.IMAGE, *, size: int = 1000, mimetype: str = "image/jpeg") -> Media:
    """What a message may say of a file."""
    return Media(
        kind, mimetype, size, "/v/t62.7118-24/1_n.enc?ccb=11-4", os.urandom(32), os.urandom(32), os.urandom(32)
    )
