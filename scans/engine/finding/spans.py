"""Where a link begins and ends inside a piece of text: hosts, ports, balanced brackets, trailing punctuation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from scans.engine.finding import bare_hosts, characters
from scans.engine.finding.bare_ipv6 import end_of_bare_ipv6
from scans.engine.finding.glued_hosts import hosts_of
from scans.engine.finding.looks import Looks
from scans.engine.finding.pieces import BARE_PORT, PORT, Piece
from scans.engine.finding.user_names import begin_of_host
from scans.engine.names import suffixes

_IPV6 = re.compile(r"\[[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*\]")
# The size of a network, not a path: 10.0.0.0/8.
_NETWORK_SIZE = re.compile(r"/\d{1,2}")
# What may end a path, a query and a fragment before the next space.
_STOP = re.compile(f"[()\\[\\]{{}}|?#&{characters.WIDE_DOTS}]")
# The quotes and angle brackets of a page's source.
_ENTITY = re.compile(r"&(?:quot|lt|gt|#0{0,5}(?:34|60|62)|#x0{0,5}(?:22|3c|3e));", re.IGNORECASE)
# The closing tag of [url]https://example.com/a[/url].
_CLOSING_TAG = "[/"
_OPENING = {")": "(", "]": "[", "}": "{"}
# Pictures at the end of a path, looked at together; families and flags are long.
_MAX_PICTURES = 30
_PICTURE_AT_END = re.compile(f"[{characters.PICTURES}\u200d\u2640\u2642]+\\Z")
_QUOTE = re.compile("'")
# A part of a path that is one dash or opening mark, and nothing but that: https://example.com/–
_EMPTY_SEGMENT = re.compile("/[¡¿§¶\u2010-\u2015]")
# Two slashes behind these end a scheme or go on a run of slashes, behind a word they are no sign either.
_SLASHED = ":/"
_TAIL_MARKS = ("/", "?", "#", "\\")
_TAILS = (":", *_TAIL_MARKS)
_GOES_ON = re.compile(r"[/?#\\]|:[0-9]")
# The rest of an e-mail address whose first part looks like a host: foo.com+tag@x.com; RFC 5321 allows 64 characters.
# Of the marks that it allows people use these; the others stand between a link and somebody's address.
_IN_MAILBOX = ("+", "%", "&", "'", "=")
_REST_OF_MAILBOX = re.compile(r"[+%&'=][\w.+%&'=-]{0,62}@\w")
_DOMAIN_OF_MAILBOX = re.compile(r"@(?:[0-9A-Za-z]|\w[\w-]{0,62}\.)")
_LOCALHOST = "localhost"
_LABEL_DOT = re.compile(f"[.{characters.WIDE_DOTS}]")
# A dot at the end of a complete name is part of it when a path follows: https://example.com./a.
_ROOT_DOTS = f".{characters.WIDE_DOTS}"
# What stands between a scheme and its host.
_FOREIGN = "://"
# Hyphen and underscore may stand inside a host name, never at its edge, unless the underscore is a label of its own:
# _.example.com.
_HOST_EDGE = "-_."
_LONE_LABEL = "_."
# These beside a number make it a version: app-1.2.3.4, 1.2.3.4_beta.
_VERSION_EDGES = ("-", "_")


class Span(NamedTuple):
    """A link at text[start:end]; its host or user name begins at body, after the scheme if there is one."""

    start: int
    body: int
    end: int


def spans(text: str, piece: Piece, looks: Looks) -> Iterator[Span]:
    """The links of a piece in order: the one with the scheme, then those without."""
    position = piece.start
    if piece.scheme_end is not None:
        span = schemed_span(text, piece)
        position = span.end if span else piece.scheme_end
        if span is not None:
            yield span
    yield from _bare_spans(text, position, piece.end, looks)


def schemed_span(text: str, piece: Piece) -> Span | None:
    """The link with the scheme at the start of a piece, None when no host follows."""
    body = piece.scheme_end
    if body is None:
        return None
    begin = begin_of_host(text, piece.start, body, piece.end)
    if (end := end_of_bare_ipv6(text, begin, piece.end)) is not None:
        return Span(piece.start, body, _end_of_tail(text, end, piece.start, piece.end))
    address = _IPV6.match(text, begin, piece.end)
    host = address or characters.SCHEMED_HOST.match(text, begin, piece.end)
    if host is None or host.group()[0] in _ROOT_DOTS:
        return None
    length = len(host.group()) if address else _length_of_host(host.group().partition("..")[0])
    port = PORT.match(text, host.end(), piece.end)
    tail = port.end() if port else host.end()
    if length >= len(host.group().rstrip(_ROOT_DOTS)):
        end = _end_of_tail(text, tail, piece.start, piece.end)
        if end > tail or (port and end == tail):
            return Span(piece.start, body, end)
    return Span(piece.start, body, begin + length) if length else None


def _length_of_host(host: str) -> int:
    """How much of a run of host characters is the host name: without trailing marks and words glued to its ending."""
    end = len(host)
    edge = characters.HOST_EDGE_RUN.match(host[::-1])
    end -= edge.end() if edge else 0
    if host.isascii():
        return len(bare_hosts.host_of_compound(host[:end])) or end
    for ending in characters.ENDING_BEFORE_UNLATIN.finditer(host, 0, end):
        if suffixes.is_top_level_domain(ending.group(1)):
            return ending.end(1)
    if suffixes.is_top_level_domain(_LABEL_DOT.split(host[:end])[-1]):
        return end
    for ending in characters.GLUED_ENDING.finditer(host, 0, end):
        if suffixes.is_top_level_domain(ending.group(1)):
            return ending.end(1)
    return end


def _end_of_tail(text: str, tail: int, start: int, end: int) -> int:
    """Where the path, query and fragment end: before an unbalanced bracket and the punctuation of the sentence."""
    if not text.startswith(_TAIL_MARKS, tail, end):
        return tail
    is_wiki = start > 0 and text[start - 1] in "[|"
    end = _without_trailing(text, tail, _first_stop(text, tail, end, is_wiki=is_wiki), start)
    if end == tail + 1 and text[tail] == "#":
        return tail
    if start and text[start - 1] == "_":
        while end > tail and text[end - 1] == "_":
            end -= 1
    return end


def _without_trailing(text: str, tail: int, end: int, start: int) -> int:
    """Leave punctuation and pictures behind; the closing quote of a pair and a picture as a value (?q=🌷) stay."""
    picture = _PICTURE_AT_END.search(text, max(tail, end - _MAX_PICTURES), end)
    if picture and text[picture.start() - 1] == "=" and picture.start() - 1 > tail:
        return end
    trailing = characters.TRAILING_RUN.match(text[end - 1 : tail - 1 : -1]) if tail else None
    stop = end - trailing.end() if trailing else end
    if _EMPTY_SEGMENT.fullmatch(text, stop - 1, end):
        return end
    before = text[start - 1 : start]
    if "'" in text[stop:end] and before != "'":
        return _behind_pairs(text, tail, stop, end)
    return stop + 1 if text.startswith("~", stop, end) and before != "~" else stop


def _behind_pairs(text: str, tail: int, stop: int, end: int) -> int:
    """Where the last quote in text[stop:end] closes that was opened inside the link; the rest ends the sentence."""
    quotes = text.count("'", tail, stop)
    for mark in _QUOTE.finditer(text, stop, end):
        quotes += 1
        if quotes % 2 == 0:
            stop = mark.end()
    return stop


def _first_stop(text: str, tail: int, end: int, *, is_wiki: bool) -> int:
    """Where a closing bracket stands that was not opened in the link, a full stop of Han text, markup or a bar.

    A bar ends a path; a query only in a wiki's `[address|words to show]` and in a cell of a table.
    """
    opened = dict.fromkeys(_OPENING.values(), 0)
    is_cut_at_bar = True
    for mark in _STOP.finditer(text, tail, end):
        character, position = mark.group(), mark.start()
        if character in opened and not text.startswith(_CLOSING_TAG, position):
            opened[character] += 1
        elif character in _OPENING and opened[_OPENING[character]]:
            opened[_OPENING[character]] -= 1
        elif character in "?#":
            is_cut_at_bar = is_wiki
        elif character not in "|&" or (is_cut_at_bar if character == "|" else _ENTITY.match(text, position, end)):
            return position
    return end


def _bare_spans(text: str, position: int, end: int, looks: Looks) -> Iterator[Span]:
    """The links without a scheme in text[position:end]."""
    while looks.left > 0 and (run := characters.HOST.search(text, position, end)) is not None:
        start, position = run.span()
        local = _local_span(text, start, position, end)
        if local is not None:
            position = local.end
            yield local
        for first, stop in _hosts_in(text, run.group(), start, looks):
            span = _bare_span(text, start + first, start + stop, end) if looks.take() else None
            if span is not None:
                position = max(position, span.end)
                yield span


def _hosts_in(text: str, run: str, start: int, looks: Looks) -> Iterable[tuple[int, int]]:
    """Where in a run of host characters at start hosts may stand that are links of their own."""
    if "." not in run or not looks.take():
        return ()
    stop = start + len(run)
    if _GOES_ON.match(text, stop) is None and bare_hosts.ends_in_words(run):
        return ()
    hosts = hosts_of(run)
    return () if not hosts or _belongs_to_something_else(text, start, stop) else hosts


def _local_span(text: str, start: int, stop: int, end: int) -> Span | None:
    """This machine's own name, which the slashes of //localhost make a link."""
    if stop - start != len(_LOCALHOST) or text[start:stop].lower() != _LOCALHOST:
        return None
    first = _before_slashes(text, start)
    if first == start:
        return None
    port = BARE_PORT.match(text, stop, end)
    return Span(first, start, _end_of_tail(text, port.end() if port else stop, first, end))


