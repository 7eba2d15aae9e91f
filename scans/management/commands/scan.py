"""`manage.py scan`: judge every link of a text, a file, a chat export or a stream of JSON lines; no database."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import orjson
from django.core.management.base import BaseCommand, CommandError

from scans import chat_export, printouts
from scans.engine.links import MAX_TEXT, InvalidLink, Link, find_links, parse
from scans.engine.local import analyze_locally
from scans.lines import Line, UnreadableInput, lines, pieces

# 128 + SIGINT and 128 + SIGPIPE, as shells report them.
EXIT_INTERRUPTED = 130
EXIT_BROKEN_PIPE = 141

# Hashes remembered so that a link is printed once; forgotten together beyond this, to keep memory flat (about 8 MiB).
MOST_REMEMBERED = 50_000

_DESCRIPTION = """Judge every link of a text.

Exit code: 0 when something could be read, also when lines of it were bad; 1 when nothing could be read or the
arguments make no sense; 130 after Ctrl-C; 141 when the reader of the output went away."""


class BadLine(ValueError):
    """A JSON line that is no request; the message says why without quoting it."""


class Command(BaseCommand):
    """Reads, finds, judges, prints; one message at a time."""

    help = _DESCRIPTION
    requires_system_checks: list[str] = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        """Django's parser, keeping the line breaks of the description."""
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to read from, what to do, how to print."""
        parser.add_argument("text", nargs="*", metavar="TEXT", help="texts to read; without any, standard input")
        source = parser.add_mutually_exclusive_group()
        source.add_argument("--file", type=Path, metavar="F", help="read this file")
        source.add_argument("--chat-export", type=Path, metavar="FILE", help='read WhatsApp\'s "Export chat" text')
        parser.add_argument("--jsonl", action="store_true", help="JSON objects in (text or url) and out, one a line")
        parser.add_argument("--find", action="store_true", help="only find and normalise, no verdict")
        parser.add_argument("--no-network", action="store_true", help="ask nobody")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run, and end every foreseeable trouble with one line."""
        _refuse_contradictions(options)
        try:
            self._run(options)
            self.stdout.flush()
        except BrokenPipeError as error:
            _discard_output()
            raise CommandError("The reader of the output went away.", returncode=EXIT_BROKEN_PIPE) from error
        except KeyboardInterrupt as error:
            raise CommandError("Stopped.", returncode=EXIT_INTERRUPTED) from error
        except UnreadableInput as error:
            raise CommandError(f"Cannot read: {error}.") from error
        except chat_export.NotAChatExport as error:
            raise CommandError("This is no WhatsApp chat export; if it is a zip file, unzip it first.") from error

    def _run(self, options: dict[str, Any]) -> None:
        judge = _Judge(only_find=options["find"], network=not options["no_network"])
        path = options["chat_export"] or options["file"]
        with _opened(path) if path or not options["text"] else contextlib.nullcontext(io.BytesIO()) as stream:
            if options["chat_export"]:
                self._export(judge, stream, as_json=options["jsonl"])
            elif options["jsonl"]:
                self._json_lines(judge, stream)
            else:
                self._blocks(judge, options["text"] or pieces(stream))

    def _export(self, judge: _Judge, stream: BinaryIO, *, as_json: bool) -> None:
        messages = chat_export.messages(lines(stream))
        if not as_json:
            self._blocks(judge, (message.text for message in messages))
            return
        for message in messages:
            links = list(_links_of([message.text]))
            if links:
                self._print({"id": message.line, "links": [judge.as_json(link) for link in links]})

    def _json_lines(self, judge: _Judge, stream: BinaryIO) -> None:
        answered = failed = 0
        for line in lines(stream):
            if not line.text.strip():
                continue
            try:
                identity, links = _request(line)
                self._print({"id": identity, "links": [judge.as_json(link) for link in links]})
                answered += 1
            except BadLine as error:
                self._print({"line": line.number, "error": str(error)})
                failed += 1
        if failed and not answered:
            raise CommandError("No line could be read.")

    def _blocks(self, judge: _Judge, texts: Iterable[str]) -> None:
        count = 0
        for link in _distinct(_links_of(texts)):
            self.stdout.write(judge.as_block(link))
            count += 1
        if not count:
            self.stdout.write("No links found.")

    def _print(self, answer: dict[str, object]) -> None:
        self.stdout.write(orjson.dumps(answer).decode())


class _Judge:
    """Turns a link into what is printed of it."""

    def __init__(self, *, only_find: bool, network: bool) -> None:
        self._only_find = only_find
        self._network = network

    def as_json(self, link: Link) -> dict[str, object]:
        if self._only_find:
            return printouts.found(link)
        return printouts.judged(link, analyze_locally(link, network=self._network))

    def as_block(self, link: Link) -> str:
        if self._only_find:
            return printouts.found_line(link)
        return printouts.judged_block(link, analyze_locally(link, network=self._network))


def _refuse_contradictions(options: dict[str, Any]) -> None:
    if options["text"] and (options["file"] or options["chat_export"]):
        raise CommandError("Give either texts or a file.")
    if options["text"] and options["jsonl"]:
        raise CommandError("With --jsonl give the lines by --file or standard input.")


@contextlib.contextmanager
def _opened(path: Path | None) -> Iterator[BinaryIO]:
    """The file, or standard input for None; raises UnreadableInput."""
    if path is None:
        if sys.stdin is None:
            raise UnreadableInput("standard input is closed")
        yield sys.stdin.buffer
        return
    try:
        stream = path.open("rb")
    except OSError as error:
        raise UnreadableInput(f"{path}: {error.strerror}") from error
    with stream:
        yield stream


def _request(line: Line) -> tuple[object, list[Link]]:
    """The id and the links of a JSON line, raises BadLine."""
    if line.is_cut:
        raise BadLine("the line is too long")
    try:
        request = orjson.loads(line.text)
    except orjson.JSONDecodeError as error:
        raise BadLine("not JSON") from error
    if not isinstance(request, dict):
        raise BadLine("not a JSON object")
    if not isinstance(request.get("id"), str | int | float | None):
        raise BadLine("its id is neither a text nor a number")
    text, url = request.get("text"), request.get("url")
    if isinstance(text, str):
        return request.get("id"), list(_distinct(_links_of(pieces(io.BytesIO(text.encode())))))
    if not isinstance(url, str):
        raise BadLine("neither a text nor a url")
    try:
        return request.get("id"), [parse(url)]
    except InvalidLink as error:
        raise BadLine(f"url: {error}") from error


def _links_of(texts: Iterable[str]) -> Iterator[Link]:
    """All links, beyond what is read of one message of a chat."""
    for text in texts:
        yield from find_links(text, limit=MAX_TEXT)


def _distinct(links: Iterable[Link]) -> Iterator[Link]:
    seen: set[str] = set()
    for link in links:
        if link.url_hash not in seen:
            yield link
            if len(seen) >= MOST_REMEMBERED:
                seen.clear()
            seen.add(link.url_hash)


def _discard_output() -> None:
    """Point standard output at nothing, so that flushing at exit does not fail once more."""
    with contextlib.suppress(io.UnsupportedOperation):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
