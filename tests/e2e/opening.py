"""Starts a program of ours as it is, but for the way out: links and providers lead to the servers of a test.

    python -m tests.e2e.opening DIRECTIONS.json rdap,urlhaus manage.py qcluster

Only the providers named are asked, `-` for none: those that ask name servers would find the real ones.

No setting could do this (design 8.16): the factory of clients is replaced in this process's memory, and so is the
registry of providers.
"""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import django

from scans.engine.providers import PROVIDERS
from tests.sites import Directions


def main() -> None:
    """Replace the factory, then run the program as if it had been started directly."""
    directions = Directions.from_json(Path(sys.argv[1]).read_text(encoding="utf-8"))
    django.setup()
    from scans import visiting  # noqa: PLC0415  (their models need Django's apps)
    from scans.asking import consulting  # noqa: PLC0415  (their models need Django's apps)

    visiting.open_client = directions.client
    asked = sys.argv[2].split(",")
    providers = tuple(provider for provider in PROVIDERS if provider.card.name in asked)
    consulting.registry, consulting.reporters = lambda: providers, tuple
    sys.argv = sys.argv[3:]
    runpy.run_path(sys.argv[0], run_name="__main__")


if __name__ == "__main__":
    main()