def _belongs_to_something_else(text: str, start: int, end: int) -> bool:
    """Whether a run of host characters is half of an e-mail address, or follows a scheme that is not ours."""
    behind, before = text[end : end + 1], text[start - 1 : start]
    if before == "@" or (behind == "@" and _DOMAIN_OF_MAILBOX.match(text, end) is not None):
        return True
    if behind in _IN_MAILBOX and _REST_OF_MAILBOX.match(text, end) is not None:
        return True
    return (
        before == "/"
        and start > len(_FOREIGN)
        and text.startswith(_FOREIGN, start - len(_FOREIGN))
        and text[start - len(_FOREIGN) - 1].isalnum()
    )


def _bare_span(text: str, first: int, stop: int, end: int) -> Span | None:
    """The link whose host is text[first:stop] without hyphens and underscores at its edges, None if it is none."""
    start = first
    while start < stop and text[start] in _HOST_EDGE:
        start += 1
    host = text[start:stop].rstrip(_HOST_EDGE)
    if "." not in host or len(host) > bare_hosts.MAX_HOST:
        return None
    may_go_on = start + len(host) == stop and text.startswith(_TAILS, stop)
    if host[-1].isdigit() and bare_hosts.is_ipv4(host):
        tail = _end_behind(text, start, stop, end) if may_go_on else start + len(host)
        is_link = _is_number_link(text, host, start + len(host), tail)
        return Span(_before_slashes(text, start), start, tail) if is_link else None
    span = _named_span(text, start, host, end, may_go_on=may_go_on)
    if span is not None and text[first:start] == _LONE_LABEL:
        return Span(first, first, span.end)
    return span


