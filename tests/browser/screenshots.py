"""Pictures of every page of the desk, at one noon of the demo's month: docs/screenshots/, by `make screenshots`."""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tests.browser.house import CHROMIUM, DESKTOP, FLAGS, PHONE, ROOT, House
from tests.browser.touring import Tour, become, walk

FOLDER = ROOT / "docs" / "screenshots"
PROGRAM = Path(__file__).with_name("pictured.py")
SIZES = {"1280": DESKTOP, "360": PHONE}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
# Django's own pages, and what never looks the same twice.
LEFT_OUT = (
    "history", "-delete", "-add", "axes-", "django-q-", "app-list", "second-factor-key", "zqx", "-said", "nobody",
)  # fmt: skip
LONGEST = 1800  # pixels: the rest of a long list shows nothing new
COLOURS = 96  # enough for a page
BESIDE = ViewportSize(width=920, height=760)
CHAT = "/desk/simulator/"
KEYS = {"SECRET_KEY": "p" * 50, "INSTALLATION_KEY": "pictures" * 5}  # of code names: the same every time


def shot(page: Page, *, is_long: bool = False) -> Image.Image:
    picture = Image.open(io.BytesIO(page.screenshot(full_page=is_long, animations="disabled"))).convert("RGB")
    return picture.crop((0, 0, picture.width, min(picture.height, LONGEST)))


def keep(picture: Image.Image, name: str) -> None:
    palette = picture.quantize(COLOURS, dither=Image.Dither.NONE)
    palette.convert("RGB").save(FOLDER / f"{name}.webp", lossless=True, method=2)


@contextmanager
def opened(browser: Browser, house: House, tour: Tour, size: ViewportSize, **more: str) -> Iterator[Page]:
    context = browser.new_context(viewport=size, reduced_motion="reduce", **more)  # type: ignore[arg-type]
    page = context.new_page()
    become(page, house.address, tour.sessions["owner"])
    yield page
    context.close()


def take_all(browser: Browser, house: House, tour: Tour) -> list[str]:
    names: dict[str, None] = {}
    for size, viewport in SIZES.items():
        for scheme in SCHEMES:
            with opened(browser, house, tour, viewport, color_scheme=scheme) as page:
                for name in walk(page, house.address, tour):
                    if page.evaluate("document.doctype !== null"):
                        keep(shot(page, is_long=size == "360"), f"{name}-{size}-{scheme}")
                        names[name] = None
    return sorted(names)


def take_queue_beside_chat(browser: Browser, house: House, tour: Tour) -> None:
    pictures = []
    for path, size in (("/desk/queue/", BESIDE), (CHAT, ViewportSize(width=360, height=BESIDE["height"]))):
        with opened(browser, house, tour, size, color_scheme="light") as page:
            page.goto(house.address + path)
            page.evaluate("document.querySelector('.chat > li:nth-child(3)')?.scrollIntoView()")
            pictures.append(shot(page))
    gap = 16
    both = Image.new("RGB", (sum(one.width for one in pictures) + gap, BESIDE["height"]), "#98a6a0")
    both.paste(pictures[0], (0, 0))
    both.paste(pictures[1], (pictures[0].width + gap, 0))
    keep(both, "queue-beside-chat")


def take_arabic_queue(browser: Browser, house: House, tour: Tour) -> None:
    with opened(browser, house, tour, PHONE, locale="ar") as page:
        page.goto(f"{house.address}/desk/queue/")
        keep(shot(page), "queue-arabic-360-light")


def write_index(names: list[str]) -> None:
    kinds = [(size, scheme) for size in SIZES for scheme in SCHEMES]
    lines = [
        "# Every page of the desk",
        "",
        "Made by `make screenshots` from the demo's month, always at the same noon.",
        "",
    ]
    lines += ["| page | 1280 light | 1280 dark | 360 light | 360 dark |", "|---|---|---|---|---|"]
    for name in names:
        links = [f"[{size} {scheme}]({name}-{size}-{scheme}.webp)" for size, scheme in kinds]
        lines.append(f"| {name} | {' | '.join(links)} |")
    lines += [
        "",
        "And [the queue beside a chat](queue-beside-chat.webp), [the queue in Arabic](queue-arabic-360-light.webp).",
    ]
    (FOLDER / "README.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def chosen(tour: Tour) -> Tour:
    return replace(
        tour,
        addresses=[one for one in tour.addresses if not any(part in one["name"] for part in LEFT_OUT)],
        posts=[one for one in tour.posts if not any(part in one["name"] for part in LEFT_OUT)],
    )


def main() -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.webp"):
        old.unlink()
    data = Path(tempfile.gettempdir()) / "wbscanner-pictures"  # a page shows its name
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir()
    house = House.in_folder(data, **KEYS)
    house.run("manage.py", "prepare", "--no-link")
    tour = chosen(Tour.of(house, PROGRAM))
    with sync_playwright() as playwright, house.served("tests.browser.at_noon"):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        take_queue_beside_chat(browser, house, tour)
        take_arabic_queue(browser, house, tour)
        write_index(take_all(browser, house, tour))
        browser.close()
    shutil.rmtree(data)
    return 0


if __name__ == "__main__":
    sys.exit(main())
