"""`manage.py scan`: judge every link of a text, a file, a chat export or a stream of JSON lines; no database."""

from __future__ import annotations

import contextlib
import gc
import io
import itertools
import os
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

from django.core.management.base import BaseCommand, CommandError

from scans import chat_export, json_lines, visiting
from scans.chat_export import ExportedMessage
from scans.engine.links import Link
from scans.json_lines import NOTHING, BadLine, answer, nothing, request
from scans.judges import Finder, Judge, LocalJudge, NetworkJudge
from scans.lines import Readable, UnreadableInput, batches, lines, texts
from scans.quiet_lines import told_apart

# 128 + SIGINT and 128 + SIGPIPE, as shells report them.
EXIT_INTERRUPTED = 130
EXIT_BROKEN_PIPE = 141

# New objects after which garbage is looked for; a stream makes next to none that refers to itself.
GARBAGE_OBJECTS = 50_000

# Messages of a chat that are looked at together, so that their links are opened at the same time.
MESSAGES_AT_ONCE = 200

_DESCRIPTION = """Judge every link of a text.

Links are opened to see where they lead, except where opening does something (invitations, payments, links that work
once) and with --no-network or --find. Redirects are followed; nothing is run and nothing is stored.
For people each link is a block: verdict, > the way, - reasons, ? what was not checked.

Exit code: 0 when something could be read, also when lines of it were bad; 1 when nothing could be read or the
arguments make no sense; 130 after Ctrl-C; 141 when the reader of the output went away."""


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
        parser.add_argument("--find", action="store_true", help="only find and normalise, no verdict, open nothing")
        parser.add_argument("--no-network", action="store_true", help="ask nobody and open no link")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run, and end every foreseeable trouble with one line."""
        _refuse_contradictions(options)
        try:
            with _start_left_alone():
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
        with self._judge(options) as judge:
            if options["text"]:
                self._blocks(judge, [options["text"]])
                return
            with _opened(options["chat_export"] or options["file"]) as stream:
                if options["chat_export"]:
                    self._export(judge, stream, as_json=options["jsonl"])
                elif options["jsonl"]:
                    self._json_lines(judge, stream)
                else:
                    self._blocks(judge, texts(stream))

    def _judge(self, options: dict[str, Any]) -> contextlib.AbstractContextManager[Judge]:
        if options["find"]:
            return contextlib.nullcontext(Finder())
        if options["no_network"]:
            return contextlib.nullcontext(LocalJudge())
        return NetworkJudge(visiting.open_client(), visiting.ordinary_visit())

    def _export(self, judge: Judge, stream: BinaryIO, *, as_json: bool) -> None:
        messages = _grouped(chat_export.messages(lines(stream)))
        if not as_json:
            self._blocks(judge, ([message.text for message in group] for group in messages))
            return
        for group in messages:
            found = [(message.line, json_lines.all_links(message.text)) for message in group]
            judge.begin(link for _, links in found for link in links)
            for line, links in found:
                if links:
                    self._print([answer(line, [judge.as_json(link) for link in links])])

    def _json_lines(self, judge: Judge, stream: Readable) -> None:
        answered = failed = 0
        as_json, is_slow = judge.as_json, judge.is_slow
        for batch in batches(stream):
            if is_slow:
                judge.begin(json_lines.links_ahead(batch.lines))
            answers: list[bytes] = []
            for number, (quiet, line) in enumerate(told_apart(batch.text), batch.first):
                if quiet:
                    answers.append(NOTHING % quiet)
                    answered += 1
                    continue
                try:
                    identity, links = request(line)
                except BadLine as error:
                    complaint = json_lines.complaint(number, line, error)
                    answers.append(complaint)
                    failed += bool(complaint)
                    continue
                answers.append(answer(identity, [as_json(link) for link in links]) if links else nothing(identity))
                answered += 1
                if is_slow:
                    self._print(answers)
                    answers.clear()
            self._print(answers)
        if failed and not answered:
            raise CommandError("No line could be read.")

    def _blocks(self, judge: Judge, groups: Iterable[list[str]]) -> None:
        count = 0
        for link in json_lines.distinct(_links_of_groups(judge, groups)):
            self.stdout.write(judge.as_block(link))
            self.stdout.flush()
            count += 1
        if not count:
            self.stdout.write("No links found.")

    def _print(self, answers: list[bytes]) -> None:
        """Write whole lines and hand them on at once: somebody may be waiting before asking the next question."""
        binary: BinaryIO | None = getattr(self.stdout, "buffer", None)
        joined = memoryview(b"".join(answers))
        if binary is None:
            self.stdout.write(str(joined, "utf-8"), ending="")
            return
        while joined:  # an unbuffered stream may take less than it was given
            joined = joined[binary.write(joined) :]
        binary.flush()


@contextlib.contextmanager
def _start_left_alone() -> Iterator[None]:
    """What was loaded so far is not searched for garbage, the rest seldom: a tenth of the time of a long stream."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(GARBAGE_OBJECTS)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def _refuse_contradictions(options: dict[str, Any]) -> None:
    if options["text"] and (options["file"] or options["chat_export"]):
        raise CommandError("Give either texts or a file.")
    if options["text"] and options["jsonl"]:
        raise CommandError("With --jsonl give the lines by --file or standard input.")


def _links_of_groups(judge: Judge, groups: Iterable[list[str]]) -> Iterator[Link]:
    for group in groups:
        links = list(json_lines.links_of(group))
        judge.begin(links)
        yield from links


def _grouped(messages: Iterator[ExportedMessage]) -> Iterator[list[ExportedMessage]]:
    while group := list(itertools.islice(messages, MESSAGES_AT_ONCE)):
        yield group


@contextlib.contextmanager
def _opened(path: Path | None) -> Iterator[io.BufferedReader]:
    """The file, or standard input for None; raises UnreadableInput."""
    if path is None:
        if sys.stdin is None:
            raise UnreadableInput("standard input is closed")
        yield cast(io.BufferedReader, sys.stdin.buffer)
        return
    try:
        stream = path.open("rb")
    except OSError as error:
        raise UnreadableInput(f"{path}: {error.strerror}") from error
    with stream:
        yield stream


def _discard_output() -> None:
    """Point standard output at nothing, so that flushing at exit does not fail once more."""
    with contextlib.suppress(io.UnsupportedOperation):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
