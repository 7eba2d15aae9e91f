from __future__ import annotations

from collections.abc import Iterator

import pytest

from scans.chat_export import MOST_LINES_WITHOUT_HEADER, ExportedMessage, NotAChatExport, messages
from scans.engine.links import MAX_TEXT
from scans.lines import Line

LRM = "\u200e"
NARROW_SPACE = "\u202f"


def lines(text: str) -> Iterator[Line]:
    return (Line(number, line) for number, line in enumerate(text.split("\n"), 1))


def read(text: str) -> list[tuple[int, str]]:
    return [(message.line, message.text) for message in messages(lines(text))]


@pytest.mark.parametrize(
    "header",
    [
        "12/31/25, 9:41 PM - Ann:",
        f"12/31/25, 9:41{NARROW_SPACE}PM - Ann:",
        "31/12/2025, 21:41 - Ann:",
        "31.12.25, 21:41 - Ann:",
        "31.12.2025 21:41 - Ann:",
        "2025-12-31, 21:41 - Ann:",
        "31-12-2025 21:41 - Ann:",
        "31/12/2025, 9:41 p. m. - Ann:",
        "31/12/2025, 9:41 p.m. - Ann:",
        "31. 12. 2025, 21.41 - Ann:",
        "2025년 12월 31일 오후 9:41, Ann :".replace("일 오후 9:41,", "일, 오후 9:41 -"),
        "2025/12/31 下午9:41 - Ann:",
        "٣١/١٢/٢٠٢٥, ٩:٤١ م - Ann:",
        "[31/12/2025, 21:41:05] Ann:",
        f"[12/31/25, 9:41:05{NARROW_SPACE}PM] Ann:",
        f"{LRM}[31.12.25, 21:41:05] Ann:",
        "[2025-12-31 21:41:05] Ann:",
        "[31/12/2025, 21:41:05] ~\u202fAnn \u202a+27 82 555 0100\u202c:",
    ],
)
def test_every_usual_date_format_is_understood(header: str) -> None:
    assert read(f"{header} see https://a.example/x") == [(1, "see https://a.example/x")]


def test_a_message_of_several_lines_is_one_message() -> None:
    text = "12/31/25, 9:41 PM - Ann: first\nsecond: line\n\nhttps://a.example\n12/31/25, 9:42 PM - Bob: next"

    assert read(text) == [(1, "first\nsecond: line\n\nhttps://a.example"), (5, "next")]


def test_a_system_line_is_no_message_and_no_part_of_one() -> None:
    text = (
        "31.12.25, 21:40 - Messages and calls are end-to-end encrypted.\n"
        "31.12.25, 21:41 - Ann: hello\n"
        "31.12.25, 21:42 - Ann added Bob\n"
        "31.12.25, 21:43 - Bob: hi"
    )

    assert read(text) == [(2, "hello"), (4, "hi")]


def test_an_ios_attachment_line_starts_its_own_message() -> None:
    text = f"[31/12/2025, 21:41:05] Ann: one\n{LRM}[31/12/2025, 21:41:09] Ann: {LRM}image omitted"

    assert [number for number, _ in read(text)] == [1, 2]


def test_a_line_in_the_other_style_is_text() -> None:
    text = "[31/12/2025, 21:41:05] Ann: as Bob wrote\n12/31/25, 9:41 PM - Bob: hello"

    assert read(text) == [(1, "as Bob wrote\n12/31/25, 9:41 PM - Bob: hello")]


def test_a_link_in_the_first_words_is_not_taken_for_a_sender() -> None:
    assert read("31.12.25, 21:41 - Ann: https://a.example/x") == [(1, "https://a.example/x")]


def test_another_kind_of_text_is_refused_early() -> None:
    endless = (Line(number, "just a line") for number in range(1, 10_000_000))

    with pytest.raises(NotAChatExport):
        list(messages(endless))
    assert next(endless).number == MOST_LINES_WITHOUT_HEADER + 1


def test_an_empty_file_has_no_messages() -> None:
    assert read("") == []


def test_an_endless_message_is_cut_not_collected() -> None:
    header = [Line(1, "31.12.25, 21:41 - Ann: a")]
    rest = (Line(number, "b" * 1000) for number in range(2, 2000))

    (message,) = messages(iter([*header, *rest]))

    assert isinstance(message, ExportedMessage)
    assert len(message.text) <= MAX_TEXT


def test_messages_come_one_at_a_time() -> None:
    source = iter(
        [Line(1, "31.12.25, 21:41 - Ann: a"), Line(2, "31.12.25, 21:42 - Bob: b"), Line(3, "31.12.25, 21:43 - Cy: c")]
    )

    first = next(messages(source))

    assert first.text == "a"
    assert next(source).number == 3
