"""Who is asked about a link, and with what: keys, quotas, breakers, kept answers."""

from __future__ import annotations
