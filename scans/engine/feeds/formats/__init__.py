"""How lists are written, read as streams.

read(format, match, pieces, today)   entries and what was skipped; raises BadFormat
pieces_of(file)                      the bytes of a file, piece by piece
changes_of(pieces), with_changes(…)  lists that publish what changed since a moment
"""

from __future__ import annotations

from scans.engine.feeds.formats.changes import Changes, changes_of, made_at, with_changes
from scans.engine.feeds.formats.reading import pieces_of, read
from scans.engine.feeds.formats.rows import BadFormat, Skipped, Why

__all__ = ["BadFormat", "Changes", "Skipped", "Why", "changes_of", "made_at", "pieces_of", "read", "with_changes"]
