"""`manage.py scan` with the network: links are opened side by side, answered in order, and never for nothing."""

from __future__ import annotations

import asyncio
import io
import os
import signal
import threading
from pathlib import Path

import orjson
import pytest
from django.core.management import CommandError, call_command

from tests.sites import Sites

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


def scan(path: Path, texts: list[str], *arguments: str) -> list[dict[str, object]]:
    """The links of all texts, in order."""
    path.write_bytes(b"".join(orjson.dumps({"id": number, "text": text}) + b"\n" for number, text in enumerate(texts)))
    output = io.StringIO()
    call_command("scan", "--jsonl", "--file", str(path), *arguments, stdout=output)
    answers = [orjson.loads(line) for line in io.StringIO(output.getvalue())]
    assert [answer["id"] for answer in answers] == list(range(len(texts)))
    return [link for answer in answers for link in answer["links"]]


def test_the_verdict_is_that_of_the_address_where_a_short_link_leads(internet: Sites, tmp_path: Path) -> None:
    internet.redirect("bit.ly", "/x", to="https://paypal.com.evil.example/login")
    internet.page("paypal.com.evil.example", "/login", body="<title>Log in</title>")

    (link,) = scan(tmp_path / "in", ["https://bit.ly/x"])

    assert link["verdict"] == "malicious"
    assert "brand_domain_embedded" in orjson.dumps(link["reasons"]).decode()


def test_links_of_many_lines_are_opened_side_by_side_and_answered_in_order(internet: Sites, tmp_path: Path) -> None:
    second_was_asked = threading.Event()

    async def wait_for_second(writer: asyncio.StreamWriter) -> None:
        await asyncio.to_thread(second_was_asked.wait, 10)
        writer.write(OK)

    async def second(writer: asyncio.StreamWriter) -> None:
        second_was_asked.set()
        writer.write(OK)

    internet.behave("first.example", "/", wait_for_second)
    internet.behave("second.example", "/", second)

    links = scan(tmp_path / "in", ["http://first.example/", "nothing", "http://second.example/"])

    assert [(link["host"], link["verdict"]) for link in links] == [
        ("first.example", "benign"),
        ("second.example", "benign"),
    ]


def test_a_link_that_comes_again_is_opened_once_and_judged_as_it_is_written(internet: Sites, tmp_path: Path) -> None:
    internet.page("plain.example", "/x", body="<title>x</title>")
    texts = ["http://plain.example/x", "again http://plain.example/x", "hxxp://plain[.]example/x"]

    links = scan(tmp_path / "in", texts)

    assert internet.urls() == ["http://plain.example/x"]
    assert [len(list(link["reasons"])) for link in links] == [0, 0, 2]  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ("https://chat.whatsapp.com/GxKy3wPqR5tLmN8vB2cD4f", ()),
        ("https://plain.example/", ("--no-network",)),
        ("https://plain.example/", ("--find",)),
    ],
)
def test_nothing_is_opened(internet: Sites, tmp_path: Path, text: str, arguments: tuple[str, ...]) -> None:
    assert len(scan(tmp_path / "in", [text], *arguments)) == 1

    assert internet.connections == 0


def test_a_link_that_cannot_be_opened_is_not_called_fine(internet: Sites, tmp_path: Path) -> None:
    internet.nowhere("gone.example")

    (link,) = scan(tmp_path / "in", ["https://gone.example/"])

    assert link["verdict"] == "unknown"


def test_a_text_for_people_is_answered_with_what_the_page_shows(internet: Sites) -> None:
    internet.redirect("bit.ly", "/x", to="https://paypal.com.evil.example/")
    internet.page("paypal.com.evil.example", body="<title>Log in</title>")
    output = io.StringIO()

    call_command("scan", "see https://bit.ly/x", stdout=output)

    head, way, *_rest = output.getvalue().splitlines()
    assert head.startswith("Malicious: bit[.]ly ")
    assert way == "  > Where it leads: bit[.]ly > paypal[.]com[.]evil[.]example"


@pytest.mark.parametrize("arguments", [(), ("--no-network",)])
def test_a_text_for_people_names_what_a_link_wraps_and_repeats_no_host(
    internet: Sites, arguments: tuple[str, ...]
) -> None:
    internet.redirect("shop.example.com", "/", to="https://shop.example.com/home")
    internet.page("shop.example.com", "/home", body="<title>Shop</title>")
    wrapped = "https://www.google.com/url?q=https%3A%2F%2Fshop.example.com%2F"
    output = io.StringIO()

    call_command("scan", wrapped, "https://shop.example.com/", *arguments, stdout=output)

    ways = [line for line in output.getvalue().splitlines() if line.startswith("  >")]
    assert ways == ["  > Where it leads: www[.]google[.]com > shop[.]example[.]com"]


@pytest.mark.usefixtures("ctrl_c")
def test_an_interrupt_in_the_middle_of_a_visit_ends_it_with_one_line(internet: Sites, tmp_path: Path) -> None:
    async def interrupt(writer: asyncio.StreamWriter) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        await asyncio.sleep(1)

    internet.behave("slow.example", "/", interrupt)

    with pytest.raises(CommandError, match=r"\AStopped\.\Z") as stopped:
        scan(tmp_path / "in", ["http://slow.example/"] * 3)

    assert stopped.value.returncode == 130
