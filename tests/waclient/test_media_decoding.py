"""Codes and links in files, read by the real process."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from PIL import Image, ImageFilter, ImageOps
from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject

from tests.waclient import media_samples as samples
from waclient.decoding.contents import MAX_TEXT_CHARS, MAX_TEXTS, Contents, Found, Source, Trouble, capped, line, parse
from waclient.decoding.documents import MAX_PAGES
from waclient.decoding.process import ROOT, look_into

URL = "https://xn--pypal-4ve.com/login?session=abcdef0123456789"
Make: TypeAlias = Callable[[], bytes]
CODE, TEXT = Found(Source.CODE, URL), Found(Source.DOCUMENT, URL)


def qr_with_alpha(black: int) -> Image.Image:
    """A code of black or of white modules on nothing."""
    code = samples.qr(URL)
    picture = Image.new("RGBA", code.size, (black, black, black, 255))
    picture.putalpha(ImageOps.invert(code.convert("L")))
    return picture


PICTURES: dict[str, Make] = {
    "bare": lambda: samples.file_of(samples.qr(URL)),
    "one pixel a module": lambda: samples.file_of(samples.qr(URL, scale=1)),
    "JPEG": lambda: samples.file_of(samples.photo(samples.qr(URL)), "JPEG", quality=75),
    "JPEG of bad quality": lambda: samples.file_of(samples.photo(samples.qr(URL, 3)), "JPEG", quality=30),
    "WebP": lambda: samples.file_of(samples.qr(URL), "WEBP"),
    "GIF": lambda: samples.file_of(samples.qr(URL), "GIF"),
    "BMP": lambda: samples.file_of(samples.qr(URL), "BMP"),
    "light on dark": lambda: samples.file_of(ImageOps.invert(samples.qr(URL))),
    "mirrored": lambda: samples.file_of(ImageOps.mirror(samples.qr(URL))),
    "without a margin": lambda: samples.file_of(samples.photo(samples.qr(URL, border=0)), "JPEG"),
    "out of focus": lambda: samples.file_of(samples.photo(samples.qr(URL, 6)).filter(ImageFilter.GaussianBlur(3))),
    "upside down": lambda: samples.file_of(samples.photo(samples.qr(URL)).rotate(180), "JPEG"),
    "askew": lambda: samples.file_of(samples.photo(samples.qr(URL)).rotate(37), "JPEG"),
    "red": lambda: samples.file_of(ImageOps.colorize(samples.qr(URL).convert("L"), "#d00000", "#ffffff"), "JPEG"),
    "black on nothing": lambda: samples.file_of(qr_with_alpha(0), "WEBP"),
    "white on nothing": lambda: samples.file_of(qr_with_alpha(255), "WEBP"),
    "a photo of 48 million pixels": lambda: samples.file_of(
        samples.qr(URL, 20).resize((8000, 6000)), "JPEG", quality=50
    ),
    "Aztec": lambda: samples.file_of(samples.barcode(URL, "Aztec")),
    "Data Matrix": lambda: samples.file_of(samples.barcode(URL, "DataMatrix")),
    "PDF417": lambda: samples.file_of(samples.barcode(URL, "PDF417")),
    "Code 128": lambda: samples.file_of(samples.barcode(URL, "Code128")),
}


@pytest.mark.parametrize("make", PICTURES.values(), ids=PICTURES)
def test_a_code_in_a_picture_is_read(make: Make) -> None:
    assert look_into(make()) == Contents((CODE,))


@pytest.mark.parametrize("kind", ["GIF", "WEBP"])
def test_a_code_that_shows_for_a_moment_is_read(kind: str) -> None:
    blank, code = Image.new("RGB", samples.qr(URL).size, "white"), samples.qr(URL)
    frames = [
        code if 15 <= number < 25 else ImageOps.expand(blank.crop((number, 0, *blank.size))) for number in range(40)
    ]
    frames = [frame.resize(code.size) for frame in frames]
    frames[0].putpixel((1, 1), (0, 0, 0))

    assert CODE in look_into(samples.moving(frames, kind)).found


def test_every_code_of_a_picture_is_read() -> None:
    picture = samples.photo(samples.qr(URL))
    picture.paste(samples.qr("https://second.example/"), (50, 50))

    found = {item.text for item in look_into(samples.file_of(picture)).found}

    assert found == {URL, "https://second.example/"}


DOCUMENTS: dict[str, tuple[Make, Found]] = {
    "link": (lambda: samples.pdf(link=URL), TEXT),
    "text": (lambda: samples.pdf(text=URL), TEXT),
    "code": (lambda: samples.pdf(picture=samples.qr(URL, 6)), CODE),
    "script on opening": (lambda: samples.pdf(script=URL), TEXT),
    "last page that is read": (lambda: samples.pdf(link=URL, pages=MAX_PAGES), TEXT),
    "junk before the header": (lambda: b"\n" * 500 + samples.pdf(link=URL), TEXT),
    "a damaged table of contents": (lambda: samples.pdf(link=URL).replace(b"startxref\n", b"startxref\n9"), TEXT),
}


@pytest.mark.parametrize(("make", "expected"), DOCUMENTS.values(), ids=DOCUMENTS)
def test_a_link_in_a_document_is_read(make: Make, expected: Found) -> None:
    assert expected in look_into(make()).found


def test_a_picture_that_no_program_here_can_unpack_hides_none_behind_it() -> None:
    writer = PdfWriter()
    for text in ("https://first.example/", URL):
        writer.append(io.BytesIO(samples.pdf(picture=samples.qr(text, 6))))
    [first] = writer.pages[0]["/Resources"]["/XObject"].values()  # type: ignore[index]
    first.get_object()[NameObject("/Filter")] = NameObject("/JBIG2Decode")
    file = io.BytesIO()
    writer.write(file)

    assert look_into(file.getvalue()) == Contents((CODE,), (Trouble.UNREADABLE,))


def test_an_encrypted_document_that_opens_without_a_password_is_read() -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(samples.pdf(link=URL))))
    writer.encrypt("", "owner", algorithm="AES-256")
    file = io.BytesIO()
    writer.write(file)

    assert TEXT in look_into(file.getvalue()).found


def test_pages_beyond_the_limit_are_not_read_and_said_so() -> None:
    contents = look_into(samples.pdf(link=URL, pages=MAX_PAGES + 1))

    assert contents == Contents((), (Trouble.CUT,))


HOSTILE: dict[str, tuple[Make, set[Trouble]]] = {
    "nothing": (lambda: b"", {Trouble.UNREADABLE}),
    "noise": (lambda: os.urandom(5000), {Trouble.UNREADABLE}),
    "half a picture": (
        lambda: (whole := samples.file_of(samples.photo(samples.qr(URL))))[: len(whole) // 2],
        {Trouble.UNREADABLE},
    ),
    "a bomb of pixels": (lambda: samples.png_that_claims(60_000, 60_000), {Trouble.TOO_MANY_PIXELS}),
    "a bomb of zeros": (lambda: samples.file_of(Image.new("1", (20_000, 20_000))), {Trouble.TOO_MANY_PIXELS}),
    "a document of noise": (lambda: b"%PDF-1.7\n" + os.urandom(5000), {Trouble.UNREADABLE}),
    "a document that is its own page": (
        lambda: (
            b"%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 1 0 R/Kids[1 0 R]/Count 1>>\nendobj\n"
            b"trailer\n<</Root 1 0 R>>\n%%EOF"
        ),
        {Trouble.UNREADABLE},
    ),
    "a document that unpacks to 256 MiB": (lambda: samples.pdf_that_unpacks_to(1 << 28), {Trouble.UNREADABLE}),
    "an EPS, which other programs would be started for": (
        lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\n",
        {Trouble.UNREADABLE},
    ),
}


@pytest.mark.parametrize(("make", "troubles"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_a_trouble_and_nothing_else(make: Make, troubles: set[Trouble]) -> None:
    content = make()
    started = time.monotonic()

    contents = look_into(content)

    assert contents.found == ()
    assert set(contents.troubles) == troubles
    assert time.monotonic() - started < 20


def test_a_reader_that_takes_too_long_is_killed() -> None:
    content = samples.file_of(Image.new("L", (5000, 4900)))

    assert look_into(content, seconds=0.05) == Contents((), (Trouble.KILLED,))


# What the sealed process cannot do. Each program runs behind the same seal.

SEALED = """
import sys
sys.path.insert(0, sys.argv[1])
from waclient.decoding.sealing import seal
import socket, os, subprocess
seal()
"""


@pytest.mark.parametrize(
    ("attempt", "error"),
    [
        ("open('/etc/passwd')", "Too many open files"),
        ("open('/tmp/x', 'w')", "Too many open files"),
        ("socket.socket()", "Too many open files"),
        ("os.close(0); socket.socket()", "Too many open files"),
        ("os.dup2(1, 0)", "Bad file descriptor"),
        ("subprocess.run(['true'])", "Too many open files"),
        ("bytearray(600 * 1024 * 1024)", "MemoryError"),
        ("import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (99, 99))", "not allowed to raise maximum limit"),
    ],
)
def test_the_sealed_process_opens_starts_and_takes_nothing(attempt: str, error: str) -> None:
    program = f"{SEALED}\ntry:\n    {attempt}\nexcept BaseException as error:\n    print(repr(error))"

    ended = subprocess.run([sys.executable, "-c", program, str(ROOT)], capture_output=True, text=True, check=False)

    assert error in ended.stdout + ended.stderr


def test_the_reader_has_no_secret_no_django_and_no_whatsapp() -> None:
    program = f"{SEALED.replace('seal()', '')}\nimport waclient.decoding.documents, waclient.decoding.__main__\n"
    program += "print(sorted({'django', 'neonize', 'google', 'httpx', 'numpy'} & set(sys.modules)))"

    ended = subprocess.run([sys.executable, "-c", program, str(ROOT)], capture_output=True, text=True, check=True)

    assert ended.stdout == "[]\n"


def test_the_reader_gets_no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "hidden")
    monkeypatch.setattr(
        "waclient.decoding.process.COMMAND",
        (sys.executable, "-c", "import os, json; print(json.dumps({'source': 'code', 'text': str(dict(os.environ))}))"),
    )

    [found] = look_into(b"").found

    assert "hidden" not in found.text
    assert "SECRET" not in found.text


# How texts travel

ITEMS: list[Found | Trouble] = [
    Found(Source.CODE, "https://a.example/\n\u202e 😀"),
    Found(Source.DOCUMENT, "\udc80"),
    Trouble.CUT,
]


def test_what_is_written_is_what_is_read() -> None:
    assert list(parse(line(item).encode() for item in ITEMS)) == ITEMS


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"[]", b"7", b'{"text": "x"}', b'{"source": "sky", "text": "x"}', b"[" * 9999]
)
def test_a_line_that_is_none_is_left_out(raw: bytes) -> None:
    assert list(parse([raw])) == []


def test_texts_are_capped_in_number_and_length() -> None:
    many = list(capped(Found(Source.CODE, str(number)) for number in range(MAX_TEXTS + 1)))
    long = list(capped(Found(Source.CODE, letter * (MAX_TEXT_CHARS - 1)) for letter in "abc"))

    assert (len(many), many[-1]) == (MAX_TEXTS + 1, Trouble.CUT)
    assert [len(item.text) for item in long if isinstance(item, Found)] == [MAX_TEXT_CHARS - 1, 1]
    assert long[-1] is Trouble.CUT


def test_half_a_character_is_replaced() -> None:
    assert list(capped([Found(Source.CODE, "a\udc80b")])) == [Found(Source.CODE, "a?b")]


def test_the_reader_is_run_from_the_projects_folder() -> None:
    assert (Path(ROOT) / "manage.py").exists()
