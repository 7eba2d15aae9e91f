"""Reports that take a provider long: wished for, submitted, collected, judged."""

from __future__ import annotations