def _named_span(text: str, start: int, host: str, end: int, *, may_go_on: bool) -> Span | None:
    stop = start + len(host)
    if not may_go_on:
        if bare_hosts.is_host(host, has_more=False):
            return Span(_before_slashes(text, start), start, stop)
        return _span_before(start, host)
    if not bare_hosts.is_host(host, has_more=True):
        return _span_before(start, host)
    tail = _end_behind(text, start, stop, end)
    is_link = tail > stop or bare_hosts.is_host(host, has_more=False)
    return Span(_before_slashes(text, start), start, tail) if is_link else None


def _span_before(start: int, host: str) -> Span | None:
    """The link at the start of words that are no host as a whole; without a path, whose reading would cost more."""
    if "-" not in host and host.count(".") == 1:
        return None
    read = bare_hosts.host_before(host)
    return Span(start, start, start + len(read)) if read and not bare_hosts.is_host(host, has_more=True) else None


def _end_behind(text: str, start: int, stop: int, end: int) -> int:
    """Where a link without a scheme ends whose host ends at stop: behind its port and path."""
    port = BARE_PORT.match(text, stop, end)
    return _end_of_tail(text, port.end() if port else stop, start, end)


def _before_slashes(text: str, start: int) -> int:
    """Where a link begins that is written as //host, as pages do that leave the scheme open."""
    before = start - len("//")
    if before < 0 or not text.startswith("//", before):
        return start
    return start if before > 0 and (text[before - 1].isalnum() or text[before - 1] in _SLASHED) else before


def _is_number_link(text: str, host: str, end_of_host: int, tail: int) -> bool:
    """Whether an IPv4 number without a scheme is a link: with a path or port, or by its looks."""
    if tail == end_of_host:
        begin = end_of_host - len(host)
        if text[begin - 1 : begin] in _VERSION_EDGES or text[end_of_host : end_of_host + 1] in _VERSION_EDGES:
            return False
        return bare_hosts.is_plain_number_link(host)
    return _NETWORK_SIZE.fullmatch(text, end_of_host, tail) is None
